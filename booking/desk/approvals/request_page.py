"""One request on its approver's page: every date, what competes with it and what stands in its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import history
from booking.desk.approvals.criteria_words import Said, criteria_said, own_association
from booking.desk.approvals.deciding import DateToDecide, date_to_decide, prospects_in_words
from booking.desk.approvals.open_dates import OpenDate
from booking.desk.approvals.past_requests import PastRequest, past_requests
from booking.desk.approvals.past_use import NEVER, Applicant, past_use
from booking.desk.approvals.queue import Holder, holders
from booking.desk.approvals.waiting_words import Deadline, deadline, waited
from booking.extensions import db
from booking.occupancy.models import CLOSURE, OUTSIDE
from booking.reservations.changes import competing_with, room_of
from booking.reservations.criteria import holding_for
from booking.reservations.dates import reasons_told
from booking.reservations.decisions import is_to_decide
from booking.reservations.labels import PURPOSES, STEPS
from booking.reservations.lifecycle import Step
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.moves import move_of
from booking.reservations.obstacles import in_the_way
from booking.reservations.offer_pages import Refusal, last_refusals
from booking.reservations.queries import reasons_of
from booking.reservations.series_words import stored_in_words
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.rooms.pages import RoomSummary, summary


@dataclass(frozen=True, slots=True)
class Other:
    """A request or reservation beside this one, in words; a link where there is something to look at."""

    words: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class ApprovalRow:
    """One date. `to_decide` is empty for what is decided; `reason` are the last words given about it.

    `refusal`: what was offered instead and not wanted.
    """

    id: int
    start: datetime
    end: datetime
    room: str
    state: str
    to_decide: DateToDecide | None
    rivals: Sequence[Other]
    in_the_way: Sequence[Other]
    reason: str | None
    refusal: Refusal | None
    can_be_offered: bool


@dataclass(frozen=True, slots=True)
class Approval:
    """A request and all its dates, as the page of its approver shows them."""

    reference: str
    title: str
    organisation: str | None
    booked_by: str
    people: int
    purpose: str
    note: str | None
    sent_at: datetime
    age: str
    deadline: Deadline | None
    language: str
    owner_id: int | None
    said: Sequence[Said]
    past: Sequence[PastRequest]
    room: RoomSummary
    pattern: Sequence[str]
    prospects: str
    rows: Sequence[ApprovalRow]

    @property
    def dates(self) -> Sequence[DateToDecide]:
        """The dates that can be decided on."""
        return [row.to_decide for row in self.rows if row.to_decide is not None]

    @property
    def free(self) -> int:
        """How many dates nothing stands in the way of."""
        return sum(each.can_confirm for each in self.dates)


def approval(reservation: Reservation, actor: Actor, now: datetime) -> Approval:
    """Return the request in words for one of its approvers. Who may see it has been asked."""
    dates = sorted(reservation.occurrences, key=lambda each: (each.starts_at, each.id))
    rows = _rows(dates, now)
    open_dates = [row.to_decide for row in rows if row.to_decide is not None]
    several = len(dates) > 1
    waiting = [OpenDate.of(each) for each in dates if is_to_decide(each)]
    room = room_of(reservation.room_id)
    applicant = Applicant.of(reservation, room.owner_id)
    criteria = holding_for(room.owner_id, room.kind)
    answer_days = criteria.answer_days if criteria else None
    pattern = stored_in_words(reservation.pattern, dates[0].starts_at, dates[-1].starts_at) if several else ()
    use = past_use([applicant], now).get(applicant, NEVER)
    return Approval(
        reference=reservation.reference,
        title=reservation.title,
        organisation=reservation.organisation.name if reservation.organisation else None,
        booked_by=reservation.booker.name,
        people=reservation.people,
        purpose=str(PURPOSES[reservation.purpose]),
        note=reservation.note or None,
        sent_at=reservation.created_at,
        age=waited(now - min(each.asked_at for each in waiting)) if waiting else "",
        deadline=deadline(waiting, reservation.created_at, answer_days, now) if waiting else None,
        language=reservation.booker.language,
        owner_id=room.owner_id,
        said=[
            *own_association(reservation, room.owner_id, actor.organisations_with(Right.SEE)),
            *criteria_said(criteria, reservation.organisation, room, reservation.people, use),
        ],
        past=past_requests(applicant, reservation),
        room=summary(room),
        pattern=pattern,
        prospects=prospects_in_words(open_dates) if several and open_dates else "",
        rows=rows,
    )


def _rows(dates: Sequence[Occurrence], now: datetime) -> list[ApprovalRow]:
    waiting = [each for each in dates if is_to_decide(each)]
    pending = [each for each in waiting if move_of(each) is None]
    rivals, blockers = competing_with(pending), in_the_way(pending)
    _fetch_reservations({other.reservation_id for others in rivals.values() for other in others})
    known = holders({claim_id for claims in blockers.values() for claim_id in claims})
    reasons, rooms = _reasons(dates[0].reservation), catalogue().by_id
    refusals = last_refusals(pending)
    rows = []
    for each in dates:
        beside = rivals.get(each.id, [])
        others = {other.reservation_id: other for other in beside}
        elsewhere = each.room_id != each.reservation.room_id
        rows.append(
            ApprovalRow(
                id=each.id,
                start=each.starts_at,
                end=each.ends_at,
                room=room_name(rooms[each.room_id]) if elsewhere else "",
                state=each.state,
                to_decide=date_to_decide(
                    OpenDate.of(each), is_competing=bool(beside), blockers=blockers.get(each.id, frozenset())
                )
                if each in waiting
                else None,
                rivals=[_rival(other, each) for other in others.values()],
                in_the_way=[_holder(known[claim_id], each) for claim_id in sorted(blockers.get(each.id, ()))],
                reason=reasons.get(each.id),
                refusal=refusals.get(each.id),
                can_be_offered=each in pending and each.starts_at > now,
            )
        )
    return rows


def _fetch_reservations(reservation_ids: set[int]) -> None:
    """Read these with their people at once; they are then found where the dates point to them."""
    query = select(Reservation).where(Reservation.id.in_(reservation_ids))
    db.session.scalars(
        query.options(joinedload(Reservation.organisation), joinedload(Reservation.booker))
    ).all()


def _reasons(reservation: Reservation) -> dict[int, str]:
    entries = history("reservation", reservation.id)
    words = reasons_of([each.id for each in entries])
    by_itself = {Step.LOSE.value: str(STEPS[Step.LOSE.value])}  # nobody wrote why
    return reasons_told(
        (
            each.action,
            each.details.get("occurrences", ()),
            words.get(each.id) or by_itself.get(each.action, ""),
        )
        for each in entries
    )


def _rival(other: Occurrence, mine: Occurrence) -> Other:
    if not _same_owner(other.room_id, mine):
        return Other(_("pyyntö toisen omistajan tilaan"), None)
    reservation = other.reservation
    who = reservation.organisation.name if reservation.organisation else reservation.booker.name
    return Other(f"{who}: {other.title}", reservation.reference)


def _holder(holder: Holder, mine: Occurrence) -> Other:
    if holder.block is not None:
        kinds = {CLOSURE: _("suljettu"), OUTSIDE: _("Ulkoinen kalenteri")}
        kind = kinds.get(holder.block, _("oma käyttö"))
        return Other(f"{kind}: {holder.block_title}", None)
    if holder.reference is None or not _same_owner(holder.room_id, mine):
        words = _("tarjottu jonottajalle") if holder.kind == "waiting" else _("varattu muuhun")
        return Other(words, None)
    if holder.kind == "offer":
        return Other(_("ehdotettu toiselle: %(title)s", title=holder.title), holder.reference)
    who = f"{holder.organisation}: {holder.title}" if holder.organisation else str(holder.title)
    return Other(who, holder.reference)


def _same_owner(room_id: int | None, mine: Occurrence) -> bool:
    """Say whether the same approvers decide on a room that shares a space with this date's."""
    return room_id is not None and room_of(room_id).owner_id == room_of(mine.room_id).owner_id
