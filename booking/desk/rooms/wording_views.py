"""The pages of a room's terms and of its key."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.keeping import room_kept
from booking.desk.rooms.blueprint import blueprint
from booking.desk.rooms.forms import KeyForm, TermsForm
from booking.desk.rooms.seen import mark_of
from booking.desk.rooms.wording import keep_key, keep_terms
from booking.errors import WrongState
from booking.organisations.acting import act
from booking.rooms.models import Room
from booking.rooms.terms import terms_versions
from booking.web.sentences import sentence_of


@blueprint.get("/desk/rooms/<slug>/terms")
@requires(Permission.KEEPER)
def terms(slug: str) -> ResponseReturnValue:
    """Show the terms in force, to be changed, and the earlier versions."""
    room = room_kept(slug, current_actor())
    form = TermsForm(obj=room)
    form.seen.data = mark_of(room.terms)
    return _terms_page(room, form)


@blueprint.post("/desk/rooms/<slug>/terms", endpoint="save_terms")
@requires(Permission.KEEPER)
def save_terms(slug: str) -> ResponseReturnValue:
    """Put changed terms in force as a new version."""
    room, form, now = room_kept(slug, current_actor()), TermsForm(), clock.now()
    if not form.validate():
        return _terms_page(room, form)
    before, text, seen = (room.terms_version, room.terms), form.terms.data or "", form.seen.data or ""
    try:
        kept = act(lambda actor: keep_terms(slug, text, seen=seen, actor=actor, now=now))
    except WrongState as error:
        room = room_kept(slug, current_actor())
        form.seen.data = mark_of(room.terms)
        return _terms_page(room, form, sentence_of(error))
    if before == (kept.terms_version, kept.terms):
        flash(_("Ehdot ovat ennallaan."), "success")
    else:
        flash(_("Ehdot on tallennettu. Voimassa on versio %(number)s.", number=kept.terms_version), "success")
    return redirect(url_for("desk_rooms.room", slug=slug), 303)


@blueprint.get("/desk/rooms/<slug>/key")
@requires(Permission.KEEPER)
def key(slug: str) -> ResponseReturnValue:
    """Show how one gets in, to be changed."""
    room = room_kept(slug, current_actor())
    form = KeyForm(obj=room)
    form.seen.data = mark_of(room.access_instructions)
    return _key_page(room, form)


@blueprint.post("/desk/rooms/<slug>/key", endpoint="save_key")
@requires(Permission.KEEPER)
def save_key(slug: str) -> ResponseReturnValue:
    """Change how one gets in."""
    room, form, now = room_kept(slug, current_actor()), KeyForm(), clock.now()
    if not form.validate():
        return _key_page(room, form)
    text, seen = form.access_instructions.data or "", form.seen.data or ""
    try:
        act(lambda actor: keep_key(slug, text, seen=seen, actor=actor, now=now))
    except WrongState as error:
        room = room_kept(slug, current_actor())
        form.seen.data = mark_of(room.access_instructions)
        return _key_page(room, form, sentence_of(error))
    flash(_("Ohje on tallennettu."), "success")
    return redirect(url_for("desk_rooms.room", slug=slug), 303)


def _terms_page(room: Room, form: TermsForm, notice: str = "") -> ResponseReturnValue:
    earlier = [each for each in terms_versions(room.id) if each.version != room.terms_version]
    shown = render_template("desk/rooms/terms.html", room=room, form=form, earlier=earlier, notice=notice)
    return shown, 409 if notice else 422 if form.errors else 200


def _key_page(room: Room, form: KeyForm, notice: str = "") -> ResponseReturnValue:
    shown = render_template("desk/rooms/key.html", room=room, form=form, notice=notice)
    return shown, 409 if notice else 422 if form.errors else 200
