"""What the API lists that no page does."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.access.scopes import TokenScope
from booking.accounts.models import User
from booking.errors import RuleViolation, Violation
from booking.extensions import db
from booking.organisations.models import Membership, Organisation
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.queries import of_mine
from booking.rooms.models import Room


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reservations are meant; an empty value asks for nothing. The window is half-open, aware UTC."""

    organisation: str = ""
    state: str = ""
    start: datetime | None = None
    end: datetime | None = None
    before: int | None = None


def me(actor: Actor) -> dict[str, Any]:
    """Return who the person is, with a line for each of their roles, by association and role."""
    user = db.session.get_one(User, actor.user_id)
    rows = db.session.execute(
        select(Organisation.slug, Organisation.name, Membership.role)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .where(Membership.user_id == actor.user_id, Membership.ended_at.is_(None))
        .order_by(Organisation.slug, Membership.role)
    )
    return {
        "email": user.email,
        "name": user.name,
        "language": user.language,
        "scopes": [each.value for each in TokenScope if actor.covers(each)],
        "organisations": [{"slug": slug, "name": name, "role": str(role)} for slug, name, role in rows],
    }


def reservations(wanted: Wanted, actor: Actor, *, limit: int) -> list[Reservation]:
    """Return the person's, their associations' and, as approver, their rooms' reservations, latest first.

    The person sees all of each. Raises RuleViolation for an association that does not exist.
    """
    decided = select(Room.id).where(Room.owner_id.in_(actor.organisations_with(Right.DECIDE)))
    query = (
        select(Reservation)
        .where(or_(of_mine(actor), Reservation.room_id.in_(decided)), *_conditions(wanted))
        .options(selectinload(Reservation.occurrences), joinedload(Reservation.organisation))
        .order_by(Reservation.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.organisation:
        conditions.append(Reservation.organisation_id == _organisation_id(wanted.organisation))
    if wanted.state == "mixed":
        other = aliased(Occurrence)
        differs = exists().where(
            other.reservation_id == Occurrence.reservation_id, other.state != Occurrence.state
        )
        conditions.append(Reservation.occurrences.any(differs))
    elif wanted.state:
        conditions.append(Reservation.occurrences.any(Occurrence.state == wanted.state))
        conditions.append(~Reservation.occurrences.any(Occurrence.state != wanted.state))
    if wanted.start is not None or wanted.end is not None:
        window = [Occurrence.ends_at > wanted.start] if wanted.start else []
        window += [Occurrence.starts_at < wanted.end] if wanted.end else []
        conditions.append(Reservation.occurrences.any(and_(*window)))
    if wanted.before is not None:
        conditions.append(Reservation.id < wanted.before)
    return conditions


def _organisation_id(slug: str) -> int:
    found = db.session.scalar(select(Organisation.id).where(Organisation.slug == slug))
    if found is None:
        raise RuleViolation([Violation("unknown_organisation", "organisation")])
    return found
