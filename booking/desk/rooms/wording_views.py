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
from booking.desk.rooms.wording import keep_key, keep_terms
from booking.organisations.acting import act
from booking.rooms.models import Room
from booking.rooms.terms import terms_versions


@blueprint.get("/desk/rooms/<slug>/terms")
@requires(Permission.KEEPER)
def terms(slug: str) -> ResponseReturnValue:
    """Show the terms in force, to be changed, and the earlier versions."""
    room = room_kept(slug, current_actor())
    return _terms_page(room, TermsForm(obj=room))


@blueprint.post("/desk/rooms/<slug>/terms", endpoint="save_terms")
@requires(Permission.KEEPER)
def save_terms(slug: str) -> ResponseReturnValue:
    """Put changed terms in force as a new version."""
    room, form, now = room_kept(slug, current_actor()), TermsForm(), clock.now()
    if not form.validate():
        return _terms_page(room, form)
    before = room.terms_version, room.terms
    kept = act(lambda actor: keep_terms(slug, form.terms.data or "", actor=actor, now=now))
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
    return _key_page(room, KeyForm(obj=room))


@blueprint.post("/desk/rooms/<slug>/key", endpoint="save_key")
@requires(Permission.KEEPER)
def save_key(slug: str) -> ResponseReturnValue:
    """Change how one gets in."""
    room, form, now = room_kept(slug, current_actor()), KeyForm(), clock.now()
    if not form.validate():
        return _key_page(room, form)
    act(lambda actor: keep_key(slug, form.access_instructions.data or "", actor=actor, now=now))
    flash(_("Ohje on tallennettu."), "success")
    return redirect(url_for("desk_rooms.room", slug=slug), 303)


def _terms_page(room: Room, form: TermsForm) -> ResponseReturnValue:
    earlier = [each for each in terms_versions(room.id) if each.version != room.terms_version]
    shown = render_template("desk/rooms/terms.html", room=room, form=form, earlier=earlier)
    return shown, 422 if form.errors else 200


def _key_page(room: Room, form: KeyForm) -> ResponseReturnValue:
    return render_template("desk/rooms/key.html", room=room, form=form), 422 if form.errors else 200
