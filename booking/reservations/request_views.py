"""The request page."""

from datetime import datetime

from flask import redirect, render_template, url_for
from flask import request as flask_request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.availability.alternatives import choose
from booking.availability.queries import search, taken_around
from booking.availability.results import Result, results
from booking.errors import RuleViolation, SlotTaken, Violation
from booking.organisations.acting import act
from booking.reservations.blueprint import blueprint
from booking.reservations.forms import QuestionForm, ReservationForm, asked_use
from booking.reservations.models import Reservation
from booking.reservations.queries import sent_before
from booking.reservations.request import ReservationRequest
from booking.reservations.service import request_reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Filter, RoomFacts
from booking.rooms.pages import detail
from booking.timetable.interval import Interval

DECISION_DAYS = 2  # what owners promise in the demonstration; each owner's own figure comes with their desk


@blueprint.get("/rooms/<slug>/request")
@requires(Permission.SIGNED_IN)
def request_room(slug: str) -> ResponseReturnValue:
    """Show the request form, filled in with what was searched for."""
    now, actor = clock.now(), current_actor()
    room = catalogue().room(slug)
    question = QuestionForm()
    question.validate()
    use = asked_use(question)
    form = ReservationForm(room, actor)
    form.prefill(use, question.people.data, actor)
    return _page(form, room, use, actor, now)


@blueprint.post("/rooms/<slug>/request", endpoint="send_request")
@requires(Permission.SIGNED_IN)
def send_request(slug: str) -> ResponseReturnValue:
    """Send the request; what is wrong is said beside its field and nothing typed is lost.

    An alternative chosen on the page sends the same form here with `choose`: its time takes the place of the
    typed one, and nothing is asked for yet.
    """
    now, actor = clock.now(), current_actor()
    room = catalogue().room(slug)
    form = ReservationForm(room, actor)
    if "choose" in flask_request.form:
        question = QuestionForm()
        question.validate()
        use = asked_use(question)
        form.move_to(use)
        form.forget_terms_of_another_room(flask_request.form["choose"])
        return _page(form, room, use, actor, now)
    valid = form.validate()
    use = form.use()
    if not valid or use is None:
        return _page(form, room, use, actor, now), 422
    request = form.request(use)
    try:
        reservation = act(lambda fresh: _sent(request, fresh, now))
    except SlotTaken:
        form.show([_why_taken(room, use)])
        return _page(form, room, use, actor, now, troubled=True), 409
    except RuleViolation as error:
        form.show(error.violations)
        return _page(form, room, use, actor, now, troubled=True), 422
    return redirect(url_for("reservations.show", reference=reservation.reference, sent=1), 303)


def _sent(request: ReservationRequest, actor: Actor, now: datetime) -> Reservation:
    """A form that is sent twice, by a second click or a reload, asks once."""
    return sent_before(request, actor, now) or request_reservation(request, actor=actor, now=now)


def _why_taken(room: RoomFacts, use: Interval) -> Violation:
    """Return what stands in the way: another use, or only the cleaning that this one would need."""
    taken = taken_around([room], use)
    if any(each.overlaps(use) for intervals in taken.values() for each in intervals):
        return Violation("slot_taken", "start")
    return Violation("no_time_to_clean", "end", {"minutes": room.rules.turnaround_minutes})


def _page(
    form: ReservationForm,
    room: RoomFacts,
    use: Interval | None,
    actor: Actor,
    now: datetime,
    *,
    troubled: bool = False,
) -> str:
    rooms = catalogue()
    result: Result | None = None
    offers = []
    if use is not None:
        answers = search(Filter(people=form.people.data or 0), use, actor=actor, now=now)
        own = [each for each in answers if each.room.id == room.id]
        result = results(own, use, now=now)[0] if own else None
        if troubled or (result is not None and result.group != "free"):
            offers = choose(room, use, answers)
    return render_template(
        "reservations/request.html",
        room=detail(room, rooms.sharing(room), now),
        form=form,
        result=result,
        alternatives=offers,
        decision_days=DECISION_DAYS if room.rules.approval == "by_approver" else None,
    )
