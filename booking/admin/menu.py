"""The administrator's pages, in the order of their list."""

from typing import Any, Final

from flask import current_app
from flask_babel import lazy_gettext as _l

# Who builds a page names its endpoint here; what the application does not have is not shown.
PAGES: Final[tuple[tuple[str, Any], ...]] = (
    ("admin.users", _l("Tunnukset")),
    ("admin.organisations", _l("Organisaatiot")),
    ("stand_ins.show", _l("Toimiminen organisaation puolesta")),
    ("audit.entries", _l("Tapahtumaloki")),
    ("feedback.received", _l("Palaute")),
    ("access.roles", _l("Roolit ja oikeudet")),
)


def admin_pages() -> list[tuple[str, str]]:
    """Return (endpoint, label) of the administrator's pages that this application has."""
    return [(at, str(label)) for at, label in PAGES if at in current_app.view_functions]
