"""What kinds of organisations and roles are called."""

from typing import Any, Final

from flask_babel import lazy_gettext

from booking.access.roles import Role

KINDS: Final[dict[str, Any]] = {
    "city": lazy_gettext("kaupunki"),
    "parish": lazy_gettext("seurakunta"),
    "association": lazy_gettext("yhdistys"),
    "group": lazy_gettext("rekisteröimätön ryhmä"),
}
ROLES: Final[dict[Role, Any]] = {
    Role.MEMBER: lazy_gettext("jäsen"),
    Role.BOOKER: lazy_gettext("varaaja"),
    Role.MANAGER: lazy_gettext("hallinto"),
    Role.APPROVER: lazy_gettext("hyväksyjä"),
    Role.STAFF: lazy_gettext("asiakaspalvelu"),
}
