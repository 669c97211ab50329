"""Who may see, decide, withdraw and cancel. State is no business of this module.

Source: DOMAIN.md, "Who" and "Privacy and access". An administrator has no rights here.
"""

from enum import IntEnum

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.access.scopes import TokenScope
from booking.errors import Forbidden, NotFound
from booking.reservations.lifecycle import HOLDING, State
from booking.reservations.models import Reservation


class Sight(IntEnum):
    """How much of a reservation somebody sees."""

    NOTHING = 0
    """At most that the room is taken."""
    PUBLIC = 1
    """Association, title and purpose."""
    FULL = 2
    """Everything, contact and history too."""


def sight(reservation: Reservation, actor: Actor) -> Sight:
    """Return how much this person sees of the reservation."""
    if acts_for_booker(reservation, actor, Right.SEE) or decides(reservation, actor):
        return Sight.FULL
    shown = reservation.visibility != "private" and any(
        State(each.state) in HOLDING for each in reservation.occurrences
    )
    return Sight.PUBLIC if shown else Sight.NOTHING


def state_shown(state: State, seen: Sight) -> State:
    """Return the state as this reader may know it: whether a date was used is no business of outsiders."""
    return State.CONFIRMED if seen < Sight.FULL and state in HOLDING else state


def acts_for_booker(reservation: Reservation, actor: Actor, right: Right) -> bool:
    """Say whether the person stands on the booker's side with this right.

    A reservation of an association belongs to it: who has left it has no part in it, who booked it or not.
    What was booked on behalf is also the staff's of the room's owner, whoever of them booked it, and of a
    person without an account theirs alone.
    """
    if serves_booker(reservation, actor):
        return True
    if reservation.organisation_id is None:
        return not reservation.on_behalf and actor.is_signed_in and actor.user_id == reservation.booker_id
    return actor.has(right, reservation.organisation_id)


def serves_booker(reservation: Reservation, actor: Actor) -> bool:
    """Say whether the person is staff that does by phone what the booker cannot do alone."""
    return reservation.on_behalf and actor.has(Right.BOOK_ON_BEHALF, reservation.room.owner_id)


def sees_caller(reservation: Reservation, actor: Actor) -> bool:
    """Say whether the person may know who phoned: staff and approvers of the room's owner, nobody else."""
    return reservation.on_behalf and (serves_booker(reservation, actor) or decides(reservation, actor))


def decides(reservation: Reservation, actor: Actor) -> bool:
    """Say whether the person is an approver of the room's owner."""
    return actor.has(Right.DECIDE, reservation.room.owner_id)


def require_decider(reservation: Reservation, actor: Actor) -> None:
    """Raise NotFound or Forbidden unless the person may decide on the reservation."""
    _require(decides(reservation, actor), reservation, actor)
    _require_scope(actor, TokenScope.DECIDE)


def require_booker(reservation: Reservation, actor: Actor) -> None:
    """Raise NotFound or Forbidden unless the person may act for the booker."""
    _require(acts_for_booker(reservation, actor, Right.BOOK), reservation, actor)
    _require_scope(actor, TokenScope.BOOK)


def require_either(reservation: Reservation, actor: Actor) -> None:
    """Raise NotFound or Forbidden unless the person may cancel: for the booker or as approver."""
    owner, booker = decides(reservation, actor), acts_for_booker(reservation, actor, Right.BOOK)
    _require(owner or booker, reservation, actor)
    if not acts_as_owner(reservation, actor):
        _require_scope(actor, TokenScope.BOOK if booker else TokenScope.DECIDE)


def acts_as_owner(reservation: Reservation, actor: Actor) -> bool:
    """Say whether who may act on either side does so as approver: whoever can, with what they came with."""
    return decides(reservation, actor) and actor.covers(TokenScope.DECIDE)


def _require(allowed: bool, reservation: Reservation, actor: Actor) -> None:
    if allowed:
        return
    if sight(reservation, actor) is Sight.NOTHING:
        raise NotFound("unknown_reservation")
    raise Forbidden


def _require_scope(actor: Actor, scope: TokenScope) -> None:
    if not actor.covers(scope):
        raise Forbidden("insufficient_scope", missing=[scope.value])
