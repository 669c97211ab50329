"""The page of a room's opening hours: a form, what it would change, and the saving of just that."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.hours.blueprint import blueprint
from booking.desk.hours.form import HoursForm, form_of
from booking.desk.hours.pages import holidays_of, preview_of
from booking.desk.hours.service import HoursChange, hours_of, others_kept, preview_hours, save_hours
from booking.desk.hours.typed import Typed
from booking.errors import WrongState
from booking.organisations.acting import act
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.openings import OpeningHours
from booking.timetable.zone import local_date
from booking.web.filters import hours_colon
from booking.web.sentences import sentence

__all__ = ["blueprint"]

# Buttons that rearrange the form; the value of some says which season or line is meant.
_REARRANGE: Final[dict[str, Callable[[Typed, int], Typed]]] = {
    "copy_monday": lambda typed, _number: typed.with_monday_on_weekdays(),
    "add_season": lambda typed, _number: typed.with_season(),
    "remove_season": lambda typed, number: typed.without_season(number),
    "add_date": lambda typed, _number: typed.with_an_empty_line(),
    "remove_date": lambda typed, number: typed.without_dates(number),
}


@blueprint.get("/desk/rooms/<slug>/hours")
@requires(Permission.KEEPER)
def hours(slug: str) -> ResponseReturnValue:
    """Show the form, filled in with the hours in force."""
    room = hours_of(slug, actor=current_actor())
    return _page(room, form_of(_typed(room.hours)))


@blueprint.post("/desk/rooms/<slug>/hours", endpoint="change_hours")
@requires(Permission.KEEPER)
def change_hours(slug: str) -> ResponseReturnValue:
    """Rearrange the form, show what it would change, or save it when just that has been shown."""
    now, room = clock.now(), hours_of(slug, actor=current_actor())
    typed, token = Typed.read(request.form), request.form.get("csrf_token")
    step = next((name for name in (*_REARRANGE, "copy_room") if name in request.form), "")
    if step:
        return _page(room, form_of(_rearranged(typed, step), token=token), at=step)
    form = form_of(typed, token=token, seen=request.form.get("seen", ""))
    today = local_date(now, clock.zone())
    over = tuple(each for each in room.hours.exceptions if each.date < today)
    form.validate()
    wanted = form.hours(over)
    if wanted is None:
        return _page(room, form)
    if "save" in request.form:
        return _save(room, form, wanted, now)
    return _look(room, form, wanted, now)


def _save(room: RoomFacts, form: HoursForm, wanted: OpeningHours, now: datetime) -> ResponseReturnValue:
    seen = form.seen.data or ""
    try:
        change = act(lambda actor: save_hours(room.slug, wanted, seen=seen, actor=actor, now=now))
    except WrongState as error:
        return _look(room, form, wanted, now, notice=sentence(error.code), status=409)
    flash(_told(len(change.hit)), "success")
    return redirect(url_for("desk_hours.hours", slug=room.slug), 303)


def _told(hit: int) -> str:
    if not hit:
        return str(_("Aukioloajat on tallennettu."))
    return str(
        ngettext(
            "Aukioloajat on tallennettu. %(num)s varattu aika jäi niiden ulkopuolelle ja pysyy voimassa.",
            "Aukioloajat on tallennettu. %(num)s varattua aikaa jäi niiden ulkopuolelle ja pysyy voimassa.",
            hit,
        )
    )


def _look(
    room: RoomFacts,
    form: HoursForm,
    wanted: OpeningHours,
    now: datetime,
    *,
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    change = preview_hours(room.slug, wanted, actor=current_actor(), now=now)
    form.seen.data = change.mark
    return _page(change.room, form, change, notice=notice, status=status)


def _rearranged(typed: Typed, step: str) -> Typed:
    """Return the form after a button; one misread changes nothing."""
    value = request.form[step]
    if step == "copy_room":
        wanted = request.form.get("other", "")
        found = next((each for each in others_kept("", actor=current_actor()) if each.slug == wanted), None)
        return _typed(found.hours) if found else typed
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 6 else -1
    return _REARRANGE[step](typed, number) if number >= 0 else typed


def _typed(hours: OpeningHours) -> Typed:
    return Typed.of(hours, local_date(clock.now(), clock.zone()), hours_colon())


def _page(
    room: RoomFacts,
    form: HoursForm,
    change: HoursChange | None = None,
    *,
    at: str = "",
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    today = local_date(clock.now(), clock.zone())
    shown = render_template(
        "desk/hours/hours.html",
        room=room,
        name=room_name(room),
        form=form,
        typed=form.typed,
        holidays=holidays_of(change.hours if change else room.hours, today),
        others=[(each.slug, room_name(each)) for each in others_kept(room.slug, actor=current_actor())],
        preview=preview_of(change, today) if change else None,
        at=at,
        notice=notice,
    )
    return shown, 422 if form.errors and status == 200 else status
