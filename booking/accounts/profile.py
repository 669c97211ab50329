"""What people say about themselves, and change on their profile page."""

from dataclasses import dataclass
from datetime import datetime

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.audit.service import record
from booking.errors import Forbidden
from booking.extensions import db


@dataclass(frozen=True, slots=True)
class Profile:
    """A name, the language of mail and pages (fi, sv or en), and whether mail brings invitations."""

    name: str
    language: str
    wants_invitations: bool


def profile_of(actor: Actor) -> Profile:
    """Return a person's own profile. Raises Forbidden for a visitor or a closed account."""
    user = _own(actor)
    return Profile(user.name, user.language, user.wants_invitations)


def save_profile(profile: Profile, *, actor: Actor, now: datetime) -> list[str]:
    """Change one's own profile, in the caller's transaction; return the names of what has changed. Flushes.

    What was invited to before stays as it is. Raises Forbidden as `profile_of`.
    """
    user = _own(actor)
    wanted = {name: getattr(profile, name) for name in Profile.__slots__}
    changed = [name for name, value in wanted.items() if getattr(user, name) != value]
    for name in changed:
        setattr(user, name, wanted[name])
    if changed:
        record("change_profile", "user", user.id, actor_id=user.id, now=now, changed=changed)
    return changed


def _own(actor: Actor) -> User:
    user = db.session.get(User, actor.user_id, populate_existing=True) if actor.user_id else None
    if user is None or not user.is_active:
        raise Forbidden
    return user
