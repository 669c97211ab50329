"""The page on which an administrator brings an archived association back, where nobody of its own can."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.errors import RuleViolation, WrongState
from booking.organisations import archiving
from booking.organisations.acting import act
from booking.organisations.members import managers_of
from booking.organisations.models import Organisation
from booking.organisations.queries import organisation_by_slug
from booking.web.forms import BaseForm, Optional
from booking.web.sentences import sentence_for, sentence_of

blueprint = Blueprint("archives", __name__)

UNPROCESSABLE = 422


class BringBackForm(BaseForm):
    """Who manages it from now on, where nobody does."""

    email = EmailField(_l("Uuden hallinnon sähköposti"), [Optional(), Length(max=254)])


@blueprint.get("/admin/organisations/<slug>/bring-back")
@requires(Permission.ADMINISTRATOR)
def show(slug: str) -> ResponseReturnValue:
    """Say who manages it, or ask who does from now on."""
    return _page(organisation_by_slug(slug), BringBackForm(formdata=None))


@blueprint.post("/admin/organisations/<slug>/bring-back")
@requires(Permission.ADMINISTRATOR)
def bring_back(slug: str) -> ResponseReturnValue:
    """Take it into use again."""
    organisation, form, now = organisation_by_slug(slug), BringBackForm(), clock.now()
    if not form.validate():
        return _page(organisation, form), UNPROCESSABLE
    number, email = organisation.id, form.email.data or ""
    try:
        done = act(lambda who: archiving.bring_back_as_administrator(number, email, actor=who, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return _page(organisation, form), UNPROCESSABLE
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("%(name)s on taas käytössä.", name=done.name), "success")
    return redirect(url_for("organisations.show", slug=slug), 303)


def _page(organisation: Organisation, form: BringBackForm) -> str:
    managers = [each.name for each in managers_of(organisation.id)]
    return render_template("admin/bring_back.html", organisation=organisation, managers=managers, form=form)
