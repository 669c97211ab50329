"""The dates of a series on the request page: how each stands, what would mend it, and what was chosen."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.availability.fixes import Fix, FixKind, write_fix
from booking.availability.left_out import left_out
from booking.availability.pattern_words import in_words
from booking.availability.series import Offer, Preview
from booking.availability.wishes import Wish
from booking.clock import zone
from booking.i18n import gettext as _
from booking.reservations.other_rooms import differences
from booking.reservations.series_request import Draft
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.timetable.zone import local_date
from booking.web.filters import date_long, time_range, when
from booking.web.sentences import sentence

MOST_WITH_OFFERS: Final = 12  # dates in trouble; beyond these the offers come when the first are mended

# The look of a chip, and its words where the look's own do not say it
_STATES: Final = {
    "": ("free", None),
    "taken": ("taken", None),
    "itself": ("taken", _l("päällekkäin")),
    "closed": ("closed", None),
    "rule": ("not_for_you", None),
    "missing": ("not_for_you", _l("kellonaikaa ei ole")),
}


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One way to mend a date: what the button sends and says.

    `alike`: for how many dates it would do, told at the first of them; 1 at the others.
    """

    value: str
    words: str
    alike: int


@dataclass(frozen=True, slots=True)
class DateLine:
    """One date: when, how it stands (`look` and `state` make a chip), why, and what was chosen for it.

    `awaited`: that it is free, but others ask for it too.
    """

    on: date
    when: str
    look: str
    state: str | None
    reasons: Sequence[str]
    offers: Sequence[OfferLine]
    choice: str
    awaited: str = ""


@dataclass(frozen=True, slots=True)
class SeriesDates:
    """The dates in three groups, each in order: those that need a choice, those that have one, the rest.

    `reasons` stand in the way of all dates alike; `left_out` says what the pattern passes over. `booked` and
    `waited`: how many are asked for and waited for. `some_need_consent`: the room confirms at once, but
    another one that was chosen does not. `mark`: what the form carries once it has shown these dates.
    `focus`: the date at which the reader goes on; None is the heading.
    """

    words: str
    mark: str
    unsolved: Sequence[DateLine]
    chosen: Sequence[DateLine]
    working: Sequence[DateLine]
    reasons: Sequence[str]
    left_out: Sequence[str]
    booked: int
    waited: int
    other_rooms: Sequence[RoomFacts]
    some_need_consent: bool
    focus: date | None

    @property
    def total(self) -> int:
        """How many dates the pattern gives."""
        return len(self.unsolved) + len(self.chosen) + len(self.working)

    @property
    def awaited(self) -> int:
        """How many dates others ask for too."""
        return sum(bool(each.awaited) for each in (*self.chosen, *self.working))

    @property
    def working_open(self) -> bool:
        """Whether the reader goes on among the dates that work."""
        return any(each.on == self.focus for each in self.working)

    @property
    def has_more(self) -> bool:
        """Whether some dates in trouble get their offers only later."""
        return len(self.unsolved) > MOST_WITH_OFFERS


def dates_of(
    draft: Draft,
    previews: Sequence[Preview],
    *,
    awaited: Mapping[date, int] = MappingProxyType({}),
    step: str = "",
    on: date | None = None,
) -> SeriesDates:
    """Return the dates as the page shows them. `step`, `on`: the last button and the date it was about.

    `awaited`: how many other requests wait for a date's time.
    """
    alike = Counter(replace(fix, on=date.min) for each in previews for fix in each.works)
    reasons = _reasons_of_all(previews)
    first = local_date(draft.use.start, zone())
    unsolved: list[DateLine] = []
    chosen: list[DateLine] = []
    working: list[DateLine] = []
    for each in previews:
        if each.problem:
            offered = each.offers if len(unsolved) < MOST_WITH_OFFERS else ()
            offers = [_offer(offer, draft.room, alike) for offer in offered]
            unsolved.append(_line(each, draft.room, reasons, offers))
        else:
            line = replace(_line(each, draft.room), awaited=_awaited(awaited.get(each.wish.on, 0)))
            (chosen if each.wish.fix else working).append(line)
    return SeriesDates(
        words=in_words(draft.pattern, first),
        mark=draft.mark,
        unsolved=unsolved,
        chosen=chosen,
        working=working,
        reasons=reasons,
        left_out=left_out(draft.pattern, first, draft.slots[-1].date, draft.room.school_breaks),
        booked=sum(each.wish.is_booked for each in previews),
        waited=sum(_kind(each.wish) is FixKind.WAIT for each in previews),
        other_rooms=draft.other_rooms,
        some_need_consent=_at_once(draft.room) and not all(map(_at_once, draft.other_rooms)),
        focus=_next(step, on, unsolved, working),
    )


