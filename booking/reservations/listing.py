"""Reservations in lists, with their room's name in the reader's language: one line each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.reservations.lifecycle import State
from booking.reservations.lists import Extent, Listed, extents
from booking.reservations.policy import Sight, state_shown
from booking.reservations.series_words import stored_in_words
from booking.reservations.summary import counts_in_words, look_of
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name


@dataclass(frozen=True, slots=True)
class ListedItem:
    """One line of a list. `start` and `end` are those of the date that the list is about.

    Of a series, `state` is what stands for all its dates (`look_of`), `counts` says how many stand how,
    `pattern` how it repeats and `more` how many further dates the list is about. `offers` await an answer,
    which the reader gives if `can_answer`.
    """

    reference: str
    title: str
    room: str
    room_slug: str
    start: datetime
    end: datetime
    state: str
    organisation: str | None
    more: int = 0
    is_series: bool = False
    pattern: Sequence[str] = ()
    counts: str = ""
    offers: int = 0
    answer_by: datetime | None = None
    can_answer: bool = False


def listed_items(listed: Sequence[Listed]) -> list[ListedItem]:
    """Return the lines of a list for everybody, about single dates: a series is told by one of them."""
    rooms = catalogue().by_id
    return [
        ListedItem(
            reference=each.reference,
            title=each.date_title,
            room=room_name(rooms[each.room_id]),
            room_slug=rooms[each.room_id].slug,
            start=each.start,
            end=each.end,
            state=state_shown(State(each.state), Sight.PUBLIC).value,
            organisation=each.organisation,
            more=each.dates - 1,
        )
        for each in listed
    ]


def own_items(actor: Actor, *lists: Sequence[Listed]) -> list[list[ListedItem]]:
    """Return the lines of lists of one's own: a series is told as a whole. One statement for all of them."""
    known = extents({each.reservation_id for listed in lists for each in listed})
    return [[_own_item(each, known, actor) for each in listed] for listed in lists]


def _own_item(each: Listed, known: Mapping[int, Extent], actor: Actor) -> ListedItem:
    extent, rooms = known[each.reservation_id], catalogue().by_id
    is_series = each.pattern is not None or extent.states.total() > 1
    by_use = sorted((-dates, room_name(rooms[room_id])) for room_id, dates in extent.rooms.items())
    return ListedItem(
        reference=each.reference,
        title=each.title if is_series else each.date_title,
        room=", ".join(name for _dates, name in by_use),
        room_slug=rooms[each.room_id].slug,
        start=each.start,
        end=each.end,
        state=look_of(extent.states) if is_series else each.state,
        organisation=each.organisation,
        more=each.dates - 1,
        is_series=is_series,
        pattern=stored_in_words(each.pattern, extent.start, extent.last) if is_series else (),
        counts=counts_in_words(extent.states) if is_series else "",
        offers=extent.offers,
        answer_by=extent.answer_by,
        can_answer=each.organisation_id is None or actor.has(Right.BOOK, each.organisation_id),
    )
