"""The approver's queue and decisions."""

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.errors import RuleViolation, SlotTaken, WrongState
from booking.organisations.acting import act
from booking.reservations import decisions
from booking.reservations.approvals import queue_groups
from booking.reservations.blueprint import blueprint
from booking.reservations.forms import occurrence_ids
from booking.reservations.models import REASON_LENGTH
from booking.web.sentences import sentence, sentence_of


@blueprint.get("/approvals")
@requires(Permission.APPROVER)
def approvals() -> ResponseReturnValue:
    """Show what awaits this person's decision."""
    return _page()


@blueprint.post("/approvals/<reference>")
@requires(Permission.APPROVER)
def decide(reference: str) -> ResponseReturnValue:
    """Confirm or decline dates of one request."""
    now, ids = clock.now(), occurrence_ids(request.form.getlist("occurrences"))
    reason = request.form.get("reason", "")[:REASON_LENGTH]
    confirms = request.form.get("action") == "confirm"
    try:
        if confirms:
            act(lambda actor: decisions.confirm(reference, ids, actor=actor, now=now))
        else:
            act(lambda actor: decisions.decline(reference, ids, reason, actor=actor, now=now))
    except RuleViolation as error:
        broken = error.violations[0]
        return _page({reference: sentence(broken.code, broken.params)}, {reference: reason}), 422
    except (SlotTaken, WrongState) as error:
        return _page({reference: sentence_of(error)}, {reference: reason}), 409
    flash(_("Pyyntö on vahvistettu.") if confirms else _("Pyyntö on hylätty."), "success")
    return redirect(url_for("reservations.approvals"), 303)


def _page(errors: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None) -> str:
    groups = queue_groups(current_actor(), clock.now())
    sent = [item.sent_at for group in groups for item in group.requests]
    return render_template(
        "reservations/approvals.html",
        groups=groups,
        count=len(sent),
        oldest=min(sent, default=None),
        errors=errors or {},
        typed=typed or {},
    )
