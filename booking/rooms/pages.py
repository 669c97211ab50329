"""Rooms as pages show them: ready words and figures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from booking.clock import zone
from booking.i18n import in_language, language
from booking.rooms.facts import Photo, RoomFacts
from booking.rooms.labels import FEATURES, KINDS, room_name
from booking.rooms.models import ACCESSIBILITY, EQUIPMENT
from booking.rooms.price_words import PriceLine, headline, lines
from booking.rooms.rule_sentences import Opening, opening_lines, rule_lines
from booking.timetable.zone import local_date
from booking.web.filters import number

_KEPT_SUMMARIES = 2000
_summaries: dict[tuple[int, int, str], "RoomSummary"] = {}


@dataclass(frozen=True, slots=True)
class RoomSummary:
    """A room in a list, on a card or in a heading."""

    slug: str
    name: str
    venue: str
    district: str
    kind: str
    owner: str
    owner_slug: str
    capacity: int | None
    features: Sequence[str]
    approval: str
    price: str | None
    bookable: bool
    published: bool
    # lines that a list of twenty would else put together twenty times
    size: str
    meta: str
    features_line: str


@dataclass(frozen=True, slots=True)
class Fact:
    """A feature of accessibility: `known` None is "ei tietoa"."""

    label: str
    known: bool | None
    checked: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RoomLink:
    """Another room that shares space with this one."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """A photo as a page shows it. `is_finnish`: its words are, as there are none in the page's language."""

    id: int
    alt: str
    is_finnish: bool
    large: str
    small: str
    width: int
    height: int

    @classmethod
    def of(cls, photo: Photo) -> "ShownPhoto":
        """Return the photo with its words in the language spoken now; its size is the small picture's."""
        alt = in_language(photo.alt, photo.alt_sv, photo.alt_en)
        return cls(photo.id, alt, alt == photo.alt, photo.large, photo.small, *photo.small_size)


@dataclass(frozen=True)
class RoomDetail(RoomSummary):
    """A room with everything its own page says."""

    address: str | None = None
    description: str | None = None
    area: float | None = None
    accessibility: Sequence[Fact] = ()
    equipment: Sequence[str] = ()
    rules: Sequence[str] = ()
    prices: Sequence[PriceLine] = ()
    opening: Sequence[Opening] = ()
    exceptions: Sequence[Opening] = ()
    on_holidays: str = ""
    terms: str | None = None
    terms_version: int | None = None
    contact: str | None = None
    parts: Sequence[RoomLink] = ()
    source: str | None = None
    sourced_facts: str | None = None
    example: bool = False
    example_facts: frozenset[str] = field(default_factory=frozenset)
    photos: Sequence[ShownPhoto] = ()


def summary(room: RoomFacts, stamp: int = 0) -> RoomSummary:
    """Return the room's summary; kept by the catalogue's stamp and the language where a stamp is given."""
    key = (stamp, room.id, language())
    kept = _summaries.get(key) if stamp else None
    if kept is not None:
        return kept
    made = RoomSummary(**_summary(room))
    if stamp:
        if len(_summaries) >= _KEPT_SUMMARIES:
            _summaries.clear()
        _summaries[key] = made
    return made


def detail(room: RoomFacts, sharing: Sequence[RoomFacts], now: datetime) -> RoomDetail:
    """Return all that the room's page says of it."""
    return RoomDetail(
        **_summary(room),
        address=room.street_address or None,
        description=room.description or None,
        area=room.area_m2,
        accessibility=[_fact(room, name) for name in ACCESSIBILITY],
        equipment=[str(FEATURES[name]) for name in EQUIPMENT if _present(room, name)],
        rules=rule_lines(room),
        prices=lines(room.prices),
        opening=opening_lines(room.hours),
        on_holidays=_on_holidays(room),
        exceptions=_exceptions(room, local_date(now, zone())),
        terms=room.terms or None,
        terms_version=room.terms_version if room.terms else None,
        contact=room.contact or None,
        parts=[
            RoomLink(each.slug, room_name(each))
            for each in sharing
            if each.id != room.id and each.state == "published"
        ],
        source=room.source or None,
        sourced_facts=room.sourced_facts or None,
        example=bool(room.example_facts),
        example_facts=room.example_facts,
        photos=[ShownPhoto.of(each) for each in room.photos],
    )


def _summary(room: RoomFacts) -> dict[str, Any]:
    name = room_name(room)
    venue = "" if room.venue == room.name else room.venue
    kind = str(KINDS[room.kind])
    price = headline(room.prices)
    features = tuple(str(label) for key, label in FEATURES.items() if _present(room, key))
    meta = (venue, room.district, kind, price or str(_("hinta: ei tietoa")))
    return {
        "slug": room.slug,
        "name": name,
        "venue": venue,
        "district": room.district,
        "kind": kind,
        "owner": room.owner,
        "owner_slug": room.owner_slug,
        "capacity": room.capacity,
        "features": features,
        "approval": room.rules.approval,
        "price": price,
        "bookable": room.bookable,
        "published": room.state == "published",
        "size": str(_("%(count)s hlö", count=number(room.capacity))) if room.capacity else "",
        "meta": " · ".join(part for part in meta if part),
        "features_line": " · ".join(features),
    }


def _present(room: RoomFacts, name: str) -> bool:
    known = room.features.get(name)
    return known is not None and known.present


def _fact(room: RoomFacts, name: str) -> Fact:
    known = room.features.get(name)
    label = str(FEATURES[name])
    return Fact(label, known.present, known.checked_on) if known else Fact(label, None)


def _on_holidays(room: RoomFacts) -> str:
    if not room.hours_known:
        return ""
    if room.hours.open_on_holidays:
        return str(_("Pyhäpäivinä auki kuten muulloinkin."))
    return str(_("Pyhäpäivinä suljettu."))


def _exceptions(room: RoomFacts, today: date) -> list[Opening]:
    coming = [each for each in room.hours.exceptions if each.date >= today]
    return [Opening.of_date(each.date, each.hours) for each in coming[:10]]
