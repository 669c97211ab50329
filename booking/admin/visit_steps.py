"""What administrators did in managers' place, in words, for those whose place it was: a panel of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, or_, select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.admin.audit_words import action_words
from booking.audit.models import AuditEntry
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.organisations.panels import register_panel
from booking.organisations.stand_in_models import StandIn

MOST: Final = 200
_THINGS: Final = ("reservation", "waiting", "room", "venue", "closure", "outside_source")
"""Kinds of things that one changes for an organisation; an administrator's own matters are not told."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step on record, as a manager reads it."""

    at: datetime
    words: str


@register_panel
def visit_steps(organisation: Organisation, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return the steps of each visit by its id, oldest first. One statement for managers, none for others."""
    if not (actor.has(Right.MANAGE, organisation.id) or actor.has(Right.DECIDE, organisation.id)):
        return {}
    visit = AuditEntry.details["stand_in"].as_integer()
    own = and_(AuditEntry.subject_kind == "organisation", AuditEntry.subject_id == organisation.id)
    query = (
        select(StandIn.id, AuditEntry.at, AuditEntry.subject_kind, AuditEntry.action)
        .join(AuditEntry, and_(AuditEntry.actor_id == StandIn.user_id, AuditEntry.at >= StandIn.starts_at))
        .where(
            StandIn.organisation_id == organisation.id,
            visit == StandIn.id,
            or_(own, AuditEntry.subject_kind.in_(_THINGS)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(MOST)
    )
    steps: dict[int, list[Step]] = {}
    for number, at, kind, action in reversed(db.session.execute(query).all()):
        steps.setdefault(number, []).append(Step(at, action_words(kind, action)))
    return {"visit_steps": steps}
