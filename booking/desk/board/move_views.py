"""The page that moves a reservation: a form, a look at what is there, and the offer."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.clock import zone
from booking.desk.board.blueprint import blueprint
from booking.desk.board.moving import (
    MovePreview,
    begins_with,
    date_to_move,
    gives_short_notice,
    move,
    moves_at_once,
    preview,
    rooms_to_move_to,
)
from booking.errors import RuleViolation, SlotTaken, Violation, WrongState
from booking.organisations.acting import act
from booking.reservations.models import Occurrence
from booking.reservations.quote_words import price_changes
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.timetable.zone import to_wall
from booking.web.forms import ChoiceField, LocalDateField, LocalTimeField, QueryForm, Required
from booking.web.sentences import sentence_for, sentence_of
from booking.web.wish import use_of

PLACE = ("room", "date", "start", "end")
Place = tuple[RoomFacts, Interval]


class MoveForm(QueryForm):
    """Where a date is to go: in the address, so that a dragged stone and a link can fill it in."""

    room = ChoiceField(_l("Tila"))
    date = LocalDateField(_l("Päivä"), [Required()])
    start = LocalTimeField(_l("Alkaa klo"), [Required()])
    end = LocalTimeField(_l("Päättyy klo"), [Required()])

    def __init__(self, rooms: Sequence[RoomFacts], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.room.choices = [(room.slug, room_name(room)) for room in rooms]

    def begin_with(self, room: RoomFacts, use: Interval) -> None:
        """Fill an empty form with where the date lies now."""
        start, end = to_wall(use.start, zone()), to_wall(use.end, zone())
        self.room.data = room.slug
        self.date.data, self.start.data, self.end.data = start.date(), start.time(), end.time()

    def place(self) -> Place | None:
        """Return where the date is to go, None, with errors, while that cannot be read."""
        on, start, end = self.date.data, self.start.data, self.end.data
        if not self.validate() or on is None or start is None or end is None:
            return None
        try:
            return catalogue().room(self.room.data), use_of(on, start, end, zone())
        except RuleViolation as error:
            self.show(error.violations)
            return None

    def show(self, violations: Iterable[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to."""
        said = set()
        for broken in violations:
            sentence = sentence_for(broken)
            if sentence not in said:  # the grid holds for the start and for the end
                self.add_error(broken.field, sentence)
            said.add(sentence)


@blueprint.get("/desk/reservations/<reference>/move/<int:occurrence_id>", endpoint="move")
@requires(Permission.APPROVER)
def show_move(reference: str, occurrence_id: int) -> ResponseReturnValue:
    """Ask where a date is to go, and show what is there once that is known."""
    now, actor = clock.now(), current_actor()
    try:
        occurrence = date_to_move(reference, occurrence_id, actor, now)
    except WrongState as error:
        return _back(reference, error)
    form = MoveForm(rooms_to_move_to(occurrence))
    if not any(name in request.args for name in PLACE):
        form.begin_with(*begins_with(occurrence))
        return _page(occurrence, form, None)
    place = form.place()
    found = preview(occurrence, *place, actor=actor, now=now) if place else None
    return _page(occurrence, form, found), 422 if form.errors else 200


@blueprint.post("/desk/reservations/<reference>/move/<int:occurrence_id>")
@requires(Permission.APPROVER)
def send_move(reference: str, occurrence_id: int) -> ResponseReturnValue:
    """Offer the place that was looked at, or move the owner's own use there."""
    now, actor = clock.now(), current_actor()
    try:
        occurrence = date_to_move(reference, occurrence_id, actor, now)
    except WrongState as error:
        return _back(reference, error)
    form = MoveForm(rooms_to_move_to(occurrence), formdata=request.form)
    place = form.place()
    if place is None:
        return _page(occurrence, form, None), 422
    at_once = moves_at_once(occurrence.reservation, actor)
    try:
        act(lambda fresh: _moved(reference, occurrence_id, place, fresh, now))
    except RuleViolation as error:
        form.show(error.violations)
        return _again(reference, occurrence_id, form, place), 422
    except SlotTaken:
        form.add_error("start", _("Tila on varattu tähän aikaan. Valitse muu aika tai tila."))
        return _again(reference, occurrence_id, form, place), 409
    except WrongState as error:
        return _back(reference, error)
    offered = _("Siirtoa on ehdotettu varaajalle. Varaus muuttuu, kun hän hyväksyy.")
    flash(_("Varaus on siirretty.") if at_once else offered, "success")
    return redirect(url_for("reservations.show", reference=reference), 303)


def _moved(reference: str, occurrence_id: int, place: Place, actor: Actor, now: datetime) -> None:
    room, use = place
    words = request.form.get("message", "")
    move(reference, occurrence_id, room_slug=room.slug, use=use, message=words, actor=actor, now=now)


def _again(reference: str, occurrence_id: int, form: MoveForm, place: Place) -> str:
    now, actor = clock.now(), current_actor()
    occurrence = date_to_move(reference, occurrence_id, actor, now)
    return _page(occurrence, form, preview(occurrence, *place, actor=actor, now=now))


def _back(reference: str, error: WrongState) -> ResponseReturnValue:
    flash(sentence_of(error), "error")
    return redirect(url_for("reservations.show", reference=reference), 303)


def _page(occurrence: Occurrence, form: MoveForm, found: MovePreview | None) -> str:
    reservation, now = occurrence.reservation, clock.now()
    room, use = begins_with(occurrence)
    on_phone = reservation.on_behalf and reservation.organisation_id is None
    return render_template(
        "desk/board/move.html",
        form=form,
        reservation=reservation,
        date=occurrence,
        use=use,
        room=room_name(room),
        found=found,
        new_room=room_name(found.room) if found else "",
        price=price_changes(reservation, {occurrence.id: (found.room.id, found.use)}) if found else "",
        refusals=_sentences(found.refusals) if found and not form.errors else [],
        passed_over=_sentences(found.passed_over) if found else [],
        short_notice=gives_short_notice(occurrence, now),
        at_once=moves_at_once(reservation, current_actor()),
        on_phone=on_phone,
        message=request.form.get("message", ""),
    )


def _sentences(violations: Iterable[Violation]) -> list[str]:
    """Return what is wrong in words, each sentence once: the grid holds for the start and for the end."""
    return list(dict.fromkeys(sentence_for(each) for each in violations))
