"""An administrator stands in for an organisation's managers: for a while, for a reason, which they are told.

Meanwhile the administrator has a manager's rights there (`membership.roles_of`), on pages only: neither a
token of the API nor a secret feed carries them. Functions work in the caller's transaction and flush.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.audit.service import mark, record
from booking.errors import Forbidden, NotFound, RuleViolation, Violation
from booking.extensions import db
from booking.organisations import stand_in_mail
from booking.organisations.membership import people_with
from booking.organisations.models import Organisation
from booking.organisations.panels import register_panel
from booking.organisations.stand_in_models import StandIn
from booking.outbox.service import post
from booking.web.sentences import register_sentences

LENGTHS: Final = (15, 30, 60, 120)
"""Minutes for which one may stand in."""
LONGEST_REASON: Final = 500
SHOWN: Final = 20

register_sentences(
    {
        "stand_in_reason": _l("Kirjoita syy. Se lähetetään organisaation hallinnolle."),
        "stand_in_length": _l("Valitse jokin annetuista ajoista, enintään kaksi tuntia."),
        "stand_in_already": _l("Toimit jo organisaation puolesta. Lopeta se ensin."),
        "stand_in_unknown": _l("Organisaatiota ei ole."),
    }
)


@dataclass(frozen=True, slots=True)
class Visit:
    """Once that an administrator stood in, as those see it whose place was taken."""

    id: int
    who: str
    organisation: str
    slug: str
    reason: str
    decides: bool
    since: datetime
    until: datetime
    is_on: bool


def begin(slug: str, reason: str, minutes: int, *, decides: bool, actor: Actor, now: datetime) -> StandIn:
    """Stand in from now on, and tell those whose place is taken. One place at a time.

    Raises Forbidden for anyone but an administrator, RuleViolation for an organisation that is not there, no
    reason, another length than those offered, and while one stands in already.
    """
    if actor.user_id is None or not actor.is_admin:
        raise Forbidden
    organisation = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    broken = [] if organisation else [Violation("stand_in_unknown", "organisation")]
    if not reason or len(reason) > LONGEST_REASON:
        broken.append(Violation("stand_in_reason", "reason"))
    if minutes not in LENGTHS:
        broken.append(Violation("stand_in_length", "minutes"))
    open_row = _open_row(actor.user_id)
    if open_row is not None and open_row.ends_at > now:
        broken.append(Violation("stand_in_already", "organisation"))
    if broken or organisation is None:
        raise RuleViolation(broken)
    if open_row is not None:
        open_row.ended_at = open_row.ends_at
        db.session.flush()
    made = StandIn(
        user_id=actor.user_id,
        organisation=organisation,
        decides=decides,
        reason=reason,
        starts_at=now,
        ends_at=now + timedelta(minutes=minutes),
    )
    db.session.add(made)
    db.session.flush()
    mark(actor.user_id, made.id)
    known = {"organisation": organisation.id, "minutes": minutes, "decides": decides}
    record("begin_stand_in", "stand_in", made.id, actor_id=actor.user_id, now=now, **known)
    for reader in _concerned(made):
        post(stand_in_mail.begun(made, actor.name, reader), now=now)
    return made


def end(*, actor: Actor, now: datetime) -> StandIn:
    """Stop standing in. Raises NotFound for one who does not."""
    row = _open_row(actor.user_id) if actor.user_id is not None else None
    if row is None:
        raise NotFound
    is_on = row.ends_at > now
    row.ended_at = now if is_on else row.ends_at
    db.session.flush()
    if is_on:
        record("end_stand_in", "stand_in", row.id, actor_id=actor.user_id, now=now)
    mark(row.user_id, None)
    return row


def current(actor: Actor, now: datetime) -> Visit | None:
    """Return where the person stands in just now. One statement, and none for those who do not."""
    if actor.stand_in is None:
        return None
    found = _visits(StandIn.id == actor.stand_in, now=now)
    return found[0] if found else None


def visits_of(organisation_id: int, now: datetime) -> Sequence[Visit]:
    """Return the last times that administrators stood in for an organisation, newest first. One statement."""
    return _visits(StandIn.organisation_id == organisation_id, now=now)


def latest_visits(now: datetime) -> Sequence[Visit]:
    """Return the last times that administrators stood in anywhere, newest first. One statement."""
    return _visits(now=now)


def places_by_id(ids: Collection[int]) -> Mapping[int, tuple[int, str, str]]:
    """Return (organisation id, who, the organisation's name) by the row's id. One statement, or none."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(StandIn.id, Organisation.id, User.name, Organisation.name)
        .join(Organisation, Organisation.id == StandIn.organisation_id)
        .join(User, User.id == StandIn.user_id)
        .where(StandIn.id.in_(ids))
    )
    return {number: (organisation_id, who, name) for number, organisation_id, who, name in rows}


@register_panel
def visits_panel(organisation: Organisation, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return the visits to an organisation for those in whose place they were; nothing for others."""
    concerned = actor.has(Right.MANAGE, organisation.id) or actor.has(Right.DECIDE, organisation.id)
    return {"visits": visits_of(organisation.id, now) if concerned else ()}


def _open_row(user_id: int) -> StandIn | None:
    query = select(StandIn).where(StandIn.user_id == user_id, StandIn.ended_at.is_(None))
    return db.session.scalar(query.execution_options(populate_existing=True))


def _concerned(made: StandIn) -> list[User]:
    """Return whose place is taken: the managers; the approvers too where it is decided, or nobody manages."""
    managers = people_with(Right.MANAGE, made.organisation_id)
    approvers = people_with(Right.DECIDE, made.organisation_id) if made.decides or not managers else []
    people = {each.id: each for each in (*managers, *approvers) if each.id != made.user_id}
    return [people[number] for number in sorted(people)]


def _visits(*which: ColumnElement[bool], now: datetime) -> list[Visit]:
    query = (
        select(StandIn)
        .where(*which)
        .options(joinedload(StandIn.user), joinedload(StandIn.organisation))
        .order_by(StandIn.id.desc())
        .limit(SHOWN)
    )
    return [
        Visit(
            id=row.id,
            who=row.user.name,
            organisation=row.organisation.name,
            slug=row.organisation.slug,
            reason=row.reason,
            decides=row.decides,
            since=row.starts_at,
            until=row.ended_at or row.ends_at,
            is_on=row.ended_at is None and row.ends_at > now,
        )
        for row in db.session.scalars(query)
    ]
