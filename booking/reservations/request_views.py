"""The request page: once or as a series."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from flask import flash, redirect, render_template, url_for
from flask import request as flask_request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.errors import RuleViolation, SlotTaken
from booking.organisations.acting import act, try_out
from booking.reservations.awaited import requests_waiting
from booking.reservations.blueprint import blueprint
from booking.reservations.criteria import promised_days
from booking.reservations.forms import QuestionForm, asked_use
from booking.reservations.quote_words import PriceShown, asked_price
from booking.reservations.receipts import what_was_sent
from booking.reservations.request import ReservationRequest
from booking.reservations.sent_twice import sent_before
from booking.reservations.series_dates import dates_of
from booking.reservations.series_form import SeriesForm
from booking.reservations.series_request import STEPS, Draft, after, look
from booking.reservations.single_request import Single, look_at_one, why_taken
from booking.reservations.waiting.joining import ask_or_wait
from booking.rooms.catalogue import catalogue
from booking.rooms.pages import detail
from booking.timetable.interval import Interval


@blueprint.get("/rooms/<slug>/request")
@requires(Permission.SIGNED_IN)
def request_room(slug: str) -> ResponseReturnValue:
    """Show the request form, filled in with what was searched for."""
    now, actor = clock.now(), current_actor()
    form = SeriesForm(catalogue().room(slug), actor)
    question = QuestionForm()
    question.validate()
    form.suggest(None, question.people.data, actor)
    form.take_over(question)
    use = form.use()
    return _page(form, use, _draft(form, use), now)


@blueprint.post("/rooms/<slug>/request", endpoint="send_request")
@requires(Permission.SIGNED_IN)
def send_request(slug: str) -> ResponseReturnValue:
    """Send the request; what is wrong is said beside its field and nothing typed is lost.

    Dates of a series that nobody has seen are shown first: only a form that carries their mark sends them.

    An alternative chosen on the page sends the same form here with `choose`: its time takes the place of the
    typed one. The buttons of a series' dates (STEPS) change what was chosen for them. Both only show the page
    again.
    """
    form = SeriesForm(catalogue().room(slug), current_actor())
    step = next((name for name in ("choose", *STEPS) if name in flask_request.form), None)
    if step is None:
        return _send(form, clock.now())
    value = flask_request.form[step]
    if step == "choose":
        return _move(form, value, clock.now())
    return _change(form, step, value, clock.now())


def _move(form: SeriesForm, slug: str, now: datetime) -> ResponseReturnValue:
    """Show the form with the time of an alternative."""
    question = QuestionForm()
    question.validate()
    use = asked_use(question)
    form.move_to(use)
    form.forget_terms_of_another_room(slug)
    if form.repeats:
        form.validate_when()
    return _page(form, use, _draft(form, use), now)


def _change(form: SeriesForm, step: str, value: str, now: datetime) -> ResponseReturnValue:
    """Show the dates of a series after one of their buttons."""
    use = form.use() if form.validate_when() else None
    draft, on = _draft(form, use), None
    if draft is not None:
        known = draft.other_rooms
        draft, on = after(draft, step, value, actor=current_actor(), now=now)
        form.fix.data = draft.fixes
        for room in draft.other_rooms:
            if room not in known and room.terms != form.room.terms:
                form.forget_terms_of_another_room(room.slug)
    return _page(form, use, draft, now, step=step, on=on)


def _send(form: SeriesForm, now: datetime) -> ResponseReturnValue:
    valid = form.validate()
    use = form.use()
    draft = _draft(form, use)
    is_seen = (form.repeats and draft is None) or form.compare_price(_price(form, use, draft))
    if not valid or use is None or (form.repeats and draft is None):
        return _page(form, use, draft, now, step="send")
    if draft is not None and flask_request.form.get("shown") != draft.mark:
        return _page(form, use, draft, now, step="look")
    request = form.request(use)
    if draft is not None:
        request = replace(request, pattern=draft.pattern, fixes=draft.applied)
    sending = act if is_seen else try_out  # a new price and what else is wrong are said in one go
    try:
        sent = sending(lambda fresh: _sent(request, fresh, now))
    except SlotTaken:
        if draft is None:
            form.show([why_taken(form.room, use)])
        return _page(form, use, draft, now, step="send", troubled=True, status=409)
    except RuleViolation as error:
        form.refuse(error.violations)
        return _page(form, use, _draft(form, use), now, step="send", troubled=True)
    if not is_seen:
        return _page(form, use, draft, now, step="look")
    if sent.words:
        flash(f"{sent.words}.", "success")
    if sent.also_waits:
        flash(_("Ilmoittautuminen jonoon on perillä."), "success")
    return redirect(url_for(sent.endpoint, reference=sent.reference, sent=1), 303)


@dataclass(frozen=True, slots=True)
class Sent:
    """Where the receipt is. `words`: what the dates have come to, where they did not all come to the same."""

    endpoint: str
    reference: str
    also_waits: bool = False
    words: str = ""


def _sent(request: ReservationRequest, actor: Actor, now: datetime) -> Sent:
    """Ask, or wait for the dates that are to be waited for. A form that is sent twice asks once."""
    reservation, entry = sent_before(request, actor, now), None
    if reservation is None:
        reservation, entry = ask_or_wait(request, actor=actor, now=now)
    if reservation is not None:
        waited = len(entry.dates) if entry is not None else 0
        words = what_was_sent(reservation, waited) if request.pattern is not None else ""
        return Sent("reservations.show", reservation.reference, bool(waited), words)
    if entry is None:
        raise ValueError("a request asks for a date or waits for one")
    return Sent("reservations.waiting", entry.reference)


def _draft(form: SeriesForm, use: Interval | None) -> Draft | None:
    """Return the series that a form asks for, None for a single use. Adds the errors of an odd pattern."""
    pattern = form.pattern()
    if use is None or pattern is None:
        return None
    try:
        return Draft.of(form.room, use, pattern, form.people.data or 0, form.organisation_id, form.fix.data)
    except RuleViolation as error:
        form.show(error.violations)
        return None


def _price(form: SeriesForm, use: Interval | None, draft: Draft | None) -> PriceShown:
    """Return the price in force of what a form asks for."""
    once = [(form.room, use)] if use is not None else []
    booked = draft.booked if draft is not None else once
    return asked_price(catalogue().room(form.room.slug), booked, form.customer, form.who_comes)


def _page(
    form: SeriesForm,
    use: Interval | None,
    draft: Draft | None,
    now: datetime,
    *,
    step: str = "",
    on: date | None = None,
    troubled: bool = False,
    status: int | None = None,
) -> ResponseReturnValue:
    """Show the form with how its time stands, or its dates. `step`, `on`: the last button and its date."""
    room, rooms = catalogue().room(form.room.slug), catalogue()
    form.show_terms([room, *(draft.other_rooms if draft is not None else ())])
    dates, single, price = None, Single(), _price(form, use, draft)
    form.show_price(price)
    if draft is not None:
        seen = look(draft, actor=current_actor(), now=now)
        awaited = requests_waiting(each.wish for each in seen if not each.problem)
        dates = dates_of(draft, seen, awaited=awaited, step=step, on=on)
        if step == "send":
            form.say_unsolved(len(dates.unsolved))
    elif use is not None and form.is_once:
        people = form.people.data or 0
        single = look_at_one(room, use, people, actor=current_actor(), now=now, troubled=troubled)
    decided = room.rules.approval == "by_approver"
    shown = render_template(
        "reservations/request.html",
        room=detail(room, rooms.sharing(room), now),
        form=form,
        single=single,
        dates=dates,
        step=step,
        price=price,
        decision_days=promised_days(room.owner_id, room.kind) if decided else None,
    )
    return shown, status or (422 if form.errors else 200)
