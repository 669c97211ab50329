"""What kinds of organisations and roles are called."""

from collections.abc import Iterable
from typing import Any, Final

from flask_babel import lazy_gettext

from booking.access.roles import Role
from booking.access.words import ROLES

__all__ = ["KINDS", "ROLES", "roles_in_words"]

KINDS: Final[dict[str, Any]] = {
    "city": lazy_gettext("kaupunki"),
    "parish": lazy_gettext("seurakunta"),
    "association": lazy_gettext("yhdistys"),
    "group": lazy_gettext("rekisteröimätön ryhmä"),
}


def roles_in_words(roles: Iterable[Role]) -> str:
    """Return what somebody is in an organisation, in the order of the roles."""
    order = list(Role)
    return ", ".join(str(ROLES[role]) for role in sorted(roles, key=order.index))
