"""The page on which a new room is opened."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right
from booking.desk.keeping import owners_kept
from booking.desk.rooms.blueprint import blueprint
from booking.desk.rooms.forms import NewRoomForm
from booking.desk.rooms.opening import open_room, venues_of, would_become_approver
from booking.errors import RuleViolation
from booking.organisations.acting import act


@blueprint.get("/desk/rooms/new")
@requires(Permission.KEEPER)
def new_room() -> ResponseReturnValue:
    """Ask for a new room's name and place."""
    return _page(_form(current_actor()), current_actor())


@blueprint.post("/desk/rooms/new", endpoint="open_new_room")
@requires(Permission.KEEPER)
def open_new_room() -> ResponseReturnValue:
    """Make the draft and go on to what it still lacks."""
    form, now = _form(current_actor()), clock.now()
    if not form.validate():
        return _page(form, current_actor())
    try:
        opened = act(lambda actor: open_room(form.new_room(), actor=actor, now=now))
    except RuleViolation as error:
        form.show(error.violations)
        return _page(form, current_actor())
    flash(_("Luonnos on tehty. Muut näkevät tilan vasta, kun julkaiset sen."), "success")
    if opened.became_approver:
        flash(_("Päätät nyt tämän tilan varauspyynnöistä: saat niistä postia."), "success")
    return redirect(url_for("desk_rooms.room", slug=opened.room.slug), 303)


def _form(actor: Actor) -> NewRoomForm:
    return NewRoomForm(owners_kept(actor), venues_of(actor.organisations_with(Right.KEEP_ROOMS)))


def _page(form: NewRoomForm, actor: Actor) -> ResponseReturnValue:
    kept = actor.organisations_with(Right.KEEP_ROOMS)
    shown = render_template(
        "desk/rooms/new.html", form=form, becomes_approver=would_become_approver(actor, kept)
    )
    return shown, 422 if form.errors else 200
