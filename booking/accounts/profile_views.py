"""The page on which people change what is known of them."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts.forms import ProfileForm
from booking.accounts.profile import Profile, profile_of, save_profile
from booking.accounts.profile_menu import profile_pages
from booking.db import in_transaction
from booking.i18n import speaking

blueprint = Blueprint("profile", __name__)

UNPROCESSABLE = 422  # the page again, with what to mend


@blueprint.get("/profile")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Show one's own profile."""
    known = profile_of(current_actor())
    form = ProfileForm(
        name=known.name, language=known.language, invitations="yes" if known.wants_invitations else "no"
    )
    return _page(form)


@blueprint.post("/profile")
@requires(Permission.SIGNED_IN)
def save() -> ResponseReturnValue:
    """Change one's own profile; the answer speaks the language that was chosen."""
    form = ProfileForm()
    if not form.validate():
        return _page(form), UNPROCESSABLE
    profile = Profile(form.name.data, form.language.data, form.invitations.data == "yes")
    actor, now = current_actor(), clock.now()
    in_transaction(lambda: save_profile(profile, actor=actor, now=now))
    with speaking(profile.language):
        flash(_("Tiedot on tallennettu."), "success")
    return redirect(url_for("profile.show"), 303)


def _page(form: ProfileForm) -> str:
    return render_template("accounts/profile.html", form=form, pages=profile_pages())
