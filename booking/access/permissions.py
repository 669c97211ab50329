"""What a route may ask of the person who comes, before anything is looked up."""

from enum import Enum
from typing import Final

from booking.access.actor import Actor
from booking.access.roles import Right


class Permission(Enum):
    """The door of a route. What lies behind may ask for more (`reservations.policy`)."""

    ANYONE = "anyone"
    """No account needed."""
    SIGNED_IN = "signed_in"
    """A person with an account, whatever their roles."""
    APPROVER = "approver"
    """Approver of at least one owner's rooms."""
    KEEPER = "keeper"
    """May keep the rooms of at least one organisation, one that has none yet too."""
    STAFF = "staff"
    """Books on behalf of people who phone or visit, for at least one owner."""
    DESK = "desk"
    """Has something to do at an owner's desk: a keeper, an approver or staff."""
    VERIFIER = "verifier"
    """May perhaps verify associations: staff and approvers; the service looks at whose they are."""
    ADMINISTRATOR = "administrator"
    """Runs the installation."""
    DEMO = "demo"
    """Anyone, while the service runs as a demonstration; otherwise the page does not exist."""
    SECRET_ADDRESS = "secret_address"  # noqa: S105 - the name of a door, not a key
    """Whoever knows the address: it carries a token of its own."""
    API_TOKEN = "api_token"  # noqa: S105 - the name of a door, not a key
    """A person who sent their token in the Authorization header; a session's cookie is not looked at."""


_RIGHTS: Final = {
    Permission.APPROVER: (Right.DECIDE,),
    Permission.KEEPER: (Right.KEEP_ROOMS,),
    Permission.STAFF: (Right.BOOK_ON_BEHALF,),
    Permission.VERIFIER: (Right.VERIFY,),
    Permission.DESK: (Right.DECIDE, Right.KEEP_ROOMS, Right.BOOK_ON_BEHALF),
}
ALWAYS_OPEN: Final = frozenset({Permission.ANYONE, Permission.SECRET_ADDRESS})


def allows(permission: Permission, actor: Actor, *, demo: bool) -> bool:
    """Say whether the door is open to this person."""
    if permission is Permission.DEMO:
        return demo
    if permission in (Permission.SIGNED_IN, Permission.API_TOKEN):
        return actor.is_signed_in
    if permission in _RIGHTS:
        return any(actor.organisations_with(right) for right in _RIGHTS[permission])
    if permission is Permission.ADMINISTRATOR:
        return actor.is_admin
    return permission in ALWAYS_OPEN
