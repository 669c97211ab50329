"""The page on which an owner asks a second factor of those who decide for it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.organisations.acting import act
from booking.organisations.second_factor import NOTICE, ask_for_second_factor, owners_to_set

blueprint = Blueprint("desk_factor", __name__)


@blueprint.get("/desk/second-factor")
@requires(Permission.KEEPER)
def show() -> ResponseReturnValue:
    """Show for each owner whether it asks."""
    return render_template(
        "desk/second_factor.html",
        owners=owners_to_set(current_actor()),
        days=NOTICE.days,
        now=clock.now(),
    )


@blueprint.post("/desk/second-factor/<slug>")
@requires(Permission.KEEPER)
def save(slug: str) -> ResponseReturnValue:
    """Ask for it, or no more."""
    now, asked = clock.now(), request.form.get("asked") == "yes"
    owner = act(lambda actor: ask_for_second_factor(slug, asked=asked, actor=actor, now=now))
    if asked:
        told = _(
            "%(owner)s vaatii hyväksyjiltä kaksivaiheisen kirjautumisen %(days)s päivän päästä."
            " Heille lähtee siitä viesti.",
            owner=owner.name,
            days=str(NOTICE.days),
        )
    else:
        told = _("%(owner)s ei enää vaadi kaksivaiheista kirjautumista.", owner=owner.name)
    flash(told, "success")
    return redirect(url_for("desk_factor.show"), 303)
