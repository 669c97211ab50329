"""One button for the clear requests of the queue."""

from collections import Counter
from collections.abc import Sequence

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.approvals.blueprint import blueprint
from booking.desk.approvals.clearing import confirm_clear, refuse_foreign
from booking.desk.approvals.listing import REQUESTS_A_PAGE
from booking.desk.approvals.queue_views import to_queue
from booking.errors import DomainError, RuleViolation, SlotTaken, WrongState
from booking.organisations.acting import act
from booking.reservations.decisions import Decided
from booking.reservations.undoing.pages import offer_undo
from booking.web.sentences import sentence, sentence_of


@blueprint.post("/approvals/clear")
@requires(Permission.APPROVER)
def clear() -> ResponseReturnValue:
    """Confirm the chosen clear requests (`request`, or the one of `only`), each in its own transaction."""
    stamps = request.form.getlist("only") or request.form.getlist("request")
    stamps = list(dict.fromkeys(stamps))[:REQUESTS_A_PAGE]
    if not stamps:
        flash(sentence("nothing_marked"), "error")
        return to_queue()
    refuse_foreign(stamps, current_actor())
    found = [_confirm(stamp) for stamp in stamps]
    confirmed = [each.record for each in found if isinstance(each, Decided)]
    _tell(len(confirmed), [each for each in found if isinstance(each, DomainError)])
    offer_undo(*confirmed)
    return to_queue()


def _confirm(stamp: str) -> Decided | DomainError:
    """Confirm one request; return what that did, or why it was not."""
    now = clock.now()
    try:
        return act(lambda who: confirm_clear(stamp, actor=who, now=now))
    except (RuleViolation, SlotTaken, WrongState) as error:
        return error


def _tell(confirmed: int, refused: Sequence[DomainError]) -> None:
    """Say how many were confirmed, and of the others why not."""
    if confirmed == 1:
        flash(_("Pyyntö on vahvistettu."), "success")
    elif confirmed:
        many = ngettext("%(num)s pyyntö vahvistettiin.", "%(num)s pyyntöä vahvistettiin.", confirmed)
        flash(many, "success")
    for why, number in Counter(map(sentence_of, refused)).items():
        words = ngettext(
            "Pyyntöä ei vahvistettu: %(why)s", "%(num)s pyyntöä ei vahvistettu: %(why)s", number, why=why
        )
        flash(words, "error")
