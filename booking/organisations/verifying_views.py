"""The page on which new associations are verified or turned down."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.errors import WrongState
from booking.organisations import verifying
from booking.organisations.acting import act
from booking.organisations.group_forms import TurnDownForm
from booking.organisations.labels import KINDS
from booking.organisations.queries import organisation_by_slug
from booking.web.sentences import sentence_of

blueprint = Blueprint("verifying", __name__)

UNPROCESSABLE = 422


@blueprint.get("/organisations/unverified")
@requires(Permission.VERIFIER)
def unverified() -> ResponseReturnValue:
    """List those that wait, oldest first."""
    return _page()


@blueprint.post("/organisations/<slug>/verify")
@requires(Permission.VERIFIER)
def verify(slug: str) -> ResponseReturnValue:
    """Verify one."""
    organisation_id, now = organisation_by_slug(slug).id, clock.now()
    try:
        done = act(lambda actor: verifying.verify(organisation_id, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("%(name)s on vahvistettu. Sen hallinto saa siitä viestin.", name=done.name), "success")
    return redirect(url_for("verifying.unverified"), 303)


@blueprint.post("/organisations/<slug>/turn-down")
@requires(Permission.VERIFIER)
def turn_down(slug: str) -> ResponseReturnValue:
    """Say why one is not verified."""
    organisation_id, now = organisation_by_slug(slug).id, clock.now()
    form = TurnDownForm()
    if not form.validate():
        return _page(slug, form), UNPROCESSABLE
    reason = form.reason.data or ""
    try:
        done = act(lambda actor: verifying.turn_down(organisation_id, reason, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("%(name)s jäi vahvistamatta. Sen hallinto saa syyn postissa.", name=done.name), "success")
    return redirect(url_for("verifying.unverified"), 303)


@blueprint.post("/organisations/<slug>/ask-verification")
@requires(Permission.SIGNED_IN)
def ask_again(slug: str) -> ResponseReturnValue:
    """Ask anew for what was turned down."""
    organisation_id, now = organisation_by_slug(slug).id, clock.now()
    try:
        act(lambda actor: verifying.ask_again(organisation_id, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("Vahvistusta on pyydetty uudelleen."), "success")
    return redirect(url_for("organisations.show", slug=slug), 303)


def _page(wrong: str = "", form: TurnDownForm | None = None) -> str:
    verifying.require_verifier(current_actor())
    return render_template(
        "organisations/unverified.html",
        waiting=verifying.unverified(),
        kinds=KINDS,
        wrong=wrong,
        form=form or TurnDownForm(formdata=None),
    )
