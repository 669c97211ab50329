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
    ADMINISTRATOR = "administrator"
    """Runs the installation."""
    DEMO = "demo"
    """Anyone, while the service runs as a demonstration; otherwise the page does not exist."""
    SECRET_ADDRESS = "secret_address"  # noqa: S105 - the name of a door, not a key
    """Whoever knows the address: it carries a token of its own."""
    API_TOKEN = "api_token"  # noqa: S105 - the name of a door, not a key
    """A person who sent their token in the Authorization header; a session's cookie is not looked at."""


ALWAYS_OPEN: Final = frozenset({Permission.ANYONE, Permission.SECRET_ADDRESS})


def allows(permission: Permission, actor: Actor, *, demo: bool) -> bool:
    """Say whether the door is open to this person."""
    if permission is Permission.DEMO:
        return demo
    if permission in (Permission.SIGNED_IN, Permission.API_TOKEN):
        return actor.is_signed_in
    if permission is Permission.APPROVER:
        return bool(actor.organisations_with(Right.DECIDE))
    if permission is Permission.ADMINISTRATOR:
        return actor.is_admin
    return permission in ALWAYS_OPEN
