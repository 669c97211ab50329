"""Where one is signed in: the list of devices, and the buttons that end a session or all of them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts import this_session
from booking.accounts.profile_menu import profile_pages
from booking.accounts.profile_views import blueprint
from booking.accounts.sessions import end_everywhere, end_one, places_of
from booking.db import in_transaction


@blueprint.get("/profile/sessions")
@requires(Permission.SIGNED_IN)
def sessions() -> ResponseReturnValue:
    """Show where one is signed in, this device first."""
    here = this_session.here()
    places = places_of(current_actor().user_id or 0, now=clock.now())
    places.sort(key=lambda place: here is None or place.id != here.id)
    return render_template("accounts/sessions.html", places=places, here=here, pages=profile_pages())


@blueprint.post("/profile/sessions/<int(max=2147483647):session_id>/end")
@requires(Permission.SIGNED_IN)
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign out one device, perhaps this one."""
    here, actor, now = this_session.here(), current_actor(), clock.now()
    in_transaction(lambda: end_one(session_id, actor=actor, now=now))
    if here is not None and here.id == session_id:
        return _signed_out(_("Olet kirjautunut ulos."))
    flash(_("Laite on kirjattu ulos."), "success")
    return redirect(url_for("profile.sessions"), 303)


@blueprint.post("/profile/sessions/end")
@requires(Permission.SIGNED_IN)
def end_sessions() -> ResponseReturnValue:
    """Sign out everywhere, here too."""
    actor, now = current_actor(), clock.now()
    in_transaction(lambda: end_everywhere(actor=actor, now=now))
    return _signed_out(_("Olet kirjautunut ulos kaikilta laitteilta."))


def _signed_out(sentence: str) -> ResponseReturnValue:
    this_session.forget_cookie()
    flash(sentence, "success")
    return redirect("/", 303)
