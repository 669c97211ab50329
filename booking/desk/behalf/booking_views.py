"""A phone call: a time, a room, for whom, and the receipt."""

from dataclasses import replace
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.behalf.blueprint import blueprint
from booking.desk.behalf.forms import BehalfForm, WhenForm
from booking.desk.behalf.pages import PAGE_SIZE, count_made, made, room_served, rooms_for, rooms_served
from booking.errors import RuleViolation, SlotTaken
from booking.organisations.acting import act
from booking.reservations.behalf.calls import count_calls
from booking.reservations.forms import QuestionForm, asked_use
from booking.reservations.quote_words import PriceShown, asked_price
from booking.reservations.request import ReservationRequest
from booking.reservations.sent_twice import sent_before
from booking.reservations.service import request_reservation
from booking.reservations.single_request import Single, look_at_one, why_taken
from booking.rooms.catalogue import catalogue
from booking.rooms.pages import detail
from booking.timetable.interval import Interval
from booking.web.paging import page_numbers


@blueprint.get("/desk/on-behalf")
@requires(Permission.STAFF)
def book() -> ResponseReturnValue:
    """Ask which time is wanted on the phone, and show the owner's rooms that are free then."""
    now, actor, form = clock.now(), current_actor(), WhenForm()
    asked, found = None, None
    if any(name in request.args for name in ("date", "start", "end", "people")):
        if form.validate():
            try:
                asked = form.use()
                found = rooms_for(asked, form.people.data or 0, actor=actor, now=now)
            except RuleViolation as error:
                form.show(error.violations)
    else:
        form.begin(now)
    page = render_template(
        "desk/behalf/book.html",
        form=form,
        asked=asked,
        results=found,
        people=form.people.data,
        to_call=count_calls(actor),
        has_rooms=bool(rooms_served(actor)),
    )
    return page, 422 if form.errors else 200


@blueprint.get("/desk/on-behalf/reservations")
@requires(Permission.STAFF)
def made_so_far() -> ResponseReturnValue:
    """List what was booked on behalf, for somebody who phones again."""
    actor, words = current_actor(), request.args.get("q", "").strip()[:80]
    page = page_numbers(count_made(actor, words), PAGE_SIZE)
    first = (page.number - 1) * PAGE_SIZE
    items = made(actor, words, clock.now(), limit=PAGE_SIZE, offset=first)
    return render_template("desk/behalf/made.html", items=items, words=words, page=page)


@blueprint.get("/desk/on-behalf/rooms/<slug>")
@requires(Permission.STAFF)
def ask(slug: str) -> ResponseReturnValue:
    """Show the form for a room, filled in with the time that was looked for."""
    actor = current_actor()
    form = BehalfForm(room_served(slug, actor), actor, formdata=None)
    question = QuestionForm()
    question.validate()
    form.begin_with(question)
    return _page(form, form.use(), clock.now())


@blueprint.post("/desk/on-behalf/rooms/<slug>")
@requires(Permission.STAFF)
def send(slug: str) -> ResponseReturnValue:
    """Look for an association, take another time, or send the request; nothing typed is lost."""
    now, actor = clock.now(), current_actor()
    form = BehalfForm(room_served(slug, actor), actor)
    if "look" in request.form:
        form.look_for_association()
        return _page(form, form.use(), now)
    if "choose" in request.form:
        question = QuestionForm()
        question.validate()
        form.move_to(asked_use(question))
        form.forget_terms_of_another_room(request.form["choose"])
        return _page(form, form.use(), now)
    return _send(form, now)


def _send(form: BehalfForm, now: datetime) -> ResponseReturnValue:
    valid, use = form.validate(), form.use()
    is_seen = form.compare_price(_price(form, use))
    if not valid or use is None or not is_seen:
        return _page(form, use, now)
    wanted = form.request(use)
    try:
        reference = act(lambda fresh: _sent(wanted, fresh, now))
    except SlotTaken:
        form.show([why_taken(form.room, use)])
        return _page(form, use, now, troubled=True, status=409)
    except RuleViolation as error:
        form.show(error.violations)
        return _page(form, use, now, troubled=True)
    flash(_("Varattu puolesta. Kerro varaustunnus: %(reference)s.", reference=reference), "success")
    return redirect(url_for("reservations.show", reference=reference, sent=1), 303)


def _sent(wanted: ReservationRequest, actor: Actor, now: datetime) -> str:
    before = sent_before(wanted, actor, now)
    return (before or request_reservation(wanted, actor=actor, now=now)).reference


def _price(form: BehalfForm, use: Interval | None) -> PriceShown:
    """Return the price in force of what a form asks for."""
    booked = [(form.room, use)] if use else []
    return asked_price(form.room, booked, form.customer, form.who_comes)


def _page(
    form: BehalfForm,
    use: Interval | None,
    now: datetime,
    *,
    troubled: bool = False,
    status: int | None = None,
) -> ResponseReturnValue:
    """Show the form with how its time stands, and other times and rooms of the same owners."""
    room, rooms, actor = form.room, catalogue(), current_actor()
    single = Single()
    if use is not None:
        single = look_at_one(room, use, form.people.data or 0, actor=actor, now=now, troubled=troubled)
        served = {each.slug for each in rooms_served(actor)}
        single = replace(single, alternatives=[each for each in single.alternatives if each.slug in served])
    price = _price(form, use)
    form.show_price(price)
    shown = render_template(
        "desk/behalf/ask.html",
        room=detail(room, rooms.sharing(room), now),
        form=form,
        single=single,
        price=price,
    )
    return shown, status or (422 if form.errors else 200)
