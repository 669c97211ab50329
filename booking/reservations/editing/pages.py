"""An edit as its page shows it: what becomes of each date, in groups, and what would mend the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from flask_babel import lazy_gettext as _l

from booking.availability.fixes import Fix, FixKind, write_fix
from booking.availability.series import Offer, Preview
from booking.clock import zone
from booking.i18n import gettext as _
from booking.reservations.changes import room_of
from booking.reservations.editing.judging import Line
from booking.reservations.editing.plan import ASKING, ENDING, Item, Outcome, Spot, Why
from booking.reservations.editing.retelling import retold
from booking.reservations.editing.survey import EditPreview
from booking.reservations.labels import PURPOSES, VISIBILITIES
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence
from booking.reservations.moves import changes_of
from booking.reservations.quote_words import price_change
from booking.reservations.quotes import Place
from booking.reservations.series_dates import DateLine, OfferLine
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.timetable.zone import local_date
from booking.web.filters import date_long, time_range, when
from booking.web.sentences import sentence

MOST_WITH_OFFERS: Final = 12  # dates in trouble; beyond these the offers come when the first are mended

# The look of a chip, and its words where the look's own do not say it
_STATES: Final = {
    "taken": ("taken", None),
    "itself": ("taken", _l("päällekkäin")),
    "closed": ("closed", None),
    "rule": ("not_for_you", None),
    "missing": ("not_for_you", _l("kellonaikaa ei ole")),
}
_WHY: Final = {
    Why.EXCEPTION: _l("on muutettu erikseen ja pysyy sellaisenaan"),
    Why.TOO_LATE: _l("pysyy ennallaan, koska perumisaika on jo ohi"),
    Why.ENDED: _l("on päättynyt aiemmin, eikä sitä pyydetä uudelleen"),
    Why.BEGUN: _l("on jo alkanut"),
    Why.KEPT: _l("pysyy ennallaan, kuten valittiin"),
}
_FIELDS: Final = {
    "title": _l("Tilaisuus"),
    "people": _l("Henkilöitä"),
    "purpose": _l("Käyttö"),
    "visibility": _l("Mitä kalenterissa näkyy"),
    "responsible": _l("Vastuuhenkilö"),
    "contact": _l("Yhteystieto"),
    "note": _l("Viesti omistajalle"),
}


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One date and what becomes of it, in words. `on`: a choice for it can be taken back."""

    words: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Dates of which the same becomes. `about`: what that means, where it needs saying."""

    heading: str
    lines: Sequence[ChangeLine]
    about: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A field that becomes another: its name, what it was and what it will be."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class EditPage:
    """What the page shows of an edit. `terms`: rooms that dates go to whose terms are others."""

    told: Sequence[Told]
    retold: Sequence[str]
    unsolved: Sequence[DateLine]
    groups: Sequence[Group]
    terms: Sequence[RoomFacts]
    changes_nothing: bool
    can_be_saved: bool
    focus: date | None = None

    @property
    def has_more(self) -> bool:
        """Whether some dates in trouble get their offers only later."""
        return len(self.unsolved) > MOST_WITH_OFFERS


def page_of(found: EditPreview, *, on: date | None = None) -> EditPage:
    """Return an edit in words. `on`: the date of the last button, from which the reader goes on."""
    unsolved = _unsolved(found.troubled)
    later = [each.on for each in unsolved if on is not None and each.on >= on]
    return EditPage(
        told=_told(found),
        retold=retold(found),
        unsolved=unsolved,
        groups=[group for group in _groups(found) if group.lines],
        terms=_terms(found),
        changes_nothing=found.changes_nothing,
        can_be_saved=not (found.changes_nothing or found.troubled or found.violations),
        focus=None if on is None else next(iter(later), unsolved[0].on if unsolved else None),
    )


def _told(found: EditPreview) -> list[Told]:
    reservation, edit = found.reservation, found.edit
    (chosen,) = (each for each in reservation.occurrences if each.id == edit.date_id)
    told = []
    if found.title_of(chosen) != chosen.title:
        told.append(Told(str(_FIELDS["title"]), chosen.title, found.title_of(chosen)))
    if found.people_of(chosen) != chosen.people:
        told.append(Told(str(_FIELDS["people"]), str(chosen.people), str(found.people_of(chosen))))
    words = {"purpose": PURPOSES, "visibility": VISIBILITIES}
    for name, value in found.fields.items():
        old = getattr(reservation, name)
        known = words.get(name, {})
        told.append(Told(str(_FIELDS[name]), str(known.get(old, old)), str(known.get(value, value))))
    price = _price(found)
    return [*told, Told(_("Hinta"), *price)] if price else told


def _price(found: EditPreview) -> tuple[str, str] | None:
    """Return the price before and after, where it changes: after it, what awaits consent is consented to."""
    places: dict[int, Place | None] = {}
    new = []
    for item in found.plan.of(*ASKING, *ENDING):
        place = (item.wish.room.id, item.wish.use) if item.wish and item.wish.use else None
        if item.date is not None:
            places[item.date.id] = None if item.outcome in ENDING else place
        elif place is not None:
            new.append(place)
    return price_change(found.reservation, places, new)


def _groups(found: EditPreview) -> list[Group]:
    """Return the dates that can be had, each group in order."""
    fine: dict[Outcome, list[Item]] = {}
    for line in found.lines:
        if not line.problem:
            fine.setdefault(line.item.outcome, []).append(line.item)

    def of(outcome: Outcome) -> list[Item]:
        return fine.get(outcome, [])

    added = of(Outcome.ADDED)
    at_once = [item for item in added if _is_at_once(item)]
    asking = [item for item in of(Outcome.CHANGED) if _goes_on_asking(item)]
    return [
        Group(_("Muuttuu heti"), [_way(item) for item in of(Outcome.CHANGED) if item not in asking]),
        Group(_("Pyyntö muuttuu ja odottaa päätöstä"), [_way(item) for item in asking]),
        Group(
            _("Odottaa omistajan suostumusta"),
            [_way(item) for item in of(Outcome.CONSENT)],
            _("Entinen aika on voimassa, kunnes omistaja on päättänyt."),
        ),
        Group(_("Uudet päivät, jotka vahvistuvat heti"), [_new(item) for item in at_once]),
        Group(
            _("Uudet päivät, jotka odottavat päätöstä"),
            [_new(item) for item in added if item not in at_once],
        ),
        Group(
            _("Omistajan ehdotus raukeaa"),
            [_offered(each) for each in found.offers_ended],
            _("Hyväksy tai hylkää ehdotus varauksen sivulla, jos haluat vastata siihen."),
        ),
        Group(_("Perutaan"), [_ended(item) for item in of(Outcome.CANCELLED)]),
        Group(_("Pyyntö perutaan"), [_ended(item) for item in of(Outcome.WITHDRAWN)]),
        Group(
            _("Siirtopyyntö perutaan"),
            [_kept(item, _("pysyy ennallaan")) for item in of(Outcome.REVERTED)],
        ),
        Group(_("Ei varata"), [_skipped(item) for item in of(Outcome.SKIPPED)]),
        Group(_("Ei muutu"), [_kept(item, str(_WHY[item.why])) for item in of(Outcome.LEFT) if item.why]),
    ]


def _is_at_once(item: Item) -> bool:
    return item.wish is not None and item.wish.room.rules.approval == "at_once"


def _goes_on_asking(item: Item) -> bool:
    return item.date is not None and item.date.state is State.PENDING and not _is_at_once(item)


def _way(item: Item) -> ChangeLine:
    """Return where a date goes from where it is."""
    if item.date is None or item.wish is None or item.wish.use is None:
        return ChangeLine("")
    old, new = item.date.spot, Spot(item.wish.room, item.wish.use)
    words = _("%(old)s → %(new)s", old=when(old.use), new=_place(new, beside=old))
    return ChangeLine(words, _on(item))


def _offered(occurrence: Occurrence) -> ChangeLine:
    """Return what the owner has offered instead of a date."""
    (change,) = changes_of([occurrence])
    use = Interval(change.new.start, change.new.end)
    return ChangeLine(f"{when(use)}, {room_name(room_of(change.new.room_id))}")


def _place(spot: Spot, *, beside: Spot) -> str:
    """Return a place in words that are not said of the other one: the hours alone on the same day."""
    same_day = local_date(spot.use.start, zone()) == local_date(beside.use.start, zone())
    hours = _("klo %(times)s", times=time_range(spot.use))
    words = when(spot.use) if not same_day or spot.use.duration.days else hours
    return words if spot.room.id == beside.room.id else f"{words}, {room_name(spot.room)}"


def _new(item: Item) -> ChangeLine:
    if item.wish is None or item.wish.use is None:
        return ChangeLine("")
    return ChangeLine(f"{when(item.wish.use)}, {room_name(item.wish.room)}", _on(item))


def _ended(item: Item) -> ChangeLine:
    use = item.date.spot.use if item.date else None
    words = when(use) if use else date_long(item.on)
    return ChangeLine(_and_waits(words, item), _on(item))


def _skipped(item: Item) -> ChangeLine:
    use = item.wish.slot if item.wish else None
    return ChangeLine(_and_waits(when(use) if use else date_long(item.on), item), _on(item))


def _and_waits(words: str, item: Item) -> str:
    waits = item.wish is not None and item.wish.fix is not None and item.wish.fix.kind is FixKind.WAIT
    return _("%(when)s, jonotetaan", when=words) if waits else words


def _kept(item: Item, words: str) -> ChangeLine:
    use = item.date.spot.use if item.date else None
    day = when(use) if use else date_long(item.on)
    return ChangeLine(_("%(when)s %(what)s", when=day, what=words), _on(item))


def _on(item: Item) -> date | None:
    return item.wish.fix.on if item.wish is not None and item.wish.fix is not None else None


def _unsolved(lines: Sequence[Line]) -> list[DateLine]:
    previews = [(line, line.found) for line in lines if line.found]
    alike = Counter(replace(fix, on=date.min) for _line, found in previews for fix in found.works)
    return [
        _trouble(line, found, alike if n < MOST_WITH_OFFERS else None)
        for n, (line, found) in enumerate(previews)
    ]


def _trouble(line: Line, found: Preview, alike: Counter[Fix] | None) -> DateLine:
    look, state = _STATES[found.problem]
    return DateLine(
        on=found.wish.on,
        when=_wished(line.item, found.wish.use),
        look=look,
        state=str(state) if state else None,
        reasons=[sentence(each.code, each.params) for each in found.violations],
        offers=[_offer(offer, line.item, alike) for offer in found.offers] if alike is not None else (),
        choice=_("Valittua ei voi saada") if found.wish.fix else "",
    )


def _wished(item: Item, use: Interval | None) -> str:
    words = when(use) if use else date_long(item.on)
    if item.wish is None or item.date is None or item.wish.room.id == item.date.spot.room.id:
        return words
    return f"{words}, {room_name(item.wish.room)}"


def _offer(offer: Offer, item: Item, alike: Counter[Fix]) -> OfferLine:
    return OfferLine(write_fix(offer.fix), _offer_words(offer, item), alike[replace(offer.fix, on=date.min)])


def _offer_words(offer: Offer, item: Item) -> str:
    match offer.fix.kind:
        case FixKind.TIME if offer.use is not None:
            return _("Siirrä klo %(times)s", times=time_range(offer.use))
        case FixKind.ROOM if offer.room is not None and offer.use is not None and offer.fix.start:
            return _("%(room)s klo %(times)s", room=room_name(offer.room), times=time_range(offer.use))
        case FixKind.ROOM if offer.room is not None:
            return _("%(room)s samaan aikaan", room=room_name(offer.room))
        case FixKind.KEEP if offer.use is not None:
            return _("Pidä ennallaan, klo %(times)s", times=time_range(offer.use))
        case FixKind.WAIT:
            return _("Jonoon")
    return _("Peru tämä päivä") if item.date is not None else _("Jätä pois")


def _terms(found: EditPreview) -> list[RoomFacts]:
    """Return the rooms that dates go to for the first time, where there are terms."""
    known = {each.room_id for each in found.reservation.occurrences}
    wishes: Iterable[RoomFacts] = (
        line.item.wish.room for line in found.lines if line.found and line.item.wish
    )
    return list({room.id: room for room in wishes if room.id not in known and room.terms}.values())
