"""The page on which an administrator says for whom they act and why, and the button that ends it."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, TextAreaField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.admin import visit_steps as _visit_steps  # noqa: F401 - it registers itself
from booking.errors import NotFound, RuleViolation
from booking.organisations import stand_ins
from booking.organisations.acting import act
from booking.organisations.queries import find_organisations
from booking.web.filters import duration
from booking.web.forms import BaseForm, ChoiceField, Required
from booking.web.sentences import sentence_for

blueprint = Blueprint("stand_ins", __name__)

CHOSEN_MINUTES = 30


class StandInForm(BaseForm):
    """Shape only."""

    organisation = ChoiceField(_l("Organisaatio"), validators=[Required()])
    reason = TextAreaField(_l("Syy"), validators=[Required(), Length(max=stand_ins.LONGEST_REASON)])
    minutes = RadioField(_l("Kuinka kauan"), validators=[Required()])
    decides = BooleanField(_l("Päätän myös varauspyynnöistä"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        found = find_organisations()
        self.organisation.choices = [("", _("valitse")), *((each.slug, each.name) for each in found)]
        self.minutes.choices = [(str(each), duration(each * 60)) for each in stand_ins.LENGTHS]


@blueprint.get("/admin/stand-in")
@requires(Permission.ADMINISTRATOR)
def show() -> ResponseReturnValue:
    """Say what it means to stand in, with the form and the last times anybody did."""
    wanted = request.args.get("organisation", "")
    return _page(StandInForm(formdata=None, organisation=wanted, minutes=str(CHOSEN_MINUTES)))


@blueprint.post("/admin/stand-in")
@requires(Permission.ADMINISTRATOR)
def begin() -> ResponseReturnValue:
    """Begin to stand in."""
    form, now = StandInForm(), clock.now()
    if not form.validate():
        return _page(form), 422
    slug, reason, minutes = form.organisation.data, form.reason.data, int(form.minutes.data)
    decides = bool(form.decides.data)
    try:
        act(lambda who: stand_ins.begin(slug, reason, minutes, decides=decides, actor=who, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return _page(form), 422
    flash(_("Hallinto sai viestin ja syyn."), "success")
    return redirect(url_for("organisations.show", slug=slug), 303)


@blueprint.post("/admin/stand-in/end")
@requires(Permission.ADMINISTRATOR)
def end() -> ResponseReturnValue:
    """Stop standing in; pressed again it stays so."""
    now = clock.now()
    try:
        act(lambda who: stand_ins.end(actor=who, now=now))
    except NotFound:
        flash(_("Et toimi kenenkään puolesta."), "success")
    else:
        flash(_("Et enää toimi organisaation puolesta."), "success")
    return redirect(url_for("stand_ins.show"), 303)


def _page(form: StandInForm) -> str:
    now = clock.now()
    visits = stand_ins.latest_visits(now)
    is_on = current_actor().stand_in is not None
    return render_template("admin/stand_in.html", form=form, visits=visits, is_on=is_on)
