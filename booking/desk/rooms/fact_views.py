"""The pages of a room's facts and of its venue's."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.keeping import room_kept
from booking.desk.rooms.blueprint import blueprint
from booking.desk.rooms.forms import FactsForm, FeatureFields, VenueForm
from booking.desk.rooms.keeping_facts import keep_facts, keep_venue, mark_of_facts, venue_kept
from booking.errors import RuleViolation, WrongState
from booking.organisations.acting import act
from booking.organisations.models import Organisation
from booking.rooms.models import Room, Venue
from booking.web.sentences import sentence_of


@blueprint.get("/desk/rooms/<slug>/facts")
@requires(Permission.KEEPER)
def facts(slug: str) -> ResponseReturnValue:
    """Show what is known of a room, to be changed."""
    room = room_kept(slug, current_actor())
    form = FactsForm(room)
    form.seen.data = mark_of_facts(room)
    return _facts_page(room, form, FeatureFields(room))


@blueprint.post("/desk/rooms/<slug>/facts", endpoint="save_facts")
@requires(Permission.KEEPER)
def save_facts(slug: str) -> ResponseReturnValue:
    """Change what is known of a room."""
    room, now = room_kept(slug, current_actor()), clock.now()
    form, features = FactsForm(room), FeatureFields(room, request.form)
    valid, unanswered = form.validate(), features.unanswered()
    form.form_errors = [*form.form_errors, *unanswered]
    if not valid or unanswered:
        return _facts_page(room, form, features)
    facts, said, seen = form.facts(), features.said(), form.seen.data or ""
    try:
        slug = act(lambda actor: keep_facts(slug, facts, said, seen=seen, actor=actor, now=now).slug)
    except WrongState as error:
        room = room_kept(slug, current_actor())
        form.seen.data = mark_of_facts(room)
        return _facts_page(room, form, FeatureFields(room, request.form), sentence_of(error))
    except RuleViolation as error:
        form.show(error.violations)
        return _facts_page(room_kept(slug, current_actor()), form, features)
    flash(_("Tiedot on tallennettu."), "success")
    return redirect(url_for("desk_rooms.room", slug=slug), 303)


@blueprint.get("/desk/venues/<slug>")
@requires(Permission.KEEPER)
def venue(slug: str) -> ResponseReturnValue:
    """Show a venue's facts, to be changed, and who else has rooms in it."""
    found, others = venue_kept(slug, current_actor())
    return _venue_page(found, others, VenueForm(found))


@blueprint.post("/desk/venues/<slug>", endpoint="save_venue")
@requires(Permission.KEEPER)
def save_venue(slug: str) -> ResponseReturnValue:
    """Change a venue's facts."""
    now = clock.now()
    found, others = venue_kept(slug, current_actor())
    form = VenueForm(found)
    if not form.validate():
        return _venue_page(found, others, form)
    try:
        act(lambda actor: keep_venue(slug, form.place(), actor=actor, now=now))
    except RuleViolation as error:
        form.show(error.violations)
        return _venue_page(*venue_kept(slug, current_actor()), form)
    flash(_("Toimipisteen tiedot on tallennettu. Ne näkyvät kaikilla sen tiloilla."), "success")
    return redirect(url_for("desk_rooms.list_rooms"), 303)


def _facts_page(
    room: Room, form: FactsForm, features: FeatureFields, notice: str = ""
) -> ResponseReturnValue:
    """Show the form; with a `notice` that something else is in force now, also what that is."""
    others = [*form.others(room), *features.others()] if notice else []
    shown = render_template(
        "desk/rooms/facts.html", room=room, form=form, features=features, notice=notice, others=others
    )
    return shown, 409 if notice else 422 if form.errors else 200


def _venue_page(venue: Venue, others: list[Organisation], form: VenueForm) -> ResponseReturnValue:
    shown = render_template("desk/rooms/venue.html", venue=venue, others=others, form=form)
    return shown, 422 if form.errors else 200
