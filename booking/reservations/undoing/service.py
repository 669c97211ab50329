"""Undo an owner's decision within a minute: all that it changed is put back, or nothing.

Source: DOMAIN.md, "Reservations"; decision 18. Works in the caller's transaction and flushes.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.models import AuditEntry
from booking.audit.service import record as write_history
from booking.errors import NotFound, SlotTaken, WrongState
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.outbox.message import Message
from booking.outbox.service import post, take_back_untried
from booking.reservations.behalf.models import Call
from booking.reservations.changes import (
    beside,
    hold,
    hold_of,
    lock_rooms,
    mark_changed,
    record_change,
    room_of,
    touch_calendars,
)
from booking.reservations.lifecycle import HOLDING, State, Step
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.undoing.keeping import TIME_TO_UNDO, fingerprint, until
from booking.reservations.undoing.models import DecisionRecord
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.timetable.interval import Interval

KEPT_FOR = timedelta(hours=1)  # long enough to say that it is too late


@dataclass(frozen=True, slots=True)
class Undone:
    """What was put back: the reservations concerned, those decided on first, and how many dates."""

    reservations: Sequence[Reservation]
    dates: int


def undo(decision_ids: Sequence[int], *, actor: Actor, now: datetime) -> Undone:
    """Put back all that these decisions changed, the last one first, as an approver of the same owner.

    It is new history. Raises NotFound for a decision of other owners' rooms, and WrongState when the minute
    is over, when it has been undone already, and when anything it touched has changed since; then nothing is
    changed at all.
    """
    records = [_record(each, actor) for each in sorted(set(decision_ids))]
    lock_rooms(room_of(each) for record in records for each in _rooms(record.changes))
    dates: list[Occurrence] = []
    for record in reversed(records):
        dates += _undo_one(record.id, actor, now)
    return Undone(list(dict.fromkeys(each.reservation for each in dates)), len({each.id for each in dates}))


def _undo_one(decision_id: int, actor: Actor, now: datetime) -> list[Occurrence]:
    record = _record(decision_id, actor)  # as it stands under the locks
    if record.undone_at is not None:
        raise WrongState("already_undone")
    if now >= until(record):
        raise WrongState("too_late_to_undo")
    dates = _dates(record.changes)
    offers = _offers(record.changes)
    _refuse_changed(record.changes, dates, offers, actor)
    _take_mail_back(record.changes, now)
    _take_calls_back(record.changes)
    try:
        _restore(record.changes, dates, offers, now)
    except SlotTaken as error:
        raise WrongState("undo_slot_taken") from error
    _refuse_taken(dates, record.changes["audit"])
    record.undone_at = now
    _tell(record, dates, offers, actor, now)
    return dates


def may_undo(record: DecisionRecord, actor: Actor) -> bool:
    """Say whether the person decides for every owner whose approvers made the decision."""
    owners = record.changes.get("owners", ())
    return bool(owners) and all(actor.has(Right.DECIDE, each) for each in owners)


def forget_old(now: datetime) -> None:
    """Delete what cannot be undone any more: the texts of mails are in it."""
    db.session.execute(delete(DecisionRecord).where(DecisionRecord.decided_at < now - KEPT_FOR))


def _record(decision_id: int, actor: Actor) -> DecisionRecord:
    found = db.session.get(DecisionRecord, decision_id, populate_existing=True)
    if found is None or not may_undo(found, actor):
        raise NotFound("unknown_decision")
    return found


def _rooms(changes: dict[str, Any]) -> set[int]:
    """Return every room in which something is put back or taken away again."""
    rooms = {room_id for _date, room_id, _claim in changes["offers"]}
    for was in changes["dates"].values():
        rooms |= {was["room"], was["after"][1]}
        if was["proposal"]:
            rooms.add(was["proposal"]["room"])
    return rooms


def _dates(changes: dict[str, Any]) -> list[Occurrence]:
    """Return the dates in the order in which the decision changed them, read anew."""
    order = [int(each) for each in changes["dates"]]
    query = select(Occurrence).where(Occurrence.id.in_(order)).options(joinedload(Occurrence.reservation))
    found = {each.id: each for each in db.session.scalars(query.execution_options(populate_existing=True))}
    return [found[each] for each in order]


def _offers(changes: dict[str, Any]) -> list[WaitingDate]:
    query = select(WaitingDate).where(WaitingDate.id.in_([each[0] for each in changes["offers"]]))
    query = query.options(joinedload(WaitingDate.entry)).order_by(WaitingDate.id)
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def _refuse_changed(
    changes: dict[str, Any], dates: Sequence[Occurrence], offers: Sequence[WaitingDate], actor: Actor
) -> None:
    for each in dates:
        if fingerprint(each) != changes["dates"][str(each.id)]["after"]:
            if not actor.has(Right.DECIDE, room_of(each.room_id).owner_id):
                raise WrongState("undo_other_changed")
            raise WrongState("undo_date_changed", title=each.title, moment=each.starts_at)
    claims = {date_id: claim_id for date_id, _room, claim_id in changes["offers"]}
    if any(each.state != "offered" or each.claim_id != claims[each.id] for each in offers):
        raise WrongState("undo_offer_answered")


def _take_mail_back(changes: dict[str, Any], now: datetime) -> None:
    """Have no mail of the decision go out, and those it dropped after all. Raises WrongState."""
    if len(take_back_untried(changes["mails"])) < len(changes["mails"]):
        raise WrongState("too_late_to_undo")
    for words in changes["dropped"]:
        post(Message(*words), now=now, wait_seconds=TIME_TO_UNDO)


def _take_calls_back(changes: dict[str, Any]) -> None:
    """Have staff not tell it by phone. Raises WrongState when somebody has done so."""
    calls = changes["calls"]
    removed = db.session.execute(
        delete(Call).where(Call.id.in_(calls), Call.told_at.is_(None)).returning(Call.id)
    ).all()
    if len(removed) < len(calls):
        raise WrongState("undo_told")


def _restore(
    changes: dict[str, Any], dates: Sequence[Occurrence], offers: Sequence[WaitingDate], now: datetime
) -> None:
    """Put states and proposals back; then all that is held too much is released, and all else claimed."""
    ended = [date.claim_id for date in offers if date.claim_id is not None]
    for date in offers:
        date.state, date.claim_id, date.deadline_at, date.changed_at = "waiting", None, None, now
    occupancy.release(ended, now=now)
    occupancy.yield_to(
        [
            (claim_id, space_id, Interval(datetime.fromisoformat(start), datetime.fromisoformat(end)))
            for claim_id, space_id, start, end in changes["blocks"]
        ]
    )
    reopened: list[tuple[Proposal, dict[str, Any]]] = []
    for each in dates:
        was = changes["dates"][str(each.id)]
        _put_back(each, was)
        mark_changed(each, now)
        for proposal in each.proposals:
            if was["proposal"] and proposal.id == was["proposal"]["id"]:
                proposal.state, proposal.closed_at = "open", None
                reopened.append((proposal, was["proposal"]))
    db.session.flush()
    hold([(each, hold_of(each)) for each in dates], now=now)
    holding = [(proposal, _parts(was["hold"])) for proposal, was in reopened if was["hold"]]
    made = occupancy.claim_all("offer", [parts for _proposal, parts in holding])
    for (proposal, _taken), claim_id in zip(holding, made, strict=True):
        proposal.claim_id = claim_id
    db.session.flush()


def _put_back(occurrence: Occurrence, was: dict[str, Any]) -> None:
    occurrence.state = was["state"]
    if occurrence.room_id != was["room"]:
        occurrence.room = _room(was["room"])
        occurrence.room_id = was["room"]
    occurrence.starts_at, occurrence.ends_at = map(datetime.fromisoformat, was["times"])
    occurrence.turnaround_minutes, occurrence.is_exception = was["turnaround"], was["exception"]
    occurrence.reminded_at = datetime.fromisoformat(was["reminded"]) if was["reminded"] else None
    reservation, (_id, room_id, terms) = occurrence.reservation, was["reservation"]
    if reservation.room_id != room_id:
        reservation.room, reservation.room_id, reservation.terms_version = _room(room_id), room_id, terms


def _room(room_id: int) -> Room:
    return db.session.get_one(Room, room_id)


def _parts(rows: Iterable[Sequence[Any]]) -> list[occupancy.Part]:
    return [
        occupancy.Part((space_id,), Interval(datetime.fromisoformat(start), datetime.fromisoformat(end)))
        for space_id, start, end in rows
    ]


def _refuse_taken(dates: Sequence[Occurrence], watermark: int | None) -> None:
    """Raise WrongState when a date would wait for a time that others have got, or have lost, meanwhile."""
    waiting = [each for each in dates if each.state == State.PENDING and each.claim_id is None]
    winners = beside([each for each in waiting if each.proposal is None], Occurrence.state.in_(HOLDING))
    if any(winners.values()):
        raise WrongState("undo_slot_taken")
    losers = {
        rival.reservation_id
        for rivals in beside(waiting, Occurrence.state == State.DECLINED.value).values()
        for rival in rivals
        if rival not in dates
    }
    if losers and _lost_since(losers, watermark or 0):
        raise WrongState("undo_rival_lost")


def _lost_since(reservation_ids: Collection[int], watermark: int) -> bool:
    query = select(AuditEntry.id).where(
        AuditEntry.subject_kind == "reservation",
        AuditEntry.subject_id.in_(reservation_ids),
        AuditEntry.action == Step.LOSE.value,
        AuditEntry.id > watermark,
    )
    return db.session.scalar(query.limit(1)) is not None


def _tell(
    record: DecisionRecord,
    dates: Sequence[Occurrence],
    offers: Sequence[WaitingDate],
    actor: Actor,
    now: datetime,
) -> None:
    """Write the history of all reservations and waits concerned, and raise the calendars' versions."""
    by_reservation: dict[Reservation, list[Occurrence]] = {}
    for each in dates:
        by_reservation.setdefault(each.reservation, []).append(each)
    rooms = catalogue()
    for reservation, own in by_reservation.items():
        record_change("undo", own, actor_id=actor.user_id, now=now, decision=record.id)
        left = {record.changes["dates"][str(each.id)]["after"][1] for each in own}
        for room_id in left - {each.room_id for each in own}:
            touch_calendars(reservation, rooms.sharing(room_of(room_id)))
    by_entry: dict[WaitingEntry, list[int]] = {}
    for date in offers:
        by_entry.setdefault(date.entry, []).append(date.id)
    for entry, ids in by_entry.items():
        write_history("undo", "waiting", entry.id, actor_id=actor.user_id, now=now, dates=ids)
