"""The two pages every public service owes its users: what it keeps of them, and how accessible it is."""

from typing import Any

from flask import Blueprint, current_app, render_template
from flask_babel import gettext as _

from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.privacy.cookies import told_cookies
from booking.privacy.inventory import told_lines
from config import Settings

blueprint = Blueprint("web", __name__)


@blueprint.get("/privacy")
@requires(Permission.ANYONE, before_second_factor=True)
def privacy() -> str:
    """What is kept of whom, why and how long."""
    settings: Settings = current_app.config["SETTINGS"]
    return render_template(
        "web/privacy.html",
        kept=told_lines(),
        cookies=told_cookies(),
        backup_days=settings.backup_days,
        **_operator(),
    )


@blueprint.get("/accessibility")
@requires(Permission.ANYONE, before_second_factor=True)
def accessibility() -> str:
    """How accessible the service is and where to complain."""
    return render_template("web/accessibility.html", **_operator())


def _operator() -> dict[str, Any]:
    """Return who runs the installation, as its settings say; the demonstration says that it is an example."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.demo:
        return {"controller": _("Esimerkki: kaupungin tilapalvelu"), "contact": "esimerkki@demo.example"}
    return {"controller": settings.controller, "contact": settings.controller_contact or settings.mail_from}
