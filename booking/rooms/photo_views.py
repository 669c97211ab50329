"""The pictures of rooms, each under an address made of its own content: browsers keep them for good."""

from typing import Final

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right
from booking.errors import NotFound
from booking.extensions import db
from booking.rooms.models import Room
from booking.rooms.photos import PhotoFile, RoomPhoto
from booking.rooms.pictures import MEDIA_TYPE

blueprint = Blueprint("photos", __name__)

PUBLIC: Final = "public, max-age=31536000, immutable"
PRIVATE: Final = "private, no-cache"  # a draft's: asked for anew each time, so that it ends with the right
# Opened by itself, a picture may run and fetch nothing
_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"


@blueprint.get("/photos/<sha256>.webp")
@requires(Permission.ANYONE)
def show(sha256: str) -> ResponseReturnValue:
    """Send a picture: of a published room to anyone, of a draft to those who keep it."""
    is_public = _is_public(sha256, current_actor())
    if request.if_none_match.contains_weak(sha256):
        answer = Response(status=304)
    else:
        content = db.session.scalar(select(PhotoFile.content).where(PhotoFile.sha256 == sha256))
        answer = Response(content, content_type=MEDIA_TYPE)
    answer.set_etag(sha256)
    answer.headers["Cache-Control"] = PUBLIC if is_public else PRIVATE
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return answer


def _is_public(sha256: str, actor: Actor) -> bool:
    """Say whether anyone may see the picture. Raises NotFound where this person may not."""
    shown_in = db.session.execute(
        select(Room.state, Room.owner_id)
        .join(RoomPhoto, RoomPhoto.room_id == Room.id)
        .where(or_(RoomPhoto.large == sha256, RoomPhoto.small == sha256))
        .distinct()
    ).all()
    if any(state == "published" for state, _owner_id in shown_in):
        return True
    if any(actor.has(Right.KEEP_ROOMS, owner_id) for _state, owner_id in shown_in):
        return False
    raise NotFound
