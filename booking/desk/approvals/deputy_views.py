"""The page on which an approver names deputies for holidays and ends them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField
from wtforms.validators import Length

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.clock import zone
from booking.desk.approvals.blueprint import blueprint
from booking.errors import RuleViolation, WrongState
from booking.organisations import deputies
from booking.organisations.acting import act
from booking.organisations.models import Deputy, Organisation
from booking.timetable.zone import local_date
from booking.web.forms import BaseForm, ChoiceField, LocalDateField, Required
from booking.web.sentences import sentence_for, sentence_of


class DeputyForm(BaseForm):
    """Shape only."""

    owner = ChoiceField(_l("Kenen tilat"))
    email = EmailField(_l("Sijaisen sähköpostiosoite"), [Required(), Length(max=254)])
    first = LocalDateField(_l("Ensimmäinen päivä"), [Required()])
    last = LocalDateField(_l("Viimeinen päivä"), [Required()])

    def __init__(self, owners: list[Organisation], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.owner.choices = [(str(each.id), each.name) for each in owners]


@dataclass(frozen=True, slots=True)
class Line:
    """Who decides in whose place. `is_mine`: in the reader's."""

    id: int
    deputy: str
    approver: str
    owner: str
    first: date
    last: date
    is_mine: bool
    has_begun: bool


@blueprint.get("/approvals/deputies", endpoint="deputies")
@requires(Permission.APPROVER)
def show_deputies() -> ResponseReturnValue:
    """List who decides in the reader's place and in whose place the reader does, with a form for one more."""
    owners = deputies.owners_of(current_actor())
    return _page(owners, DeputyForm(owners, formdata=None))


@blueprint.post("/approvals/deputies", endpoint="name_deputy")
@requires(Permission.APPROVER)
def name_deputy() -> ResponseReturnValue:
    """Name a deputy."""
    now, owners = clock.now(), deputies.owners_of(current_actor())
    form = DeputyForm(owners)
    valid, first, last = form.validate(), form.first.data, form.last.data
    if not valid or first is None or last is None:
        return _page(owners, form, 422)
    owner_id, email = int(form.owner.data), form.email.data
    try:
        made = act(lambda who: deputies.name_deputy(owner_id, email, first, last, actor=who, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return _page(owners, form, 422)
    flash(_("%(name)s on nimetty sijaiseksi ja saa siitä viestin.", name=made.user.name), "success")
    return redirect(url_for("approvals.deputies"), 303)


@blueprint.post("/approvals/deputies/<int(max=2147483647):deputy_id>/end", endpoint="end_deputy")
@requires(Permission.APPROVER)
def end_deputy(deputy_id: int) -> ResponseReturnValue:
    """End it early, as the approver or as the deputy."""
    now = clock.now()
    try:
        ended = act(lambda who: deputies.end_deputy(deputy_id, actor=who, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
        return redirect(url_for("approvals.deputies"), 303)
    flash(_("Sijaisuus on lopetettu."), "success")
    if ended.user_id == current_actor().user_id:  # who was a deputy only may not open that page any more
        return redirect(url_for("reservations.my"), 303)
    return redirect(url_for("approvals.deputies"), 303)


def _page(owners: list[Organisation], form: DeputyForm, status: int = 200) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    lines = [_line(each, actor, now) for each in deputies.current_deputies(actor, now)]
    return render_template("desk/approvals/deputies.html", owners=owners, form=form, lines=lines), status


def _line(deputy: Deputy, actor: Actor, now: datetime) -> Line:
    return Line(
        id=deputy.id,
        deputy=deputy.user.name,
        approver=deputy.membership.user.name,
        owner=deputy.membership.organisation.name,
        first=local_date(deputy.starts_at, zone()),
        last=deputies.last_day(deputy),
        is_mine=deputy.membership.user_id == actor.user_id,
        has_begun=deputy.starts_at <= now,
    )
