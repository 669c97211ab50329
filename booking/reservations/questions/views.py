"""The booker's side answers on the reservation's page."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.errors import RuleViolation, WrongState
from booking.organisations.acting import act
from booking.reservations.blueprint import blueprint
from booking.reservations.own_views import reservation_page, sentences_by_field
from booking.reservations.questions import sentences, service  # noqa: F401
from booking.web.forms import clean_text


@blueprint.post("/reservations/<reference>/answer")
@requires(Permission.SIGNED_IN)
def answer(reference: str) -> ResponseReturnValue:
    """Send the answer to what the owner has asked."""
    now, text = clock.now(), str(clean_text(request.form.get("answer", "")))
    try:
        act(lambda actor: service.answer(reference, text, actor=actor, now=now))
    except (RuleViolation, WrongState) as error:
        status = 409 if isinstance(error, WrongState) else 422
        return reservation_page(reference, current_actor(), now, errors=sentences_by_field(error)), status
    flash(_("Vastaus on lähetetty omistajalle."), "success")
    return redirect(url_for("reservations.show", reference=reference, _anchor="questions"), 303)
