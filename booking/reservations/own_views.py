"""One reservation, and the list of one's own."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right
from booking.errors import DomainError, NotFound, RuleViolation, WrongState
from booking.organisations.acting import act
from booking.reservations import decisions, giving_back, lists, policy, queries
from booking.reservations.accepted_terms import accepted
from booking.reservations.after_use import pages as after_use
from booking.reservations.behalf.pages import behalf_panel
from booking.reservations.blueprint import blueprint
from booking.reservations.contacts.log import seen as contacts_seen
from booking.reservations.criteria import promised_days
from booking.reservations.dates import DateDetail
from booking.reservations.forms import occurrence_ids
from booking.reservations.keys import handovers
from booking.reservations.lifecycle import State
from booking.reservations.listing import own_items
from booking.reservations.models import Reservation
from booking.reservations.offer_pages import open_offers
from booking.reservations.pages import cancelling, detail
from booking.reservations.policy import Sight
from booking.reservations.questions.pages import exchange
from booking.reservations.undoing.pages import undoable
from booking.reservations.waiting.pages import waiting_beside, waiting_items
from booking.reservations.which_dates import WhichDates
from booking.web.paging import page_numbers
from booking.web.sentences import sentence_for, sentence_of

PAGE_SIZE = 20
EDIT = "editing.edit"


@blueprint.get("/reservations/<reference>")
@requires(Permission.ANYONE)
def show(reference: str) -> ResponseReturnValue:
    """Show one reservation: to its booker and approvers everything, to others what is public."""
    return reservation_page(reference, current_actor(), clock.now())


@blueprint.post("/reservations/<reference>/withdraw")
@requires(Permission.SIGNED_IN)
def withdraw(reference: str) -> ResponseReturnValue:
    """Take back a request, or some dates of it."""
    now, which = clock.now(), WhichDates.read(request.form)
    ids: list[int] = []

    def work(actor: Actor) -> Reservation:
        ids[:] = which.ids(reference, "can_withdraw", actor, now)
        return decisions.withdraw(reference, ids, actor=actor, now=now)

    return _give_up(reference, now, work, _("Pyyntö on peruttu."), ids)


@blueprint.post("/reservations/<reference>/cancel")
@requires(Permission.SIGNED_IN)
def cancel(reference: str) -> ResponseReturnValue:
    """Cancel a confirmed reservation, or some dates of it."""
    now, which = clock.now(), WhichDates.read(request.form)
    reason = request.form.get("reason", "")
    ids: list[int] = []

    def work(actor: Actor) -> Reservation:
        ids[:] = which.ids(reference, "can_cancel", actor, now)
        return decisions.cancel(reference, ids, reason, actor=actor, now=now)

    return _give_up(reference, now, work, _("Varaus on peruttu."), ids)


@blueprint.post("/reservations/<reference>/give-back")
@requires(Permission.SIGNED_IN)
def give_back(reference: str) -> ResponseReturnValue:
    """Give confirmed dates back after their cancellation deadline."""
    now, ids = clock.now(), occurrence_ids(request.form.getlist("occurrences")) or []
    reason = request.form.get("reason", "")
    return _give_up(
        reference,
        now,
        lambda actor: giving_back.give_back(reference, ids, actor=actor, now=now, reason=reason),
        _("Aika on luovutettu takaisin."),
    )


@blueprint.get("/my")
@requires(Permission.SIGNED_IN)
def my() -> ResponseReturnValue:
    """List my own and my associations' reservations, one line each."""
    now, actor = clock.now(), current_actor()
    page = page_numbers(lists.count_past(actor, now), PAGE_SIZE)
    past = lists.past(actor, now, limit=PAGE_SIZE, offset=(page.number - 1) * PAGE_SIZE)
    waiting, coming, past_lines = own_items(actor, *lists.open_ones(actor, now), past)
    return render_template(
        "reservations/my.html",
        waiting=waiting,
        coming=coming,
        past=past_lines,
        page=page,
        waited=waiting_items(actor, now),
        to_mark=after_use.hints(actor, now),
    )


def _give_up(
    reference: str, now: datetime, work: Callable[[Actor], Reservation], done: str, ids: Sequence[int] = ()
) -> ResponseReturnValue:
    """Do it and say so; `ids`: the dates it was about, which are counted where the reservation has others."""
    try:
        several = len(act(work).occurrences) > 1
    except (RuleViolation, WrongState) as error:
        status = 409 if isinstance(error, WrongState) else 422
        return reservation_page(reference, current_actor(), now, errors=sentences_by_field(error)), status
    if several and ids:
        many = len(set(ids))
        done = ngettext("%(num)s aika on peruttu.", "%(num)s aikaa on peruttu.", many)
    flash(done, "success")
    return redirect(url_for("reservations.show", reference=reference), 303)


def sentences_by_field(error: DomainError) -> dict[str, str]:
    """Return why something was refused, by the form's field."""
    if isinstance(error, RuleViolation):
        return {each.field: sentence_for(each) for each in error.violations}
    return {"state": sentence_of(error)}


def reservation_page(
    reference: str, actor: Actor, now: datetime, *, errors: Mapping[str, str] | None = None
) -> str:
    """Return the page of one reservation; `errors` by field, "reason" where a date is cancelled.

    Raises NotFound.
    """
    problems, words = errors or {}, request.form.get("reason", "")
    try:
        reservation, seen = queries.find(reference, actor)
    except NotFound:
        if not actor.is_signed_in:
            raise NotFound("unknown_reservation_signed_out") from None
        raise
    if seen is Sight.FULL:
        contacts_seen([reservation.id])
    books = policy.acts_for_booker(reservation, actor, Right.BOOK)
    return render_template(
        "reservations/reservation.html",
        reservation=detail(reservation, seen, actor, now),
        fresh="sent" in request.args,
        full=seen is Sight.FULL,
        decision_days=_promised(reservation, now) if seen is Sight.FULL else None,
        cancelling=cancelling(reservation, now) if books else None,
        handovers=handovers(reservation, seen, actor, now),
        terms=accepted(reservation, seen),
        may_decide=policy.decides(reservation, actor),
        books=books,
        belongs=policy.acts_for_booker(reservation, actor, Right.SEE),
        open_offers=open_offers(reservation, actor),
        waited=waiting_beside(reservation, actor, now) if seen is Sight.FULL else (),
        after_use=after_use.dates_of(reservation, actor, now),
        behalf=behalf_panel(reservation, actor),
        edit_address=_edit_address(reservation) if EDIT in current_app.view_functions else None,
        errors=problems,
        reason="" if problems.keys() & {"late-reason", "refusal"} else words,
        words=words,
        exchange=exchange(reservation, seen, actor, now),
        undoable=undoable(reservation, actor, now) if policy.decides(reservation, actor) else None,
        answer=request.form.get("answer", ""),
        given=WhichDates.read(request.form),
    )


def _promised(reservation: Reservation, now: datetime) -> int | None:
    """Return in how many days an answer is promised, where one is still awaited; 0 once those are over."""
    if all(each.state != State.PENDING for each in reservation.occurrences):
        return None
    days = promised_days(reservation.room.owner_id, reservation.room.kind)
    return 0 if days and reservation.created_at + timedelta(days=days) < now else days


def _edit_address(reservation: Reservation) -> Callable[[DateDetail], str]:
    """Return what gives the address at which a date can be changed, and from it the whole series."""
    return lambda date: url_for(EDIT, reference=reservation.reference, date=date.id)