def _line(
    found: Preview, room: RoomFacts, said: Sequence[str] = (), offers: Sequence[OfferLine] = ()
) -> DateLine:
    wish = found.wish
    look, state = _STATES[found.problem]
    reasons = (sentence(each.code, each.params) for each in found.violations)
    return DateLine(
        on=wish.on,
        when=when(wish.slot) if wish.slot else date_long(wish.on),
        look=look,
        state=str(state) if state else None,
        reasons=[each for each in reasons if each not in said],
        offers=offers,
        choice=_choice(wish, room),
    )


def _offer(offer: Offer, room: RoomFacts, alike: Counter[Fix]) -> OfferLine:
    fix = offer.fix
    # once told it is not told again: twenty times "for all of them" would hide what is on offer
    return OfferLine(write_fix(fix), _offer_words(offer, room), alike.pop(replace(fix, on=date.min), 1))


def _offer_words(offer: Offer, room: RoomFacts) -> str:
    match offer.fix.kind:
        case FixKind.WAIT:
            return _("Jonoon")
        case FixKind.TIME if offer.use is not None:
            return _("Siirrä klo %(times)s", times=time_range(offer.use))
        case FixKind.ROOM if offer.room is not None and offer.use is not None:
            return _elsewhere(offer.room, offer.use if offer.fix.start else None, room)
    return _("Jätä pois")


def _elsewhere(other: RoomFacts, use: Interval | None, room: RoomFacts) -> str:
    """Return another room in words, at its time where it is another one. It may be another owner's."""
    name = room_name(other)
    if use is None:
        words = _("%(room)s samaan aikaan", room=name)
    else:
        words = _("%(room)s klo %(times)s", room=name, times=time_range(use))
    differing = differences(other, room)
    if differing:
        words = f"{words}: {differing}"
    if other.owner_id == room.owner_id:
        return words
    return _("%(offer)s, lähtee omana pyyntönään: %(owner)s", offer=words, owner=other.owner)


def _choice(wish: Wish, room: RoomFacts) -> str:
    """Return what was chosen for a date, "" for nothing."""
    match _kind(wish):
        case FixKind.SKIP:
            return _("Jätetään pois")
        case FixKind.WAIT:
            return _("Jonotetaan")
        case FixKind.TIME if wish.use is not None:
            return _("Siirretään klo %(times)s", times=time_range(wish.use))
        case FixKind.ROOM:
            return _elsewhere(wish.room, wish.use if wish.fix and wish.fix.start else None, room)
        case None:
            return ""
    return _("Siirretään")


def _awaited(others: int) -> str:
    """Return that a date is free but that so many others ask for it, "" of none."""
    if not others:
        return ""
    return str(ngettext("vapaana, toinen pyyntö odottaa", "vapaana, %(num)s muuta pyyntöä odottaa", others))


def _at_once(room: RoomFacts) -> bool:
    return room.rules.approval == "at_once"


def _kind(wish: Wish) -> FixKind | None:
    return wish.fix.kind if wish.fix else None


def _reasons_of_all(previews: Sequence[Preview]) -> list[str]:
    """Return what stands in the way of every booked date alike: said once."""
    booked = [each for each in previews if each.wish.is_booked]
    if len(booked) < 2:
        return []
    found = [{sentence(broken.code, broken.params) for broken in each.violations} for each in booked]
    first = (sentence(broken.code, broken.params) for broken in booked[0].violations)
    return [words for words in first if all(words in each for each in found)]


def _next(
    step: str, at: date | None, unsolved: Sequence[DateLine], working: Sequence[DateLine]
) -> date | None:
    """Return the date to go on with: the next one in trouble, or where a date was left out or taken back."""
    if at is None:
        return None
    if step == "leave_out":
        return _at_or_after(at, working)
    if step == "untake" and any(each.on == at for each in (*unsolved, *working)):
        return at
    return _at_or_after(at, unsolved)


def _at_or_after(at: date, lines: Sequence[DateLine]) -> date | None:
    """Return the first of these dates from that one on, else the first of all."""
    later = [each.on for each in lines if each.on >= at]
    return next(iter(later), lines[0].on if lines else None)
