"""The request page."""

from datetime import datetime

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.availability.alternatives import choose
from booking.availability.queries import search
from booking.availability.results import Result, results
from booking.errors import RuleViolation, SlotTaken
from booking.organisations.acting import act
from booking.reservations.blueprint import blueprint
from booking.reservations.forms import QuestionForm, ReservationForm, asked_use
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
    """Send the request; what is wrong is said beside its field and nothing typed is lost."""
    now, actor = clock.now(), current_actor()
    room = catalogue().room(slug)
    form = ReservationForm(room, actor)
    valid = form.validate()
    use = form.use()
    if not valid or use is None:
        return _page(form, room, use, actor, now), 422
    request = form.request(use)
    try:
        reservation = act(lambda fresh: request_reservation(request, actor=fresh, now=now))
    except (RuleViolation, SlotTaken) as error:
        form.show(error)
        status = 409 if isinstance(error, SlotTaken) else 422
        return _page(form, room, use, actor, now, troubled=True), status
    return redirect(url_for("reservations.show", reference=reservation.reference, sent=1), 303)


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
