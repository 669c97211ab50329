"""Publish an owner's criteria, and keep its ready reasons. Works in the caller's transaction and flushes.

All raise NotFound for an unknown organisation, Forbidden for who does not keep its rooms, and RuleViolation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.audit.service import record
from booking.desk.approvals.starters import STARTERS
from booking.errors import Forbidden, NotFound, RuleViolation, Violation
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.organisations.queries import organisation_by_slug
from booking.reservations.criteria import LONGEST_TEXT, MOST_DAYS, Criterion, PublishedCriteria
from booking.reservations.reason_templates import LONGEST_TEMPLATE, ReasonTemplate
from booking.rooms.models import KINDS

MOST_TEMPLATES = 30


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in three languages; an empty translation is read in Finnish."""

    fi: str = ""
    sv: str = ""
    en: str = ""

    def by_field(self) -> Mapping[str, str]:
        """Return the texts by the field they are written in, in one spelling of a line's end."""
        texts = (("text_fi", self.fi), ("text_sv", self.sv), ("text_en", self.en))
        return {name: text.strip().replace("\r\n", "\n") for name, text in texts}


@dataclass(frozen=True, slots=True)
class Criteria:
    """What is to be published. `places`: the place of each criterion that is used, 1 the weightiest."""

    places: Mapping[Criterion, int] = field(default_factory=dict)
    answer_days: int | None = None
    wording: Wording = Wording()

    @property
    def order(self) -> Sequence[Criterion]:
        """The criteria, the weightiest first."""
        return sorted(self.places, key=lambda each: self.places[each])


def owner_kept(slug: str, actor: Actor) -> Organisation:
    """Return the organisation whose rooms the person keeps."""
    found = organisation_by_slug(slug)
    if not actor.has(Right.KEEP_ROOMS, found.id):
        raise Forbidden
    return found


def publish_criteria(slug: str, kind: str, criteria: Criteria, *, actor: Actor, now: datetime) -> None:
    """Publish the criteria for one kind of rooms, or ("") for all kinds without their own."""
    owner = owner_kept(slug, actor)
    _require_kind(kind)
    broken = _broken(criteria)
    if broken:
        raise RuleViolation(broken)
    found = _criteria(owner, kind) or PublishedCriteria(owner_id=owner.id, kind=kind)
    found.criteria = [each.value for each in criteria.order]
    found.answer_days = criteria.answer_days
    for name, text in criteria.wording.by_field().items():
        setattr(found, name, text)
    found.changed_at = now
    db.session.add(found)
    _record("publish_criteria", owner, actor, now, room_kind=kind, criteria=found.criteria)


def withdraw_criteria(slug: str, kind: str, *, actor: Actor, now: datetime) -> None:
    """Take back the criteria of one kind of rooms; those of all kinds hold for it again."""
    owner = owner_kept(slug, actor)
    _require_kind(kind)
    found = _criteria(owner, kind)
    if found is None:
        raise NotFound
    db.session.delete(found)
    _record("withdraw_criteria", owner, actor, now, room_kind=kind)


def write_reason(
    slug: str, template_id: int | None, wording: Wording, *, actor: Actor, now: datetime
) -> None:
    """Write a new ready reason, or the one of this id anew. What has been sent stays as it was."""
    owner = owner_kept(slug, actor)
    texts = wording.by_field()
    broken = [
        Violation("too_much_text", name, {"length": LONGEST_TEMPLATE})
        for name, text in texts.items()
        if len(text) > LONGEST_TEMPLATE
    ]
    if not texts["text_fi"]:
        broken.append(Violation("template_missing", "text_fi"))
    if broken:
        raise RuleViolation(broken)
    found = _template(owner, template_id) if template_id is not None else _new_template(owner)
    for name, text in texts.items():
        setattr(found, name, text)
    found.changed_at = now
    db.session.add(found)
    db.session.flush()
    _record("write_reason", owner, actor, now, template=found.id)


def remove_reason(slug: str, template_id: int, *, actor: Actor, now: datetime) -> None:
    """Take a ready reason out of use."""
    owner = owner_kept(slug, actor)
    db.session.delete(_template(owner, template_id))
    _record("remove_reason", owner, actor, now, template=template_id)


def add_starters(slug: str, *, actor: Actor, now: datetime) -> None:
    """Give an owner that has no ready reasons the starter set, to be edited."""
    owner = owner_kept(slug, actor)
    if _last_position(owner):
        raise RuleViolation([Violation("templates_are_there", "action")])
    for position, (fi, sv, en) in enumerate(STARTERS, start=1):
        template = ReasonTemplate(
            owner_id=owner.id, position=position, text_fi=fi, text_sv=sv, text_en=en, changed_at=now
        )
        db.session.add(template)
    _record("add_starter_reasons", owner, actor, now)


def _broken(criteria: Criteria) -> list[Violation]:
    broken = [
        Violation("too_much_text", name, {"length": LONGEST_TEXT})
        for name, text in criteria.wording.by_field().items()
        if len(text) > LONGEST_TEXT
    ]
    taken: set[int] = set()
    for criterion, place in criteria.places.items():
        if place in taken:
            broken.append(Violation("place_taken", criterion.value))
        taken.add(place)
    if not criteria.places:
        broken.append(Violation("criteria_missing", Criterion.LOCAL.value))
    if criteria.answer_days is not None and not 1 <= criteria.answer_days <= MOST_DAYS:
        broken.append(Violation("answer_days_impossible", "answer_days", {"most": MOST_DAYS}))
    return broken


def _require_kind(kind: str) -> None:
    if kind and kind not in KINDS:
        raise NotFound


def _criteria(owner: Organisation, kind: str) -> PublishedCriteria | None:
    return db.session.scalar(
        select(PublishedCriteria).where(
            PublishedCriteria.owner_id == owner.id, PublishedCriteria.kind == kind
        )
    )


def _template(owner: Organisation, template_id: int) -> ReasonTemplate:
    found = db.session.get(ReasonTemplate, template_id)
    if found is None or found.owner_id != owner.id:
        raise NotFound
    return found


def _new_template(owner: Organisation) -> ReasonTemplate:
    last = _last_position(owner)
    if last >= MOST_TEMPLATES:
        raise RuleViolation([Violation("too_many_templates", "text_fi", {"most": MOST_TEMPLATES})])
    return ReasonTemplate(owner_id=owner.id, position=last + 1)


def _last_position(owner: Organisation) -> int:
    query = select(func.max(ReasonTemplate.position)).where(ReasonTemplate.owner_id == owner.id)
    return db.session.scalar(query) or 0


def _record(action: str, owner: Organisation, actor: Actor, now: datetime, **details: object) -> None:
    record(action, "organisation", owner.id, actor_id=actor.user_id, now=now, **details)
    db.session.flush()
