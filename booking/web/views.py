"""The two pages every public service owes its users."""

from flask import Blueprint, current_app, render_template

blueprint = Blueprint("web", __name__)


@blueprint.get("/privacy")
def privacy() -> str:
    """What is kept of whom, why and how long."""
    return render_template("web/privacy.html", contact=_contact())


@blueprint.get("/accessibility")
def accessibility() -> str:
    """How accessible the service is and where to complain."""
    return render_template("web/accessibility.html", contact=_contact())


def _contact() -> str:
    address: str = current_app.config["SETTINGS"].mail_from
    return address
