"""The pages of a room's booking rules and of an owner's defaults: form, example, preview, saving."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.rules import service
from booking.desk.rules.blueprint import blueprint
from booking.desk.rules.form import RulesForm, rules_form
from booking.desk.rules.pages import Trial, preview_of, trial_of
from booking.desk.rules.service import RulesChange
from booking.desk.rules.trial import try_rules
from booking.desk.rules.trial_form import TrialForm
from booking.desk.rules.words import ABOUT, value_words
from booking.errors import RuleViolation, WrongState
from booking.organisations.acting import act
from booking.organisations.models import Organisation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.rooms.own_rules import RULES, defaults_of, rules_of
from booking.rooms.rules import RoomRules
from booking.web.sentences import sentence

__all__ = ["blueprint"]


@dataclass(frozen=True)
class Subject:
    """Whose rules a page is about: a room's, or (`room` None) an owner's defaults.

    `rooms` are those on which an example can be tried. `preview` and `save` are the services of the kind.
    """

    owner: Organisation
    room: RoomFacts | None
    defaults: RoomRules | None
    rooms: list[RoomFacts]
    preview: Callable[[RoomRules, tuple[str, ...], datetime], RulesChange]
    save: Callable[[RoomRules, tuple[str, ...], str, Actor, datetime], RulesChange]

    @property
    def address(self) -> str:
        """Where the page is."""
        if self.room is not None:
            return url_for("desk_rules.rules", slug=self.room.slug)
        return url_for("desk_rules.defaults", slug=self.owner.slug)


@blueprint.get("/desk/rooms/<slug>/rules")
@requires(Permission.KEEPER)
def rules(slug: str) -> ResponseReturnValue:
    """Show the form, filled in with the room's own rules."""
    row, defaults = service.rules_kept(slug, actor=current_actor())
    form = rules_form(defaults)
    form.begin(rules_of(row), row.own_rules)
    return _page(_room(slug), form)


@blueprint.post("/desk/rooms/<slug>/rules", endpoint="change_rules")
@requires(Permission.KEEPER)
def change_rules(slug: str) -> ResponseReturnValue:
    """Try the rules on an example, show what they would change, or save what has been shown."""
    return _answer(_room(slug))


@blueprint.get("/desk/rules/<slug>")
@requires(Permission.KEEPER)
def defaults(slug: str) -> ResponseReturnValue:
    """Show the form, filled in with the owner's defaults."""
    subject = _owner(slug)
    form = rules_form(None)
    form.begin(defaults_of(subject.owner.id), RULES)
    return _page(subject, form)


@blueprint.post("/desk/rules/<slug>", endpoint="change_defaults")
@requires(Permission.KEEPER)
def change_defaults(slug: str) -> ResponseReturnValue:
    """As `change_rules`, for an owner's defaults and all rooms that follow them."""
    return _answer(_owner(slug))


def _room(slug: str) -> Subject:
    actor = current_actor()
    row, defaults = service.rules_kept(slug, actor=actor)
    room = catalogue().by_id[row.id]
    return Subject(
        owner=row.owner,  # type: ignore[arg-type]  # a room that is kept has an owner
        room=room,
        defaults=defaults,
        rooms=[room],
        preview=lambda rules, own, now: service.preview_rules(slug, rules, own, actor=actor, now=now),
        save=lambda rules, own, seen, actor, now: service.save_rules(
            slug, rules, own, seen=seen, actor=actor, now=now
        ),
    )


def _owner(slug: str) -> Subject:
    actor = current_actor()
    owner = service.owner_kept(slug, actor=actor)
    rooms = [each for each in catalogue().by_id.values() if each.owner_id == owner.id]
    return Subject(
        owner=owner,
        room=None,
        defaults=None,
        rooms=rooms,
        preview=lambda rules, _own, now: service.preview_defaults(slug, rules, actor=actor, now=now),
        save=lambda rules, _own, seen, actor, now: service.save_defaults(
            slug, rules, seen=seen, actor=actor, now=now
        ),
    )


def _answer(subject: Subject) -> ResponseReturnValue:
    now, form = clock.now(), rules_form(subject.defaults)
    form.validate()
    wanted = form.rules()
    if wanted is None:
        return _page(subject, form)
    found, own = wanted
    try:
        if "try" in request.form:
            return _try(subject, form, found, own, now)
        if "save" in request.form:
            return _save(subject, form, found, own, now)
        return _look(subject, form, found, own, now)
    except RuleViolation as error:
        form.show(error.violations)
        return _page(subject, form)


def _try(
    subject: Subject, form: RulesForm, found: RoomRules, own: tuple[str, ...], now: datetime
) -> ResponseReturnValue:
    """Show what the rules in the form would say of the example. Raises RuleViolation as the preview does."""
    subject.preview(found, own, now)
    trial = TrialForm(subject.rooms, now, choose_room=subject.room is None)
    example = trial.example() if trial.validate() else None
    if example is None:
        return _page(subject, form, trial=trial)
    room = subject.room or next(each for each in subject.rooms if each.slug == trial.try_room.data)
    tried = replace(room, rules=found)
    return _page(subject, form, trial=trial, told=trial_of(tried, try_rules(tried, example)))


def _save(
    subject: Subject, form: RulesForm, found: RoomRules, own: tuple[str, ...], now: datetime
) -> ResponseReturnValue:
    seen = form.seen.data or ""
    try:
        change = act(lambda actor: subject.save(found, own, seen, actor, now))
    except WrongState as error:
        return _look(subject, form, found, own, now, notice=sentence(error.code), status=409)
    flash(_told(change.hit), "success")
    return redirect(subject.address, 303)


def _told(hit: int) -> str:
    if not hit:
        return str(_("Säännöt on tallennettu. Ne ovat heti voimassa."))
    return str(
        ngettext(
            "Säännöt on tallennettu. %(num)s varattu aika ei ole niiden mukainen, ja se pysyy voimassa.",
            "Säännöt on tallennettu. %(num)s varattua aikaa ei ole niiden mukaisia, ja ne pysyvät voimassa.",
            hit,
        )
    )


def _look(
    subject: Subject,
    form: RulesForm,
    found: RoomRules,
    own: tuple[str, ...],
    now: datetime,
    *,
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    change = subject.preview(found, own, now)
    form.seen.data = change.mark
    return _page(subject, form, change, notice=notice, status=status)


def _page(
    subject: Subject,
    form: RulesForm,
    change: RulesChange | None = None,
    *,
    trial: TrialForm | None = None,
    told: Trial | None = None,
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    trial = trial or TrialForm(subject.rooms, clock.now(), choose_room=subject.room is None)
    defaults = subject.defaults
    shown = render_template(
        "desk/rules/rules.html",
        subject=subject,
        name=room_name(subject.room) if subject.room else subject.owner.name,
        form=form,
        rules=RULES,
        about=ABOUT,
        default_words={name: value_words(name, defaults) for name in RULES} if defaults else {},
        trial=trial,
        told=told,
        preview=preview_of(change) if change else None,
        notice=notice,
    )
    return shown, 422 if (form.errors or trial.errors) and status == 200 else status
