"""The pages of calendars from outside: listed, looked at before they are saved, changed and removed."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.calendars.outside import fault_sentences as fault_sentences
from booking.calendars.outside import pages, service, sync
from booking.calendars.outside import sentences as sentences
from booking.calendars.outside.fetched import NotFetched
from booking.calendars.outside.forms import SourceForm
from booking.calendars.outside.models import OutsideSource
from booking.calendars.outside.pages import Preview, ProblemLine
from booking.calendars.outside.readings import Problem, Unreadable
from booking.calendars.outside.service import Got, Wanted
from booking.calendars.outside.sync import Synced
from booking.errors import RuleViolation
from booking.organisations.acting import act
from booking.reservations.changes import room_of
from booking.rooms.choices import rooms_kept_by
from booking.web.carried import MOST_BYTES
from booking.web.uploads import takes_uploads

T = TypeVar("T")
_BESIDES: Final = 256 * 1024  # what the form has besides a file

blueprint = Blueprint("outside", __name__)


@blueprint.get("/desk/calendars")
@requires(Permission.KEEPER)
def list_sources() -> ResponseReturnValue:
    """Show the calendars of the rooms one keeps, and how each stands."""
    return render_template("calendars/outside/list.html", sources=pages.listed(current_actor(), clock.now()))


@blueprint.get("/desk/calendars/new")
@requires(Permission.KEEPER)
def new_source() -> ResponseReturnValue:
    """Show an empty form, or one for the room that was come from."""
    form = SourceForm(rooms_kept_by(current_actor()), formdata=None)
    form.begin_with(request.args.get("room", ""))
    return _form_page(form)


@blueprint.post("/desk/calendars/new", endpoint="add_source")
@takes_uploads(MOST_BYTES + _BESIDES, page="outside.new_source")
@requires(Permission.KEEPER)
def add_source() -> ResponseReturnValue:
    """Show what a calendar would block and meet, or save it when just that has been shown."""
    return _look_or_save(SourceForm(rooms_kept_by(current_actor())), None)


@blueprint.get("/desk/calendars/<int(max=2147483647):source_id>")
@requires(Permission.KEEPER)
def show_source(source_id: int) -> ResponseReturnValue:
    """Show one calendar: how it stands, its next events and what they meet."""
    actor = current_actor()
    source = service.find(source_id, actor)
    return render_template("calendars/outside/show.html", source=pages.detail(source, actor, clock.now()))


@blueprint.get("/desk/calendars/<int(max=2147483647):source_id>/edit")
@requires(Permission.KEEPER)
def edit_source(source_id: int) -> ResponseReturnValue:
    """Show the form, filled in with the calendar; the one place where its whole address is shown."""
    source = service.find(source_id, current_actor())
    room = room_of(source.room_id)
    form = SourceForm([room], formdata=None)
    form.begin_as(source, room)
    form.keep_room(room, has_file=not source.address)
    return _form_page(form, source)


@blueprint.post("/desk/calendars/<int(max=2147483647):source_id>/edit", endpoint="change_source")
@takes_uploads(MOST_BYTES + _BESIDES, page="outside.edit_source")
@requires(Permission.KEEPER)
def change_source(source_id: int) -> ResponseReturnValue:
    """Show what the calendar would block and meet by its new rules, or save that."""
    source = service.find(source_id, current_actor())
    room = room_of(source.room_id)
    form = SourceForm([room])
    form.keep_room(room, has_file=not source.address)
    return _look_or_save(form, source)


@blueprint.post("/desk/calendars/<int(max=2147483647):source_id>/fetch")
@requires(Permission.KEEPER)
def fetch_source(source_id: int) -> ResponseReturnValue:
    """Ask for the calendar now."""
    now = clock.now()
    asked = act(lambda actor: service.ask_now(source_id, actor=actor, now=now))
    _tell(sync.finish(asked))
    return _back(source_id)


@blueprint.post("/desk/calendars/<int(max=2147483647):source_id>/accept-empty")
@requires(Permission.KEEPER)
def accept_empty(source_id: int) -> ResponseReturnValue:
    """Believe a calendar that has emptied suddenly."""
    now = clock.now()
    asked = act(lambda actor: service.ask_now(source_id, actor=actor, now=now, accept_empty=True))
    _tell(sync.finish(asked))
    return _back(source_id)


@blueprint.post("/desk/calendars/<int(max=2147483647):source_id>/pause")
@requires(Permission.KEEPER)
def pause_source(source_id: int) -> ResponseReturnValue:
    """Ask for the calendar no more, for the time being."""
    now = clock.now()
    act(lambda actor: service.pause(source_id, actor=actor, now=now))
    flash(_("Kalenteria ei haeta. Se, minkä se on varannut, pysyy varattuna."), "success")
    return _back(source_id)


@blueprint.post("/desk/calendars/<int(max=2147483647):source_id>/resume")
@requires(Permission.KEEPER)
def resume_source(source_id: int) -> ResponseReturnValue:
    """Ask for the calendar again."""
    now = clock.now()
    act(lambda actor: service.resume(source_id, actor=actor, now=now))
    flash(_("Kalenteria haetaan taas."), "success")
    return _back(source_id)


@blueprint.post("/desk/calendars/<int(max=2147483647):source_id>/remove")
@requires(Permission.KEEPER)
def remove_source(source_id: int) -> ResponseReturnValue:
    """Do without the calendar; what it has blocked from now on is given back."""
    now = clock.now()
    act(lambda actor: service.remove(source_id, actor=actor, now=now))
    flash(_("Kalenteri on poistettu. Sen varaamat ajat vapautuivat."), "success")
    return redirect(url_for("outside.list_sources"), 303)


def _look_or_save(form: SourceForm, source: OutsideSource | None) -> ResponseReturnValue:
    if not form.validate():
        return _form_page(form, source), 422
    wanted, actor = form.wanted(), current_actor()
    service.checked(wanted, actor)
    if source is not None and service.is_only_shown_otherwise(source, wanted, form.content):
        return _saved(lambda person, now: service.change(source.id, wanted, None, actor=person, now=now))
    try:
        got = sync.look(wanted, form.content or service.content_of(source), now=clock.now())
    except NotFetched as error:
        return _unread(form, source, [Problem(0, error.code, error.params)])
    except Unreadable as error:
        return _unread(form, source, error.problems)
    if got.reading is None:
        return _unread(form, source, [Problem(0, "outside_unexpected")])
    seen = pages.preview(wanted, got.reading, actor, clock.now())
    if request.form.get("step") != "save" or request.form.get("seen") != seen.mark:
        changed = request.form.get("step") == "save"
        return _form_page(form, source, preview=seen, changed=changed), 409 if changed else 200
    return _save(form, source, wanted, got)


def _save(form: SourceForm, source: OutsideSource | None, wanted: Wanted, got: Got) -> ResponseReturnValue:
    try:
        if source is None:
            return _saved(lambda actor, now: service.add(wanted, got, actor=actor, now=now))
        return _saved(lambda actor, now: service.change(source.id, wanted, got, actor=actor, now=now))
    except RuleViolation as error:
        form.show_violations(error.violations)
        return _form_page(form, source), 422


def _saved(work: Callable[[Actor, Any], OutsideSource]) -> ResponseReturnValue:
    now = clock.now()
    source = act(lambda actor: work(actor, now))
    flash(_("Kalenteri on tallennettu. Sen tapahtumat varaavat nyt tilan."), "success")
    return _back(source.id)


def _unread(
    form: SourceForm, source: OutsideSource | None, problems: Sequence[Problem]
) -> ResponseReturnValue:
    return _form_page(form, source, unread=pages.in_words(problems)), 422


def _tell(synced: Synced) -> None:
    """Say what came of asking."""
    if synced.problems:
        flash(_("Kalenteria ei saatu luettua. Mikään ei muuttunut; syy on alla."), "error")
    elif synced.applied is None:
        flash(_("Kalenteri muuttui tai sitä haettiin samalla muualla. Katso nykyinen tilanne."), "error")
    elif synced.applied.emptied:
        flash(_("Kalenteri on tyhjentynyt yllättäen. Vanhat varaukset pysyvät, kunnes vahvistat."), "error")
    elif synced.applied.is_nothing:
        flash(_("Kalenteri on haettu. Mikään ei ollut muuttunut."), "success")
    else:
        done = synced.applied
        changed = done.added + done.moved + done.retitled + done.removed
        flash(
            ngettext(
                "Kalenteri on haettu. %(num)s tapahtuma muuttui.",
                "Kalenteri on haettu. %(num)s tapahtumaa muuttui.",
                changed,
            ),
            "success",
        )


def _back(source_id: int) -> ResponseReturnValue:
    return redirect(url_for("outside.show_source", source_id=source_id), 303)


def _form_page(
    form: SourceForm,
    source: OutsideSource | None = None,
    *,
    preview: Preview | None = None,
    changed: bool = False,
    unread: Sequence[ProblemLine] = (),
) -> str:
    return render_template(
        "calendars/outside/edit.html",
        form=form,
        source=source,
        room=pages.room_of_source(source) if source else "",
        preview=preview,
        changed=changed,
        unread=unread,
    )
