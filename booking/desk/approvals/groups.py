"""The approver's queue: clear requests by themselves, those that compete side by side, oldest first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.availability.river import River
from booking.desk.approvals.items import Background, QueueItem, queue_item
from booking.desk.approvals.listing import Asked, Group, listed
from booking.desk.approvals.open_dates import OpenDate, Waiting, by_reservation, waiting_for
from booking.desk.approvals.past_use import Applicant, past_use
from booking.desk.approvals.queue import numbers_by_state, requests
from booking.desk.approvals.rivalry import Wish, rivalry
from booking.desk.approvals.rivers import largest_room, rivers, span_of
from booking.reservations.changes import room_of
from booking.reservations.criteria import published
from booking.reservations.models import Reservation
from booking.reservations.obstacles import in_the_way_of
from booking.reservations.questions.pages import standings
from booking.rooms.pages import RoomSummary, summary
from booking.web.paging import Page

ALL = Asked()


@dataclass(frozen=True, slots=True)
class QueueGroup:
    """The requests that compete, or one alone. A river is drawn where each is for one date."""

    room: RoomSummary
    start: datetime
    end: datetime
    river: River | None
    requests: Sequence[QueueItem]

    @property
    def is_single(self) -> bool:
        """Whether each request is for one date."""
        return not any(item.is_series for item in self.requests)

    @property
    def is_clear(self) -> bool:
        """Whether it is one request that can be confirmed together with others like it."""
        return all(item.is_clear for item in self.requests)

    @property
    def wants_river(self) -> bool:
        """Whether what lies beside it has to be seen. Series would need one a date."""
        return self.is_single and not self.is_clear


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of what awaits a person's decision.

    `waiting` and `oldest` are of everything that awaits them; `page.total` of what is asked for.
    """

    groups: Sequence[QueueGroup]
    page: Page
    waiting: int
    oldest: datetime | None

    @property
    def clear(self) -> list[QueueItem]:
        """The requests that can be confirmed at once."""
        return [item for group in self.groups if group.is_clear for item in group.requests]

    @property
    def others(self) -> list[QueueGroup]:
        """What has to be looked at."""
        return [group for group in self.groups if not group.is_clear]


def queue(actor: Actor, now: datetime, asked: Asked = ALL) -> Queue:
    """Return what awaits this person's decision. A few statements, however much it is."""
    waiting = waiting_for(actor, now)
    page = listed(_groups(waiting), asked, now)
    dates = [each for group in page.groups for each in group.dates]
    found = requests({each.reservation_id for each in dates})
    known = _background(page.groups, dates, found, actor, now)
    groups = [(_queue_group(group, found, known), group) for group in page.groups]
    return Queue(
        _with_rivers([each for each in groups if asked.show != "clear" or each[0].is_clear], found, now),
        page.page,
        waiting=len({each.reservation_id for each in waiting.own}),
        oldest=min((each.asked_at for each in waiting.own), default=None),
    )


def _groups(waiting: Waiting) -> list[Group]:
    """Return this person's requests joined by what competes; others' count and are not shown."""
    own = {each.id: each for each in waiting.own}
    found = rivalry(_wish(each) for each in (*waiting.own, *waiting.others))
    shown = [[own[wish.date_id] for wish in group if wish.date_id in own] for group in found.groups]
    return [Group(dates, found.competing.intersection(each.id for each in dates)) for dates in shown if dates]


def _wish(date: OpenDate) -> Wish:
    return Wish(date.id, date.reservation_id, room_of(date.wanted.room_id).space_ids, date.wanted.claimed)


def _background(
    groups: Sequence[Group],
    dates: Sequence[OpenDate],
    found: dict[int, Reservation],
    actor: Actor,
    now: datetime,
) -> Background:
    owners = {each.id: room_of(each.slot.room_id).owner_id for each in dates}
    applicants = {Applicant.of(found[each.reservation_id], owners[each.id]) for each in dates}
    return Background(
        competing=frozenset().union(*(group.competing for group in groups)),
        blockers=in_the_way_of({each.id: each.own_claims for each in dates}),
        numbers=numbers_by_state(found),
        criteria=published({owner_id for owner_id in owners.values() if owner_id is not None}),
        uses=past_use(applicants, now),
        exchanges=standings([each.reference for each in found.values()]),
        own=actor.organisations_with(Right.SEE),
        now=now,
    )


def _queue_group(group: Group, found: dict[int, Reservation], known: Background) -> QueueGroup:
    items = [
        queue_item(found[reservation_id], dates, known)
        for reservation_id, dates in by_reservation(group.dates).items()
    ]
    items.sort(key=lambda item: (item.sent_at, item.dates[0].id))
    span = span_of(group.dates)
    return QueueGroup(summary(largest_room(group.dates)), span.start, span.end, None, items)


def _with_rivers(
    groups: Sequence[tuple[QueueGroup, Group]], found: dict[int, Reservation], now: datetime
) -> list[QueueGroup]:
    """Draw the rivers: of single requests beside which something else lies. A clear one needs none."""
    names = {
        key: each.organisation.name if each.organisation else each.booker.name for key, each in found.items()
    }
    drawn = iter(rivers([group.dates for each, group in groups if each.wants_river], names, now))
    return [replace(each, river=next(drawn)) if each.wants_river else each for each, _group in groups]
