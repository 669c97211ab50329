"""The button that undoes: on the page after a decision, and on the request's pages while time is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import session
from sqlalchemy import select

from booking.access.actor import Actor
from booking.clock import now as this_moment
from booking.clock import zone
from booking.extensions import db
from booking.reservations.blueprint import blueprint
from booking.reservations.models import Reservation
from booking.reservations.undoing.keeping import TIME_TO_UNDO, until
from booking.reservations.undoing.models import DecisionRecord
from booking.reservations.undoing.service import may_undo
from booking.timetable.zone import to_wall
from booking.web.filters import clock_time

_OFFERED: Final = "undo"


@dataclass(frozen=True, slots=True)
class Undoable:
    """A decision that can be undone, with others that were made together with it (`also`, their ids).

    `until` is the moment, `clock` the same in words, to the second.
    """

    id: int
    until: datetime
    also: Sequence[int] = ()

    @property
    def clock(self) -> str:
        """Return "10.01.30" or "10:01:30"."""
        minutes = clock_time(self.until)
        return f"{minutes}{minutes[-3]}{to_wall(self.until, zone()):%S}"


def undoable(reservation: Reservation, actor: Actor, now: datetime) -> Undoable | None:
    """Return the last decision about a reservation that this person can undo now. One statement."""
    if not actor.is_signed_in:
        return None
    recent = db.session.scalars(
        select(DecisionRecord)
        .where(
            DecisionRecord.decided_at > now - timedelta(seconds=TIME_TO_UNDO),
            DecisionRecord.undone_at.is_(None),
        )
        .order_by(DecisionRecord.id.desc())
    )
    for record in recent:
        concerned = {was["reservation"][0] for was in record.changes.get("dates", {}).values()}
        if reservation.id in concerned and may_undo(record, actor):
            return Undoable(record.id, until(record))
    return None


def offer_undo(*records: DecisionRecord) -> None:
    """Have the next page carry the button beside the message of what was decided: one for all of these."""
    if records:
        ids = [each.id for each in records]
        session[_OFFERED] = [ids, min(map(until, records)).isoformat()]


@blueprint.app_context_processor
def _offered() -> dict[str, Any]:
    return {"undo_offered": _take_offered}


def _take_offered() -> Undoable | None:
    """Return the decision that has just been made, once, and only while it can be undone."""
    if (kept := session.pop(_OFFERED, None)) is None:
        return None
    (first, *also), ends = kept
    found = Undoable(first, datetime.fromisoformat(ends), also)
    return found if this_moment() < found.until else None
