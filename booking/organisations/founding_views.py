"""The page on which an association is made."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.errors import RuleViolation
from booking.organisations import founding
from booking.organisations.acting import act
from booking.organisations.group_forms import FoundingForm
from booking.organisations.queries import districts
from booking.web.sentences import sentence_for

blueprint = Blueprint("founding", __name__)

UNPROCESSABLE = 422  # the page again, with what to mend


@blueprint.get("/organisations/new", endpoint="new")
@requires(Permission.SIGNED_IN)
def show() -> ResponseReturnValue:
    """Show the form."""
    return _page(FoundingForm())


@blueprint.post("/organisations/new", endpoint="create")
@requires(Permission.SIGNED_IN)
def create() -> ResponseReturnValue:
    """Make it, and go to its page."""
    form, now = FoundingForm(), clock.now()
    if not form.validate():
        return _page(form), UNPROCESSABLE
    new = form.new_group()
    try:
        made = act(lambda actor: founding.found(new, actor=actor, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        holders = [each.params for each in error.violations if each.code == "business_id_taken"]
        return _page(form, holders), UNPROCESSABLE
    flash(
        _("%(name)s on perustettu, ja olet sen hallinto. Kutsu seuraavaksi muut mukaan.", name=made.name),
        "success",
    )
    return redirect(url_for("members.show", slug=made.slug), 303)


def _page(form: FoundingForm, holders: Sequence[Mapping[str, Any]] = ()) -> str:
    alike = founding.names_like(form.name.data) if form.is_submitted() and form.name.data else []
    return render_template(
        "organisations/new.html", form=form, alike=alike, holders=holders, districts=districts()
    )
