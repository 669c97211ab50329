"""Who may see an entry of the waiting list, who may answer for it, and who hears of it.

An association's entry belongs to the association, like its reservations: who has left it has no part in it.
"""

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.errors import Forbidden, NotFound
from booking.organisations.membership import actor_of, people_with
from booking.reservations.waiting.models import WaitingEntry


def is_own(entry: WaitingEntry, actor: Actor, right: Right) -> bool:
    """Say whether the person stands on the waiting side with this right."""
    if entry.organisation_id is None:
        return actor.is_signed_in and actor.user_id == entry.user_id
    return actor.has(right, entry.organisation_id)


def sees(entry: WaitingEntry, actor: Actor) -> bool:
    """Say whether the person may know of the entry: their own side, and the approvers of the room."""
    return is_own(entry, actor, Right.SEE) or actor.has(Right.DECIDE, entry.room.owner_id)


def require_sight(entry: WaitingEntry, actor: Actor) -> None:
    """Raise NotFound unless the person may know of the entry."""
    if not sees(entry, actor):
        raise NotFound("unknown_waiting")


def require_booker(entry: WaitingEntry, actor: Actor) -> None:
    """Raise NotFound or Forbidden unless the person may answer for the waiting side."""
    require_sight(entry, actor)
    if not is_own(entry, actor, Right.BOOK):
        raise Forbidden


def side(entry: WaitingEntry) -> list[User]:
    """Return who is offered what frees up: who joined, while they may book, else the managers."""
    joined = entry.user
    if joined.is_active and is_own(entry, actor_of(joined), Right.BOOK):
        return [joined]
    return people_with(Right.MANAGE, entry.organisation_id) if entry.organisation_id is not None else []
