"""Reads of organisations and of who belongs to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.models import User
from booking.errors import NotFound
from booking.extensions import db
from booking.organisations.models import Membership, MergedOrganisation, Organisation


@dataclass(frozen=True, slots=True)
class Member:
    """One person with their roles in an organisation, in the order of the roles."""

    name: str
    roles: tuple[Role, ...]


def organisation_by_slug(slug: str) -> Organisation:
    """Return an organisation. Raises NotFound."""
    found = db.session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None:
        raise NotFound
    return found


def successor_of(organisation: Organisation) -> Organisation | None:
    """Return what an organisation has become part of, if it has. One statement for an archived one."""
    if organisation.archived_at is None:
        return None
    query = select(Organisation).join(MergedOrganisation, MergedOrganisation.into_id == Organisation.id)
    return db.session.scalar(query.where(MergedOrganisation.organisation_id == organisation.id))


def find_organisations(*, name: str = "", kind: str = "", district: str = "") -> list[Organisation]:
    """Return the organisations that fit and are not archived, by name; what is empty fits all.

    Names are compared here and not in the database: SQLite knows no capital Ä, and a town has some hundreds.
    """
    query = select(Organisation).where(Organisation.archived_at.is_(None))
    if kind:
        query = query.where(Organisation.kind == kind)
    if district:
        query = query.where(Organisation.district == district)
    wanted = name.casefold()
    found = [each for each in db.session.scalars(query) if wanted in each.name.casefold()]
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))


def districts() -> list[str]:
    """Return the districts that have organisations, by name."""
    query = select(Organisation.district).where(
        Organisation.district != "", Organisation.archived_at.is_(None)
    )
    return sorted(db.session.scalars(query.distinct()))


def members_of(organisation_id: int) -> list[Member]:
    """Return the people who belong to an organisation now, by name."""
    rows = db.session.execute(
        select(User.id, User.name, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            User.closed_at.is_(None),
        )
    )
    people: dict[tuple[str, int], set[Role]] = {}
    for user_id, name, role in rows:
        people.setdefault((name, user_id), set()).add(Role(role))
    order = list(Role)
    return [
        Member(name, tuple(sorted(roles, key=order.index))) for (name, _), roles in sorted(people.items())
    ]


def organisations_by_id(ids: frozenset[int]) -> Mapping[int, Organisation]:
    """Return organisations by their ids, in one statement."""
    found = db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)))
    return {each.id: each for each in found}
