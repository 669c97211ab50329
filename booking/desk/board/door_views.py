"""The display beside a room's door: the page, its QR code, and the worker that keeps it without a network."""

from pathlib import Path

from flask import Response, current_app, render_template
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.desk.board.blueprint import blueprint
from booking.desk.board.door import door_of
from booking.paper.qr import qr_svg
from booking.rooms.catalogue import catalogue
from booking.web.addresses import outside_url

WORKER = "js/door-worker.js"


@blueprint.get("/rooms/<slug>/door")
@requires(Permission.ANYONE)
def door(slug: str) -> ResponseReturnValue:
    """Show the display. The same to everybody: who is signed in sees no more than who walks by."""
    room = catalogue().room(slug)
    page = render_template(
        "desk/board/door.html",
        door=door_of(room, clock.now()),
        bookable=room.bookable,
        address=outside_url("reservations.room", slug=slug),
        zone=str(clock.zone()),
    )
    return Response(page, headers={"Cache-Control": "no-cache"})


@blueprint.get("/rooms/<slug>/door/qr.svg")
@requires(Permission.ANYONE)
def door_qr(slug: str) -> ResponseReturnValue:
    """Draw the address of the room's request page."""
    room = catalogue().room(slug)
    drawing = qr_svg(outside_url("reservations.request_room", slug=room.slug))
    return Response(drawing, mimetype="image/svg+xml", headers={"Cache-Control": "public, max-age=3600"})


@blueprint.get("/rooms/<slug>/door/worker.js")
@requires(Permission.ANYONE)
def door_worker(slug: str) -> ResponseReturnValue:
    """Send the service worker from an address that lets it serve this door alone."""
    room = catalogue().room(slug)
    script = Path(str(current_app.static_folder), WORKER).read_bytes()
    scope = current_app.url_for("board.door", slug=room.slug, _external=False)
    return Response(
        script,
        mimetype="text/javascript",
        headers={"Cache-Control": "no-cache", "Service-Worker-Allowed": scope},
    )
