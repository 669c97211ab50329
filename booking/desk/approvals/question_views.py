"""The page on which an approver asks the booker's side something before deciding."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.approvals.blueprint import blueprint
from booking.errors import RuleViolation, WrongState
from booking.organisations.acting import act
from booking.reservations import policy
from booking.reservations.models import REASON_LENGTH
from booking.reservations.queries import find
from booking.reservations.questions.pages import exchange
from booking.reservations.questions.service import ask, dates_to_ask_about
from booking.web.forms import BaseForm, Required
from booking.web.sentences import sentence, sentence_for, sentence_of


class QuestionForm(BaseForm):
    """Shape only."""

    question = TextAreaField(
        _l("Kysymys varaajalle"),
        [Required(_l("Kirjoita kysymys. Se lähetetään varaajalle.")), Length(max=REASON_LENGTH)],
    )


@blueprint.get("/approvals/<reference>/question")
@requires(Permission.APPROVER)
def question(reference: str) -> ResponseReturnValue:
    """Show what has been asked about a request, and a form for one question more. Back when it is decided."""
    return _page(reference, QuestionForm(formdata=None))


@blueprint.post("/approvals/<reference>/question", endpoint="send_question")
@requires(Permission.APPROVER)
def send_question(reference: str) -> ResponseReturnValue:
    """Send the question."""
    form, now = QuestionForm(), clock.now()
    if not form.validate():
        return _page(reference, form, status=422)
    try:
        act(lambda actor: ask(reference, form.question.data, actor=actor, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return _page(reference, form, status=422)
    except WrongState as error:
        flash(sentence_of(error), "error")
        return redirect(url_for("approvals.approve", reference=reference), 303)
    flash(_("Kysymys on lähetetty varaajalle. Vastauksesta tulee sähköposti."), "success")
    return redirect(url_for("approvals.approve", reference=reference), 303)


def _page(reference: str, form: Any, status: int = 200) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    reservation, seen = find(reference, actor)
    policy.require_decider(reservation, actor)
    dates = dates_to_ask_about(reservation, now)
    if not dates:
        flash(sentence("question_closed"), "error")
        return redirect(url_for("approvals.approve", reference=reference), 303)
    page = render_template(
        "questions/question.html",
        reservation=reservation,
        dates=dates,
        form=form,
        exchange=exchange(reservation, seen, actor, now),
    )
    return page, status
