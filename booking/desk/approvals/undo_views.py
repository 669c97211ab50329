"""The button that undoes a decision within its minute."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.desk.approvals.blueprint import blueprint
from booking.errors import WrongState
from booking.organisations.acting import act
from booking.reservations.forms import occurrence_ids
from booking.reservations.undoing import sentences, service  # noqa: F401
from booking.web.addresses import same_site_path
from booking.web.sentences import sentence_of


@blueprint.post("/approvals/undo/<int(max=2147483647):decision_id>")
@requires(Permission.APPROVER)
def undo(decision_id: int) -> ResponseReturnValue:
    """Put everything back as it was before the decision and those with it, or say what keeps it from that.

    One goes `back` to the page that offered it, the queue or a closure; else to the request.
    """
    back = same_site_path(request.form.get("back")) or url_for("approvals.queue")
    now, ids = clock.now(), [decision_id, *(occurrence_ids(request.form.getlist("also")) or ())]
    try:
        undone = act(lambda actor: service.undo(ids, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
        return redirect(back, 303)
    dates = ngettext("%(num)s aika on ennallaan.", "%(num)s aikaa on ennallaan.", undone.dates)
    done = _("Päätös on kumottu. Viestejä ei lähetetty.")
    flash(f"{done} {dates}", "success")
    if "back" not in request.form and len(undone.reservations) == 1:
        reference = undone.reservations[0].reference
        return redirect(url_for("approvals.approve", reference=reference), 303)
    return redirect(back, 303)
