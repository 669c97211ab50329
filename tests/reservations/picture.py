"""All that a decision may change, as plain values to compare: everything but the history and versions."""

from typing import Any

from sqlalchemy import select

from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.waiting.models import WaitingDate
from tests.reservations.offering import rows


def picture(session: Any) -> dict[str, Any]:
    """Return all that a decision may change, without the history: states, places, holds, proposals, line."""
    session.expire_all()
    return {
        "dates": [
            (
                each.id,
                each.state,
                each.room_id,
                each.starts_at,
                each.ends_at,
                each.turnaround_minutes,
                each.is_exception,
                each.reminded_at,
                each.claim_id is None,
            )
            for each in session.scalars(select(Occurrence).order_by(Occurrence.id))
        ],
        "rooms": [
            (each.id, each.room_id, each.terms_version)
            for each in session.scalars(select(Reservation).order_by(Reservation.id))
        ],
        "proposals": [
            (each.id, each.state, each.closed_at, each.claim_id is None)
            for each in session.scalars(select(Proposal).order_by(Proposal.id))
        ],
        "line": [
            (each.id, each.state, each.deadline_at, each.claim_id is None)
            for each in session.scalars(select(WaitingDate).order_by(WaitingDate.id))
        ],
        "held": rows(session),
    }
