"""PURE: rooms as frozen facts, the way search, rules and pages look at them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from booking.errors import NotFound
from booking.rooms.pricing import ANY_AGE, EVERYONE, FREE, HOUR, RoomPrice
from booking.rooms.rules import RoomRules
from booking.timetable.openings import OpeningHours
from booking.timetable.pattern import Break
from booking.web.plain_letters import says_all


@dataclass(frozen=True, slots=True)
class Feature:
    """One known fact of a room: present or not, and when somebody last looked."""

    present: bool
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a room. `large` and `small` name its pictures by SHA-256, with their width and height.

    Texts in `alt_sv` and `alt_en` may be empty.
    """

    id: int
    alt: str
    alt_sv: str
    alt_en: str
    large: str
    large_size: tuple[int, int]
    small: str
    small_size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room with everything that is known of it. Texts in `name_sv` and `name_en` may be empty."""

    id: int
    slug: str
    name: str
    name_sv: str
    name_en: str
    kind: str
    state: str
    capacity: int | None
    area_m2: float | None
    description: str
    terms: str
    terms_version: int
    contact: str
    access_instructions: str
    source: str
    sourced_facts: str
    example_facts: frozenset[str]
    venue: str
    district: str
    street_address: str
    position: tuple[float, float] | None
    owner_id: int | None
    owner_slug: str
    owner: str
    owner_kind: str
    space_ids: tuple[int, ...]
    features: Mapping[str, Feature]
    hours: OpeningHours
    rules: RoomRules
    school_breaks: tuple[Break, ...] = ()
    changed_at: datetime | None = None  # the room or its venue; None: as it was first entered
    photos: tuple[Photo, ...] = ()
    prices: tuple[RoomPrice, ...] = ()  # a share's are worked out; none: not known

    @property
    def price_cents_per_hour(self) -> int | None:
        """What everyone pays an hour, 0 where it is free; None: not known, or counted otherwise."""
        for price in self.prices:
            if (price.customer, price.age) == (EVERYONE, ANY_AGE) and price.basis in (FREE, HOUR):
                return price.amount
        return None

    @property
    def hours_known(self) -> bool:
        """Whether anything is known of when it is open."""
        return bool(self.hours.weekly or self.hours.exceptions)

    @property
    def bookable(self) -> bool:
        """Whether anyone can book it at all: a place without a known owner is only listed."""
        return self.owner_id is not None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All rooms. `rooms` and `by_slug` hold the published ones, by venue and name, the rest every one."""

    stamp: int
    rooms: tuple[RoomFacts, ...]
    by_slug: Mapping[str, RoomFacts]
    by_id: Mapping[int, RoomFacts]
    by_space: Mapping[int, tuple[RoomFacts, ...]]

    @property
    def largest(self) -> int:
        """How many people the largest room takes, as far as is known."""
        return max((room.capacity or 0 for room in self.rooms), default=0)

    def room(self, slug: str) -> RoomFacts:
        """Return the published room of this slug. Raises NotFound."""
        try:
            return self.by_slug[slug]
        except KeyError:
            raise NotFound("unknown_room", slug=slug) from None

    def sharing(self, room: RoomFacts) -> tuple[RoomFacts, ...]:
        """Return the rooms that share a space with this one, itself included, by id."""
        found = {each.id: each for space_id in room.space_ids for each in self.by_space[space_id]}
        return tuple(found[key] for key in sorted(found))


@dataclass(frozen=True, slots=True)
class Filter:
    """Which rooms are meant. An empty value asks for nothing; `people` keeps rooms of unknown size."""

    people: int = 0
    kind: str = ""
    district: str = ""
    owner: str = ""
    features: frozenset[str] = field(default_factory=frozenset)
    text: str = ""
    rooms: frozenset[str] = field(default_factory=frozenset)
    bookable_by_me: bool = False

    def takes(self, room: RoomFacts) -> bool:
        """Say whether a room is meant, whoever asks: `bookable_by_me` is not looked at here."""
        return (
            (room.capacity is None or room.capacity >= self.people)
            and self.kind in ("", room.kind)
            and self.district in ("", room.district)
            and self.owner in ("", room.owner_slug)
            and (not self.rooms or room.slug in self.rooms)
            and all((known := room.features.get(name)) and known.present for name in self.features)
            and (not self.text or _says(room, self.text))
        )


def _says(room: RoomFacts, text: str) -> bool:
    words = (room.name, room.name_sv, room.name_en, room.venue, room.district, room.owner)
    return says_all(" ".join(words), text)
