"""The pages of waiting: join the line, see where one stands, take what is offered or leave it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.errors import NotFound, RuleViolation, SlotTaken, WrongState
from booking.organisations.acting import act
from booking.reservations.blueprint import blueprint
from booking.reservations.forms import QuestionForm, ReservationForm, asked_use, occurrence_ids
from booking.reservations.waiting import (
    offering,  # noqa: F401 - whoever gives a slot back must know who waits for it
    queries,
    service,
)
from booking.reservations.waiting.joining import join
from booking.reservations.waiting.models import WaitingEntry
from booking.reservations.waiting.pages import detail
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import detail as room_detail
from booking.web.sentences import sentence_for, sentence_of

T = TypeVar("T")


@blueprint.get("/rooms/<slug>/wait")
@requires(Permission.SIGNED_IN)
def wait(slug: str) -> ResponseReturnValue:
    """Show the form for waiting, filled in with the time that is taken."""
    actor, room = current_actor(), catalogue().room(slug)
    question = QuestionForm()
    question.validate()
    form = ReservationForm(room, actor)
    form.suggest(asked_use(question), question.people.data, actor)
    return _join_page(form, room)


@blueprint.post("/rooms/<slug>/wait", endpoint="join_line")
@requires(Permission.SIGNED_IN)
def join_line(slug: str) -> ResponseReturnValue:
    """Join the line. The fields are those of a request, and so the request page's form can be sent here."""
    now, room = clock.now(), catalogue().room(slug)
    form = ReservationForm(room, current_actor())
    valid = form.validate()
    use = form.use()
    if not valid or use is None:
        return _join_page(form, room), 422
    wanted = form.request(use)
    try:
        entry = act(lambda actor: join(wanted, [use], actor=actor, now=now))
    except RuleViolation as error:
        form.show(error.violations)
        free = any(each.code == "not_taken" for each in error.violations)
        return _join_page(form, room, free=free), 409 if free else 422
    return redirect(url_for("reservations.waiting", reference=entry.reference, sent=1), 303)


@blueprint.get("/waiting/<reference>")
@requires(Permission.SIGNED_IN)
def waiting(reference: str) -> ResponseReturnValue:
    """Show what is waited for, the place in the line, and offers to answer."""
    return _page(reference, clock.now())


@blueprint.post("/waiting/<reference>/accept")
@requires(Permission.SIGNED_IN)
def accept_waited(reference: str) -> ResponseReturnValue:
    """Take the offered date: from here on it is a reservation."""
    now, number = clock.now(), _offered_date()
    return _answer(
        reference,
        now,
        lambda actor: service.accept(reference, number, actor=actor, now=now),
        lambda made: url_for("reservations.show", reference=made.reference, sent=1),
    )


@blueprint.post("/waiting/<reference>/refuse")
@requires(Permission.SIGNED_IN)
def refuse_waited(reference: str) -> ResponseReturnValue:
    """Say no to the offered date."""
    now, number = clock.now(), _offered_date()
    return _answer(
        reference,
        now,
        lambda actor: service.refuse(reference, number, actor=actor, now=now),
        _said(_("Kiitos vastauksesta. Aika menee seuraavalle.")),
    )


@blueprint.post("/waiting/<reference>/leave")
@requires(Permission.SIGNED_IN)
def leave_line(reference: str) -> ResponseReturnValue:
    """Wait no longer."""
    now, ids = clock.now(), occurrence_ids(request.form.getlist("dates"))
    return _answer(
        reference,
        now,
        lambda actor: service.leave(reference, ids, actor=actor, now=now),
        _said(_("Poistuit jonosta.")),
    )


def _answer(
    reference: str, now: datetime, work: Callable[[Actor], T], then: Callable[[T], str]
) -> ResponseReturnValue:
    """Do the work and go where `then` says; what refuses it is said on the entry's page."""
    try:
        done = act(work)
    except RuleViolation as error:
        return _page(reference, now, [sentence_for(each) for each in error.violations]), 422
    except (SlotTaken, WrongState) as error:
        return _page(reference, now, [sentence_of(error)]), 409
    return redirect(then(done), 303)


def _said(words: str) -> Callable[[WaitingEntry], str]:
    """Return what says this and leads back to the entry."""

    def back(entry: WaitingEntry) -> str:
        flash(words, "success")
        return url_for("reservations.waiting", reference=entry.reference)

    return back


def _offered_date() -> int:
    """Return the date that a button is about. Raises NotFound when the form names no one date."""
    ids = occurrence_ids(request.form.getlist("dates")) or []
    if len(ids) != 1:
        raise NotFound("unknown_waiting")
    return ids[0]


def _page(reference: str, now: datetime, errors: Sequence[str] = ()) -> str:
    actor = current_actor()
    return render_template(
        "waiting/entry.html",
        entry=detail(queries.find(reference, actor), actor, now),
        fresh="sent" in request.args,
        errors=errors,
    )


def _join_page(form: ReservationForm, room: RoomFacts, *, free: bool = False) -> str:
    shown = room_detail(room, catalogue().sharing(room), clock.now())
    form.show_terms([catalogue().room(room.slug)])
    return render_template("waiting/join.html", room=shown, form=form, free=free)
