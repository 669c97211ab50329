"""The pages of feedback: to give it, and to answer it."""

from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.db import in_transaction
from booking.i18n import language
from booking.organisations.acting import act
from booking.privacy.feedback import service
from booking.privacy.feedback.forms import KINDS, AnswerForm, FeedbackForm
from booking.privacy.feedback.models import PAGE_LENGTH
from booking.web.addresses import same_site_path
from booking.web.paging import page_numbers

blueprint = Blueprint("feedback", __name__)

A_PAGE: Final = 20
UNPROCESSABLE: Final = 422  # the page again, with what to mend


@blueprint.get("/feedback")
@requires(Permission.ANYONE, before_second_factor=True)
def form() -> ResponseReturnValue:
    """Show the form; `?page=` is what it is about, `?kind=` the kind."""
    asked = request.args.get("kind", "")
    page = (same_site_path(request.args.get("page")) or "")[:PAGE_LENGTH]
    return _form_page(FeedbackForm(kind=asked if asked in KINDS else None, page=page))


@blueprint.post("/feedback")
@requires(Permission.ANYONE, before_second_factor=True)
def send() -> ResponseReturnValue:
    """Take feedback in."""
    sent = FeedbackForm()
    if not sent.validate():
        return _form_page(sent), UNPROCESSABLE
    words = service.Words(sent.kind.data, sent.text.data, sent.page.data or "", sent.reply_to.data or "")
    actor, spoken, address, now = current_actor(), language(), request.remote_addr, clock.now()
    in_transaction(lambda: service.send(words, language=spoken, actor=actor, address=address, now=now))
    flash(
        _(
            "Kiitos! Palaute on perillä. Vastaamme 14 päivän kuluessa osoitteeseen %(email)s.",
            email=words.reply_to,
        )
        if words.reply_to
        else _("Kiitos! Palaute on perillä."),
        "success",
    )
    return redirect(url_for("feedback.form"), 303)


@blueprint.get("/admin/feedback")
@requires(Permission.ADMINISTRATOR)
def received() -> ResponseReturnValue:
    """List feedback, what is open first."""
    return _list_page(AnswerForm())


@blueprint.post("/admin/feedback/<int(max=2147483647):feedback_id>/answer")
@requires(Permission.ADMINISTRATOR)
def answer(feedback_id: int) -> ResponseReturnValue:
    """Note feedback as answered, and mail the answer when there is one."""
    sent, now = AnswerForm(), clock.now()
    if not sent.validate():
        return _list_page(sent, feedback_id), UNPROCESSABLE
    found = act(lambda actor: service.answer(feedback_id, sent.answer.data or "", actor=actor, now=now))
    mailed = found.answer and found.reply_to
    flash(
        _("Vastaus lähetetään sähköpostilla.") if mailed else _("Palaute on merkitty vastatuksi."), "success"
    )
    return redirect(url_for("feedback.received"), 303)


def _form_page(shown: FeedbackForm) -> str:
    return render_template("privacy/feedback.html", form=shown)


def _list_page(form: AnswerForm, feedback_id: int | None = None) -> str:
    page = page_numbers(service.count(), A_PAGE)
    lines = service.received(first=(page.number - 1) * A_PAGE, size=A_PAGE)
    return render_template(
        "privacy/received.html",
        form=form,
        answering=feedback_id,
        lines=lines,
        kinds=KINDS,
        until=service.until,
        now=clock.now(),
        page=page,
    )
