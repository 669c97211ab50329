"""Leave the line, answer an offer, and end what has had its time.

Every function flushes in the caller's transaction. Offers are made by `offering`, in the transaction that
gives a slot back.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, literal, or_, select

from booking.access.actor import Actor
from booking.audit.service import record
from booking.db import UTCDateTime, plus_minutes
from booking.errors import NotFound, WrongState
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.reservations.changes import lock_rooms, room_of
from booking.reservations.models import Reservation
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from booking.reservations.waiting import messages, policy
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.reservations.waiting.queries import OPEN, entry_query
from booking.rooms.models import Room

ENDED_AT_ONCE = 200  # dates a run; the next run takes the rest


def leave(reference: str, date_ids: Collection[int] | None, *, actor: Actor, now: datetime) -> WaitingEntry:
    """Wait no longer for these dates; None: for none of them. What is offered goes to the next.

    Raises NotFound, Forbidden, and WrongState for a date that is not waited for.
    """
    entry = _for_change(reference, actor)
    chosen = _dates(entry, date_ids)
    if not chosen or any(each.state not in OPEN for each in chosen):
        raise WrongState("not_waiting")
    _end(chosen, "left", now)
    messages.take_back_offers(entry)
    record("leave", "waiting", entry.id, actor_id=actor.user_id, now=now, dates=_ids(chosen))
    return entry


def refuse(reference: str, date_id: int, *, actor: Actor, now: datetime) -> WaitingEntry:
    """Say no to an offer; it goes to the next. Raises NotFound, Forbidden, WrongState."""
    entry = _for_change(reference, actor)
    (date,) = _dates(entry, [date_id])
    _require_offer(date, now)
    _end([date], "refused", now)
    messages.take_back_offers(entry)
    record("refuse", "waiting", entry.id, actor_id=actor.user_id, now=now, dates=[date.id])
    return entry


def accept(reference: str, date_id: int, *, actor: Actor, now: datetime) -> Reservation:
    """Take what is offered: an ordinary request that takes its space at once. Return it, flushed.

    Who accepts twice gets the same. Raises NotFound, Forbidden, WrongState for an offer that has ended, and
    RuleViolation when the room's rules have changed; then the offer stands.
    """
    entry = _for_change(reference, actor)
    (date,) = _dates(entry, [date_id])
    if date.reservation is not None:
        return date.reservation
    _require_offer(date, now)
    _end([date], "accepted", now)
    reservation = request_reservation(request_of(date), actor=actor, now=now, holds=True)
    date.reservation = reservation
    messages.take_back_offers(entry)
    record(
        "accept",
        "waiting",
        entry.id,
        actor_id=actor.user_id,
        now=now,
        dates=[date.id],
        reservation=reservation.id,
    )
    return reservation


def lapse_due(*, now: datetime) -> int:
    """End the offers nobody answered in time and the waits that came to nothing; return how many dates.

    What was offered goes to the next in the line. Some at a time.
    """
    due = db.session.scalars(_due(now)).all()
    lock_rooms(room_of(each.room_id) for each in due)
    again = select(WaitingDate).where(WaitingDate.id.in_(_ids(due))).order_by(WaitingDate.id)
    dates = [
        each
        for each in db.session.scalars(again.execution_options(populate_existing=True))
        if _is_due(each, now)
    ]
    for state, kind, action in (
        ("offered", "waiting_lapsed", "lapse"),
        ("waiting", "waiting_passed", "pass"),
    ):
        ended = [each for each in dates if each.state == state]
        for entry, own in _by_entry(ended).items():
            _end(own, "lapsed" if state == "offered" else "passed", now)
            record(action, "waiting", entry.id, actor_id=None, now=now, dates=_ids(own))
            messages.tell(kind, policy.side(entry), entry, own, now=now)
    return len(dates)


def request_of(date: WaitingDate) -> ReservationRequest:
    """Return the request that a date waits to make."""
    entry = date.entry
    return ReservationRequest(
        room_slug=room_of(date.room_id).slug,
        start=date.starts_at,
        end=date.ends_at,
        title=entry.title,
        purpose=entry.purpose,
        visibility=entry.visibility,
        people=entry.people,
        organisation_slug=entry.organisation.slug if entry.organisation else None,
        responsible=entry.responsible,
        contact=entry.contact,
        note=entry.note,
        age=entry.age,
    )


def last_moment(date: WaitingDate) -> datetime:
    """Return when it is too late to ask for the date: the room's notice before its start."""
    return date.starts_at - timedelta(minutes=room_of(date.room_id).rules.notice_minutes)


def _for_change(reference: str, actor: Actor) -> WaitingEntry:
    """Return an entry as it stands under the locks of its room. Raises NotFound, Forbidden."""
    query = entry_query(reference).execution_options(populate_existing=True)
    entry = db.session.scalar(query)
    if entry is None:
        raise NotFound("unknown_waiting")
    policy.require_booker(entry, actor)
    lock_rooms([room_of(entry.room_id)])
    return db.session.scalars(query).one()


def _dates(entry: WaitingEntry, date_ids: Collection[int] | None) -> list[WaitingDate]:
    if date_ids is None:
        return [each for each in entry.dates if each.state in OPEN]
    wanted = set(date_ids)
    chosen = [each for each in entry.dates if each.id in wanted]
    if len(chosen) < len(wanted):
        raise NotFound("unknown_waiting")
    return chosen


def _require_offer(date: WaitingDate, now: datetime) -> None:
    if date.state != "offered" or date.deadline_at is None or date.deadline_at <= now:
        raise WrongState("offer_ended")


def _end(dates: Sequence[WaitingDate], state: str, now: datetime) -> None:
    """Have these dates wait no more, and give back what their offers hold."""
    claims = [each.claim_id for each in dates if each.claim_id is not None]
    for each in dates:
        each.state, each.claim_id, each.changed_at = state, None, now
    occupancy.release(claims, now=now)
    db.session.flush()


def _due(now: datetime) -> Select[WaitingDate]:
    too_near = plus_minutes(literal(now, UTCDateTime()), Room.notice_minutes)
    return (
        select(WaitingDate)
        .join(Room, Room.id == WaitingDate.room_id)
        .where(
            or_(
                and_(WaitingDate.state == "offered", WaitingDate.deadline_at <= now),
                and_(WaitingDate.state == "waiting", WaitingDate.starts_at <= too_near),
            )
        )
        .order_by(WaitingDate.starts_at, WaitingDate.id)
        .limit(ENDED_AT_ONCE)
    )


def _is_due(date: WaitingDate, now: datetime) -> bool:
    if date.state == "offered":
        return date.deadline_at is not None and date.deadline_at <= now
    return date.state == "waiting" and last_moment(date) <= now


def _by_entry(dates: Iterable[WaitingDate]) -> dict[WaitingEntry, list[WaitingDate]]:
    found: dict[WaitingEntry, list[WaitingDate]] = {}
    for each in dates:
        found.setdefault(each.entry, []).append(each)
    return found


def _ids(dates: Iterable[WaitingDate]) -> list[int]:
    return [each.id for each in dates]
