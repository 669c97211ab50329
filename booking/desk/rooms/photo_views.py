"""The page of a room's photos."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.keeping import room_kept
from booking.desk.rooms import photos as service
from booking.desk.rooms.blueprint import blueprint
from booking.desk.rooms.photo_forms import ROWS, NewPhotoForm, NewPhotos, WordsForm
from booking.errors import NotFound, RuleViolation
from booking.organisations.acting import act
from booking.rooms.models import Room
from booking.rooms.photos import MOST_PHOTOS, RoomPhoto
from booking.rooms.pictures import MOST_BYTES
from booking.web.uploads import takes_uploads

# Room for files beyond what is taken: they are told one by one which of them is too large
MOST_BODY: Final = 2 * ROWS * MOST_BYTES + 256 * 1024
_MOVES: Final = {"up": -1, "down": 1}


@blueprint.get("/desk/rooms/<slug>/photos")
@requires(Permission.KEEPER)
def photos(slug: str) -> ResponseReturnValue:
    """Show a room's photos, to be changed and added to."""
    return _page(room_kept(slug, current_actor()), NewPhotos())


@blueprint.post("/desk/rooms/<slug>/photos", endpoint="add_photos")
@takes_uploads(MOST_BODY, page="desk_rooms.photos")
@requires(Permission.KEEPER)
def add_photos(slug: str) -> ResponseReturnValue:
    """Add what was sent. What is in order stays, what is not is said: a file cannot be kept in a form."""
    room_kept(slug, current_actor())  # before any picture is decoded
    sheet, now, added = NewPhotos(typed=True), clock.now(), 0
    for row in sheet.filled:
        if _add(slug, row, now):
            sheet.empty(row)
            added += 1
    if added:
        flash(ngettext("Kuva lisättiin.", "%(num)s kuvaa lisättiin.", added), "success")
    if sheet.errors:
        return _page(room_kept(slug, current_actor()), sheet), sheet.status
    return redirect(url_for("desk_rooms.photos", slug=slug), 303)


@blueprint.post("/desk/rooms/<slug>/photos/<int(max=2147483647):photo_id>", endpoint="change_photo")
@requires(Permission.KEEPER)
def change_photo(slug: str, photo_id: int) -> ResponseReturnValue:
    """Put other words to a photo, move it or remove it: `step` is the button that was pressed."""
    room, now, step = room_kept(slug, current_actor()), clock.now(), request.form.get("step", "")
    if step == "remove":
        act(lambda actor: service.remove_photo(slug, photo_id, actor=actor, now=now))
        flash(_("Kuva poistettiin."), "success")
        return redirect(url_for("desk_rooms.photos", slug=slug), 303)
    form = WordsForm.of(_photo(room, photo_id), typed=True)
    if not form.validate():
        return _page(room, NewPhotos(), {photo_id: form}), 422

    def change(actor: Actor) -> None:
        service.describe_photo(slug, photo_id, form.words, actor=actor, now=now)
        if step in _MOVES:
            service.move_photo(slug, photo_id, _MOVES[step], actor=actor, now=now)

    act(change)
    flash(_("Järjestys vaihdettiin.") if step in _MOVES else _("Kuvan teksti tallennettiin."), "success")
    return redirect(url_for("desk_rooms.photos", slug=slug, _anchor=f"photo-{photo_id}"), 303)


def _photo(room: Room, photo_id: int) -> RoomPhoto:
    for photo in service.photos_of(room):
        if photo.id == photo_id:
            return photo
    raise NotFound("unknown_photo")


def _add(slug: str, row: NewPhotoForm, now: datetime) -> bool:
    """Add one file; what is wrong with it is said in its row."""
    valid = row.validate()
    picture = row.picture() if row.file.data else None
    if not valid or picture is None:
        row.ask_for_the_file_again()
        return False
    try:
        act(lambda actor: service.add_photo(slug, picture, row.words, actor=actor, now=now))
    except RuleViolation as error:
        row.refuse(error)
        return False
    return True


def _page(room: Room, sheet: NewPhotos, changed: Mapping[int, WordsForm] | None = None) -> str:
    """Show the photos, each with its form: `changed` holds the one that was typed into."""
    typed = changed or {}
    shown: list[tuple[RoomPhoto, WordsForm]] = [
        (photo, typed.get(photo.id) or WordsForm.of(photo)) for photo in service.photos_of(room)
    ]
    return render_template(
        "desk/rooms/photos.html",
        room=room,
        shown=shown,
        sheet=sheet,
        trouble=next(iter(typed.values()), sheet),
        most=MOST_PHOTOS,
        most_megabytes=MOST_BYTES // (1024 * 1024),
    )
