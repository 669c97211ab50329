"""Make an association or a group: its founder becomes its manager, and the city's staff hears of it."""

import re
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right, Role
from booking.audit.service import record
from booking.errors import Forbidden, RuleViolation, Violation
from booking.extensions import db
from booking.organisations import group_sentences  # noqa: F401
from booking.organisations.business_ids import BadBusinessId, read_business_id
from booking.organisations.models import Membership, Organisation
from booking.organisations.verifying import tell_verifiers
from booking.versions.service import Scope, touch
from booking.web.slugs import first_free, slug_of, stem_of

RESERVED: Final = frozenset({"new", "offers", "unverified"})
"""Slugs that are addresses of pages."""
MOST_WAITING: Final = 3
"""So many unverified ones can a person have made; more wait until these are looked at."""
_ALIKE: Final = 0.82
_SHORTEST_PART: Final = 5  # letters: a name of that many inside another makes them alike
_LEGAL_WORDS: Final = re.compile(r"\b(ry|rf|r\.y\.|r\.f\.|yhdistys|förening|forening)\b")


@dataclass(frozen=True, slots=True)
class NewGroup:
    """What a founder says. `business_id` as it was typed, empty for a group that is not in the register.

    `is_another`: they have seen the ones whose names are alike, and theirs is none of them.
    """

    name: str
    kind: str
    business_id: str
    district: str
    description: str
    language: str
    is_another: bool = False


def found(new: NewGroup, *, actor: Actor, now: datetime) -> Organisation:
    """Make it, unverified, with the actor as its manager. Flushes.

    Raises Forbidden for a visitor, RuleViolation: `business_id_wrong`, `business_id_missing`,
    `business_id_taken` (says whom to ask), `name_taken`, `names_alike`, `too_many_unverified`.
    """
    if actor.user_id is None:
        raise Forbidden
    business_id = _business_id(new)
    _refuse_too_many(actor)
    _refuse_name(new)
    made = Organisation(
        slug=_free_slug(new.name),
        name=new.name,
        kind=new.kind,
        business_id=business_id,
        district=new.district,
        description=new.description,
        language=new.language,
        created_at=now,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add(
        Membership(user_id=actor.user_id, organisation_id=made.id, role=Role.MANAGER, created_at=now)
    )
    db.session.flush()
    record("found", "organisation", made.id, actor_id=actor.user_id, now=now, is_group=made.kind == "group")
    touch(Scope.USER, actor.user_id)
    tell_verifiers(now)
    return made


def names_like(name: str) -> list[Organisation]:
    """Return those not archived whose names are so like this one that they may be the same, nearest first.

    Compared here and not in the database: a town has some hundreds.
    """
    wanted = _plain(name)
    near = []
    for each in db.session.scalars(select(Organisation).where(Organisation.archived_at.is_(None))):
        likeness, is_near = _likeness(wanted, _plain(each.name))
        if is_near:
            near.append((-likeness, each.name, each.id, each))
    return [each for *_order, each in sorted(near, key=lambda one: one[:3])][:5]


def are_alike(one: str, other: str) -> bool:
    """Say whether two names are so like that they may be of the same."""
    return _likeness(_plain(one), _plain(other))[1]


def holder_of(business_id: str) -> Organisation | None:
    """Return who has a business ID, unless it is archived."""
    query = select(Organisation).where(Organisation.archived_at.is_(None))
    return db.session.scalar(query.where(Organisation.business_id == business_id))


def _business_id(new: NewGroup) -> str | None:
    if new.kind == "group":
        if new.business_id:
            raise RuleViolation([Violation("business_id_of_group", "business_id")])
        return None
    if not new.business_id:
        raise RuleViolation([Violation("business_id_missing", "business_id")])
    try:
        business_id = read_business_id(new.business_id)
    except BadBusinessId:
        raise RuleViolation([Violation("business_id_wrong", "business_id")]) from None
    if (holder := holder_of(business_id)) is not None:
        holding = {"name": holder.name, "slug": holder.slug}
        raise RuleViolation([Violation("business_id_taken", "business_id", holding)])
    return business_id


def _refuse_too_many(actor: Actor) -> None:
    mine = select(Organisation.id).where(
        Organisation.id.in_(actor.organisations_with(Right.MANAGE)), Organisation.verified_at.is_(None)
    )
    if len(list(db.session.scalars(mine))) >= MOST_WAITING:
        raise RuleViolation([Violation("too_many_unverified", "name", {"most": MOST_WAITING})])


def _refuse_name(new: NewGroup) -> None:
    if not slug_of(new.name):
        raise RuleViolation([Violation("name_without_letters", "name")])
    near = names_like(new.name)
    if any(each.name.casefold() == new.name.casefold() for each in near):
        raise RuleViolation([Violation("name_taken", "name")])
    if near and not new.is_another:
        raise RuleViolation([Violation("names_alike", "is_another")])


def _likeness(one: str, other: str) -> tuple[float, bool]:
    """Return how like two plain names are, and whether that is near: or one is a part of the other."""
    likeness = SequenceMatcher(None, one, other).ratio()
    shorter, longer = sorted((one, other), key=len)
    return likeness, likeness >= _ALIKE or (len(shorter) >= _SHORTEST_PART and shorter in longer)


def _plain(name: str) -> str:
    """Return what is compared of a name: without the words that every association has."""
    lowered = name.casefold()
    return slug_of(_LEGAL_WORDS.sub(" ", lowered)) or slug_of(lowered)


def _free_slug(name: str) -> str:
    stem = stem_of(name, "yhdistys")
    taken = db.session.scalars(
        select(Organisation.slug).where(Organisation.slug.startswith(stem, autoescape=True))
    )
    return first_free(stem, {*RESERVED, *taken})
