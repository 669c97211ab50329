"""Who must have a second factor.

Administrators, unless the service is a demonstration. Features above know of more and register it here: an
owner may ask it of its approvers (`organisations.second_factor`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import current_app

from booking.accounts.models import User


@dataclass(frozen=True, slots=True)
class Requirement:
    """Why somebody must have one. `owner` is the name of who asks, "" for an administrator's own duty."""

    owner: str
    since: datetime | None = None

    def holds_at(self, now: datetime) -> bool:
        """Say whether it has begun."""
        return self.since is None or self.since <= now


Rule = Callable[[User], list[Requirement]]
"""(person) -> what is asked of them now or from a later moment on. One statement at most."""

_RULES: list[Rule] = []


def register_requirement(rule: Rule) -> Rule:
    """Add a rule. May be used as a decorator."""
    if rule not in _RULES:
        _RULES.append(rule)
    return rule


def asked_as_administrator(user: User) -> bool:
    """Say whether the person must have a factor because they run the installation."""
    return user.is_admin and not current_app.config["DEMO"]


def requirements_of(user: User) -> list[Requirement]:
    """Return all that is asked of a person, whether they have a factor or not; what has begun first."""
    found = [Requirement("")] if asked_as_administrator(user) else []
    for rule in _RULES:
        found += rule(user)
    return found


def is_required(user: User, now: datetime) -> bool:
    """Say whether the person must have a factor now."""
    return any(each.holds_at(now) for each in requirements_of(user))
