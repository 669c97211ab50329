"""A room on paper: its week and its season for the wall, the sign on its door."""

from flask import Response, request
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.sheets import papers
from booking.desk.sheets.blueprint import blueprint
from booking.paper.answer import pdf_answer
from booking.reservations.room_views import asked_week
from booking.rooms.catalogue import catalogue
from booking.timetable.zone import local_date


@blueprint.get("/rooms/<slug>/week.pdf")
@requires(Permission.ANYONE)
def week_pdf(slug: str) -> ResponseReturnValue:
    """Give a room's week as a PDF for the wall."""
    now, room = clock.now(), catalogue().room(slug)
    iso = asked_week(local_date(now, clock.zone()))
    return pdf_answer("paper/week.html", f"{slug}-{iso}.pdf", **papers.week_sheet(room, iso, now))


@blueprint.get("/rooms/<slug>/season.pdf")
@requires(Permission.ANYONE)
def season_pdf(slug: str) -> ResponseReturnValue:
    """Give all dates of a room's season as a PDF; `?details=1` with contacts for the owner's approvers."""
    now, room = clock.now(), catalogue().room(slug)
    season = papers.season_asked(request.args.get("season"), local_date(now, clock.zone()))
    details = request.args.get("details") == "1"
    facts = papers.season_sheet(room, season, current_actor(), now, details=details)
    name = f"{slug}-{papers.season_code(season)}.pdf"
    answer: Response = pdf_answer("paper/season.html", name, season_name=papers.season_name(season), **facts)
    if details:
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/rooms/<slug>/door.pdf")
@requires(Permission.ANYONE)
def door_pdf(slug: str) -> ResponseReturnValue:
    """Give the sign of a room's door as a PDF."""
    room = catalogue().room(slug)
    return pdf_answer("paper/door.html", f"{slug}.pdf", **papers.door_sheet(room, clock.now()))
