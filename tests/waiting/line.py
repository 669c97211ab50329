"""Short ways to stand in a line, to free a slot and to see who was offered what."""

from datetime import datetime
from typing import Any

from booking.accounts.models import User
from booking.audit.service import history
from booking.db import in_transaction
from booking.occupancy.service import held
from booking.organisations.models import Organisation
from booking.reservations.decisions import cancel
from booking.reservations.models import Reservation
from booking.reservations.waiting.joining import join
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.reservations.waiting.service import lapse_due
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.users import acting
from tests.reservations.town import Town


def wait(
    user: User,
    room: Room,
    *uses: Interval,
    organisation: Organisation | None = None,
    now: datetime = NOW,
    **changes: Any,
) -> WaitingEntry:
    """Have a person join the line for these uses, by default EVENING; for themselves or an association."""
    wanted = uses or (EVENING,)
    slug = organisation.slug if organisation else None
    request = request_for(room, wanted[0], organisation_slug=slug, **changes)
    return in_transaction(lambda: join(request, wanted, actor=acting(user), now=now))


def take(town: Town, *uses: Interval, **changes: Any) -> Reservation:
    """Return a confirmed reservation of the chess club, in the town's room unless another is given."""
    room = changes.pop("room", town.room)
    values = {"booker": town.rival, "organisation": town.chess_club} | changes
    return make_reservation(room, *uses, **values)


def free(town: Town, reservation: Reservation, now: datetime = NOW, ids: list[int] | None = None) -> None:
    """Have the approver cancel the dates of a reservation."""
    reference, approver = reservation.reference, acting(town.approver)
    in_transaction(lambda: cancel(reference, ids, "Remontti", actor=approver, now=now))


def pass_time(now: datetime) -> int:
    """Have the periodic work end what is due; return how many dates."""
    return in_transaction(lambda: lapse_due(now=now))


def states(*entries: WaitingEntry) -> list[str]:
    """Return the states of these entries' dates in their order."""
    return [date.state for entry in entries for date in entry.dates]


def the_date(entry: WaitingEntry) -> WaitingDate:
    """Return the only date of an entry."""
    (date,) = entry.dates
    return date


def what_is_held(entry: WaitingEntry) -> list[tuple[int, Interval]]:
    """Return what the offers of an entry hold."""
    claims = held([date.claim_id for date in entry.dates if date.claim_id])
    return [row for claim_id in sorted(claims) for row in claims[claim_id]]


def steps(entry: WaitingEntry) -> list[tuple[str, int | None]]:
    """Return the record of an entry as (action, who)."""
    return [(each.action, each.actor_id) for each in history("waiting", entry.id)]
