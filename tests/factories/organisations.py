"""Associations, owners and who belongs to them."""

from itertools import count
from typing import Any

from booking.access.roles import Role
from booking.accounts.models import User
from booking.clock import now
from booking.extensions import db
from booking.organisations.models import Membership, Organisation
from tests.factories.users import make_user

_numbers = count(1)


def make_organisation(**changes: Any) -> Organisation:
    """Return a verified association without members."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "slug": f"yhdistys-{number}",
        "name": f"Yhdistys {number} ry",
        "kind": "association",
        "created_at": now(),
        "verified_at": now(),
    }
    organisation = Organisation(**values | changes)
    db.session.add(organisation)
    db.session.flush()
    return organisation


def make_membership(
    user: User, organisation: Organisation, role: Role = Role.MEMBER, **changes: Any
) -> Membership:
    """Give a person a role in an organisation."""
    values: dict[str, Any] = {
        "user_id": user.id,
        "organisation_id": organisation.id,
        "role": role.value,
        "created_at": now(),
    }
    membership = Membership(**values | changes)
    db.session.add(membership)
    db.session.flush()
    return membership


def make_member(organisation: Organisation, role: Role = Role.MEMBER, **changes: Any) -> User:
    """Return a new person (`changes` are theirs) with a role in the organisation."""
    user = make_user(**changes)
    make_membership(user, organisation, role)
    return user
