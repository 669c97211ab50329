"""The terms of use, and the question whether they are accepted."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts.consents import TERMS_VERSION, accept_terms, has_accepted_terms
from booking.accounts.forms import ConsentForm
from booking.organisations.acting import act
from booking.privacy.page_views import is_page_view
from booking.web.addresses import same_site_path

blueprint = Blueprint("terms", __name__)

_ACCEPTED: Final = "terms"  # in the session: the version that is known to be accepted
_AFTERWARDS: Final = "reservations.my"
_READ_FIRST: Final = frozenset(
    {"terms.show", "web.privacy", "web.accessibility", "feedback.form", "privacy.mine", "privacy.erase"}
)
"""Pages that may be read before the terms are accepted: what they are about, and the way out."""
UNPROCESSABLE: Final = 422  # the page again, with what to mend


@blueprint.get("/terms-of-use")
@requires(Permission.ANYONE, before_second_factor=True)
def show() -> ResponseReturnValue:
    """Show the terms; who has not accepted these yet finds the box below them."""
    return _page(ConsentForm())


@blueprint.post("/terms-of-use")
@requires(Permission.SIGNED_IN, before_second_factor=True)
def accept() -> ResponseReturnValue:
    """Accept the terms in force, and go where one was going."""
    form = ConsentForm()
    if not form.validate():
        return _page(form), UNPROCESSABLE
    now = clock.now()
    act(lambda actor: accept_terms(actor.user_id, now=now) if actor.user_id else None)
    session[_ACCEPTED] = TERMS_VERSION
    flash(_("Olet hyväksynyt käyttöehdot."), "success")
    return redirect(same_site_path(request.args.get("next")) or url_for(_AFTERWARDS), 303)


def ask_for_terms() -> ResponseReturnValue | None:
    """Send a person who has not accepted the terms in force to read them, before the page they asked for.

    Called before each view. Only pages are held up, and the session remembers the answer: the database is
    asked once a session.
    """
    user_id = current_actor().user_id
    if user_id is None or not is_page_view() or session.get(_ACCEPTED) == TERMS_VERSION:
        return None
    if has_accepted_terms(user_id):
        session[_ACCEPTED] = TERMS_VERSION
        return None
    if request.endpoint in _READ_FIRST:
        return None
    return redirect(url_for("terms.show", next=request.full_path.rstrip("?")), 303)


def _page(form: ConsentForm) -> str:
    user_id = current_actor().user_id
    asks = user_id is not None and not has_accepted_terms(user_id)
    wanted = same_site_path(request.args.get("next"))
    return render_template(
        "privacy/terms.html",
        form=form,
        asks=asks,
        version=TERMS_VERSION,
        action=url_for("terms.accept", next=wanted),
    )
