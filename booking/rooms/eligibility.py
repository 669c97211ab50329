"""PURE: whose requests a room takes at all. The same answer for search and for the request itself."""

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.errors import Violation
from booking.rooms.facts import RoomFacts


def barred(room: RoomFacts) -> Violation | None:
    """Return why nobody can request the room now, or None."""
    if not room.bookable:
        return Violation("owner_unknown", "room")
    if room.rules.approval == "by_round":
        return Violation("by_round_only", "room")
    return None


def not_for(room: RoomFacts, actor: Actor, organisation_id: int | None) -> Violation | None:
    """Return why the room takes no request from this person for this association (None: for themselves)."""
    rules = room.rules
    if rules.who_may_book == "members" and not _belongs(room, actor, organisation_id):
        return Violation("owners_members_only", "room", {"owner": room.owner})
    if rules.who_may_book == "associations" and organisation_id is None:
        books = not actor.is_signed_in or actor.organisations_with(Right.BOOK)
        return Violation("associations_only" if books else "bookers_only", "organisation")
    if rules.who_may_book == "associations" and organisation_id in actor.unverified - {room.owner_id}:
        return Violation("not_verified", "organisation")
    return None


def obstacle(room: RoomFacts, actor: Actor) -> Violation | None:
    """Return why this person cannot request the room in any of their roles, or None.

    A visitor is taken for somebody who has yet to sign in: only what is closed to all outside bars them.
    """
    if (closed := barred(room)) is not None:
        return closed
    if not actor.is_signed_in:
        return not_for(room, actor, None) if room.rules.who_may_book == "members" else None
    ways = (None, *sorted(actor.organisations_with(Right.BOOK)))
    obstacles = [not_for(room, actor, organisation_id) for organisation_id in ways]
    if None in obstacles:
        return None
    # who has an association that waits is told that, not that they have none
    return next((each for each in obstacles if each and each.code == "not_verified"), obstacles[0])


def _belongs(room: RoomFacts, actor: Actor, organisation_id: int | None) -> bool:
    return organisation_id == room.owner_id or actor.has(Right.SEE, room.owner_id)
