"""What kinds of organisations and roles are called."""

from typing import Any, Final

from flask_babel import lazy_gettext

from booking.access.words import ROLES

__all__ = ["KINDS", "ROLES"]

KINDS: Final[dict[str, Any]] = {
    "city": lazy_gettext("kaupunki"),
    "parish": lazy_gettext("seurakunta"),
    "association": lazy_gettext("yhdistys"),
    "group": lazy_gettext("rekisteröimätön ryhmä"),
}
