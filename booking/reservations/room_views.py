"""The pages of one room and of one day."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from flask import render_template, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right
from booking.errors import NotFound
from booking.i18n import language
from booking.reservations.blueprint import blueprint
from booking.reservations.criteria import holding_for
from booking.reservations.day import day_rows, own_first
from booking.reservations.forms import DayForm, QuestionForm, asked_day
from booking.reservations.neighbours import users_of_room
from booking.reservations.queries import visible_occurrences
from booking.reservations.week import week_of
from booking.rooms.catalogue import catalogue
from booking.rooms.eligibility import obstacle
from booking.rooms.facts import RoomFacts
from booking.rooms.pages import detail
from booking.timetable.holidays import Language, public_holiday
from booking.timetable.openings import is_closed_for_holiday
from booking.timetable.zone import IsoWeek, local_date, week
from booking.web.paging import page_of
from booking.web.sentences import sentence

ROOMS_A_PAGE = 40  # what one looks over at once; a town's rooms fit on one page


@blueprint.get("/rooms/<slug>")
@requires(Permission.ANYONE)
def room(slug: str) -> ResponseReturnValue:
    """Show a room's facts, rules and week."""
    found = catalogue().room(slug)
    return render_template("reservations/room.html", **room_page(found, current_actor(), clock.now()))


@blueprint.get("/day")
@requires(Permission.ANYONE)
def day() -> ResponseReturnValue:
    """Show all rooms of a day."""
    now = clock.now()
    today = local_date(now, clock.zone())
    form = DayForm()
    on = asked_day(form, today)
    known = [room for room in catalogue().rooms if room.hours_known]
    venues = sorted({room.venue for room in known})
    venue = request.args.get("venue", "")
    wanted = [room for room in known if venue not in venues or room.venue == venue]
    shown, page = page_of(own_first(wanted, on, current_actor()), ROOMS_A_PAGE)
    page_of_day = render_template(
        "reservations/day.html",
        form=form,
        date=on,
        today=today,
        previous=on - timedelta(days=1),
        next=on + timedelta(days=1),
        rows=day_rows(shown, on, current_actor(), now),
        venues=venues,
        venue=venue if venue in venues else None,
        page=page,
    )
    return page_of_day, 422 if form.errors else 200


def room_page(found: RoomFacts, actor: Actor, now: datetime, *, is_preview: bool = False) -> dict[str, Any]:
    """Return what the page of a room shows this reader, of the week that the address asks for.

    In a preview no free time leads on to its request.
    """
    iso = asked_week(local_date(now, clock.zone()))
    window = week(iso.year, iso.week, clock.zone()).extend_end(timedelta(days=1))
    seen = visible_occurrences([found], window, actor)
    why_not = why_not_requested(found, actor)
    return {
        "room": detail(found, catalogue().sharing(found), now),
        "week": week_of(
            iso,
            found,
            seen,
            may_request=why_not is None and not is_preview,
            now=now,
            zone=clock.zone(),
            closed_for={
                on: public_holiday(on, cast(Language, language())) or ""
                for on in iso.days()
                if is_closed_for_holiday(found.hours, on)
            },
        ),
        "may_request": why_not is None and actor.is_signed_in,
        "wish": QuestionForm().handed_on(),
        "why_not": why_not,
        "criteria": None if found.rules.approval == "at_once" else holding_for(found.owner_id, found.kind),
        "neighbours": users_of_room(found.id, now),
        "may_book_on_behalf": actor.has(Right.BOOK_ON_BEHALF, found.owner_id),
    }


def why_not_requested(room: RoomFacts, actor: Actor) -> str | None:
    """Return why this person cannot ask for the room, in words, or None."""
    found = obstacle(room, actor)
    return sentence(found.code, found.params) if found else None


def asked_week(today: date) -> IsoWeek:
    """Return the week that `?week=` asks for, the coming one by default. Raises NotFound."""
    text = request.args.get("week")
    if not text:
        return IsoWeek.of(today + timedelta(days=1))  # on a Sunday one looks for the coming week
    try:
        return IsoWeek.parse(text)
    except ValueError:
        raise NotFound("unknown_week") from None
