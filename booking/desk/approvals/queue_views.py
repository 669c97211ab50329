"""The approver's queue, the page of one request, and decisions."""

from collections.abc import Mapping
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right
from booking.desk.approvals import groups
from booking.desk.approvals.blueprint import blueprint
from booking.desk.approvals.choosing import Choice
from booking.desk.approvals.decided_words import in_words
from booking.desk.approvals.forms import QueueForm
from booking.desk.approvals.reasoned import Reasoned, Typed, ready_reasons
from booking.desk.approvals.request_page import approval
from booking.errors import DomainError, RuleViolation, SlotTaken, Violation, WrongState
from booking.organisations.acting import act
from booking.organisations.queries import organisations_by_id
from booking.reservations import decisions, policy
from booking.reservations.changes import claimed
from booking.reservations.queries import find
from booking.reservations.questions.pages import exchange
from booking.reservations.undoing.pages import offer_undo, undoable
from booking.timetable.interval import Interval
from booking.web.filters import when
from booking.web.sentences import sentence_for, sentence_of


@blueprint.get("/approvals")
@requires(Permission.APPROVER)
def queue() -> ResponseReturnValue:
    """Show what awaits this person's decision."""
    return queue_page({})


@blueprint.get("/approvals/<reference>")
@requires(Permission.APPROVER)
def approve(reference: str) -> ResponseReturnValue:
    """Show one request with all its dates to decide on them one by one."""
    return _request(reference, None)


@blueprint.post("/approvals/<reference>")
@requires(Permission.APPROVER)
def decide(reference: str) -> ResponseReturnValue:
    """Confirm or decline dates of one request, from the queue or from its own page (`page=request`)."""
    now, choice, action = clock.now(), Choice.read(request.form), request.form.get("action", "")
    reason = Reasoned.read(request.form)
    own_page = request.form.get("page") == "request"
    try:
        decided = act(lambda who: _decide(action, reference, choice, reason, who, now))
    except (RuleViolation, SlotTaken, WrongState) as error:
        field = error.violations[0].field if isinstance(error, RuleViolation) else ""
        typed = Typed(_sentence(error, reference), field, choice, reason, declines=action == "decline")
        status = 422 if isinstance(error, RuleViolation) else 409
        return _request(reference, typed) if own_page else queue_page({reference: typed}), status
    flash(in_words(decided, confirmed=action == "confirm", choice=choice), "success")
    if own_page:
        return redirect(url_for("approvals.approve", reference=reference), 303)
    offer_undo(decided.record)
    return to_queue()


def to_queue() -> ResponseReturnValue:
    """Go back to the queue as it was asked for."""
    return redirect(url_for("approvals.queue", **request.args.to_dict(flat=False)), 303)  # type: ignore[arg-type]


def _decide(
    action: str, reference: str, choice: Choice, reason: Reasoned, actor: Actor, now: datetime
) -> decisions.Decided:
    ids = choice.ids(reference, actor)
    if action == "confirm":
        return decisions.confirm(reference, ids, actor=actor, now=now)
    if action == "decline":
        return decisions.decline(reference, ids, reason.words(reference, actor), actor=actor, now=now)
    raise RuleViolation([Violation("decision_missing", "action")])  # the enter key on a choice


def _sentence(error: DomainError, reference: str) -> str:
    if isinstance(error, RuleViolation):
        return sentence_for(error.violations[0])
    if isinstance(error, SlotTaken):
        return _which_are_taken(error, reference)
    return sentence_of(error)


def _which_are_taken(error: SlotTaken, reference: str) -> str:
    """Return which of several dates somebody else holds by now; of a single one that is clear."""
    reservation, _seen = find(reference, current_actor())
    taken = [each for each in reservation.occurrences if claimed(each) in error.conflicts]
    if len(reservation.occurrences) == 1 or not taken:
        return sentence_of(error)
    dates = ", ".join(when(Interval(each.starts_at, each.ends_at)) for each in taken)
    return str(_("Näitä aikoja ei voi vahvistaa, koska ne on jo varattu: %(dates)s.", dates=dates))


def queue_page(typed: Mapping[str, Typed]) -> str:
    """Return the queue as the address asks for it. `typed`: what was refused, by reference."""
    actor, now = current_actor(), clock.now()
    owners = actor.organisations_with(Right.DECIDE)
    form = QueueForm(actor)
    form.validate()
    found = groups.queue(actor, now, form.asked())
    names = {item.reference: item.whose for group in found.groups for item in group.requests}
    return render_template(
        "desk/approvals/queue.html",
        queue=found,
        form=form,
        typed=typed,
        problems=[
            (reference if reference in names else "", names.get(reference, ""), each)
            for reference, each in typed.items()
        ],
        ready=ready_reasons(owners),
        keeps=organisations_by_id(owners & actor.organisations_with(Right.KEEP_ROOMS)).values(),
    )


def _request(reference: str, typed: Typed | None) -> str:
    actor, now = current_actor(), clock.now()
    reservation, seen = find(reference, actor)
    policy.require_decider(reservation, actor)
    return render_template(
        "desk/approvals/request.html",
        approval=approval(reservation, actor, now),
        exchange=exchange(reservation, seen, actor, now),
        undoable=undoable(reservation, actor, now),
        typed=typed,
        ready=ready_reasons([reservation.room.owner_id] if reservation.room.owner_id else []),
        declining="decline" in request.args,
    )
