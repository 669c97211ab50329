"""Publish a room, take it out of use, bring it back, and see it as others will."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import VISITOR
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.keeping import room_kept
from booking.desk.rooms import states
from booking.desk.rooms.blueprint import blueprint
from booking.desk.rooms.labels import STATES
from booking.desk.rooms.removing import remove_draft
from booking.errors import WrongState
from booking.organisations.acting import act
from booking.reservations.room_views import room_page
from booking.rooms.catalogue import catalogue
from booking.web.sentences import sentence_of


@blueprint.post("/desk/rooms/<slug>/publish", endpoint="publish")
@requires(Permission.KEEPER)
def publish(slug: str) -> ResponseReturnValue:
    """Show a draft to everybody, or say what is missing."""
    now = clock.now()
    try:
        act(lambda actor: states.publish(slug, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("Tila on julkaistu. Se löytyy nyt hausta, ja sitä voi varata."), "success")
    return redirect(url_for("desk_rooms.room", slug=slug), 303)


@blueprint.get("/desk/rooms/<slug>/retire")
@requires(Permission.KEEPER)
def retire(slug: str) -> ResponseReturnValue:
    """Show what is still to come in a room before it is taken out of use."""
    return _retire_page(slug)


@blueprint.post("/desk/rooms/<slug>/retire", endpoint="retire_now")
@requires(Permission.KEEPER)
def retire_now(slug: str) -> ResponseReturnValue:
    """Take a room out of use."""
    now = clock.now()
    try:
        act(lambda actor: states.retire(slug, actor=actor, now=now))
    except WrongState as error:
        return _retire_page(slug, sentence_of(error)), 409
    flash(_("Tila on poistettu käytöstä. Vanhat varaukset näkyvät edelleen."), "success")
    return redirect(url_for("desk_rooms.room", slug=slug), 303)


@blueprint.post("/desk/rooms/<slug>/take-back", endpoint="take_back")
@requires(Permission.KEEPER)
def take_back(slug: str) -> ResponseReturnValue:
    """Make a retired room a draft again."""
    now = clock.now()
    try:
        act(lambda actor: states.take_back(slug, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("Tila on taas luonnos. Tarkista tiedot ja julkaise se."), "success")
    return redirect(url_for("desk_rooms.room", slug=slug), 303)


@blueprint.post("/desk/rooms/<slug>/remove", endpoint="remove")
@requires(Permission.KEEPER)
def remove(slug: str) -> ResponseReturnValue:
    """Remove a draft that was never public, or say what refers to it."""
    now = clock.now()
    try:
        act(lambda actor: remove_draft(slug, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
        return redirect(url_for("desk_rooms.room", slug=slug), 303)
    flash(_("Luonnos on poistettu."), "success")
    return redirect(url_for("desk_rooms.list_rooms"), 303)


@blueprint.get("/desk/rooms/<slug>/preview")
@requires(Permission.KEEPER)
def preview(slug: str) -> ResponseReturnValue:
    """Show a room's page as a visitor sees it once the room is published."""
    kept = room_kept(slug, current_actor())
    shown = room_page(catalogue().by_id[kept.id], VISITOR, clock.now(), is_preview=True)
    return render_template("desk/rooms/preview.html", **shown, kept=kept, word=STATES[kept.state])


def _retire_page(slug: str, problem: str = "") -> str:
    actor, now = current_actor(), clock.now()
    kept = room_kept(slug, actor)
    return render_template(
        "desk/rooms/retire.html",
        room=kept,
        ahead=states.ahead(kept, actor, now),
        most=states.MOST_LISTED,
        problem=problem,
    )
