"""What the states of a room are called."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l

STATES: Final[dict[str, Any]] = {
    "draft": _l("luonnos"),
    "published": _l("julkaistu"),
    "retired": _l("poistettu käytöstä"),
}
