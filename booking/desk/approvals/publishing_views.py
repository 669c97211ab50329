"""The pages of an owner's published criteria and of its ready reasons."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.approvals import publishing
from booking.desk.approvals.blueprint import blueprint
from booking.desk.approvals.criteria_words import EXPLAINED
from booking.desk.approvals.publishing_forms import CriteriaForm, ReasonForm
from booking.errors import NotFound, RuleViolation
from booking.organisations.acting import act
from booking.organisations.models import Organisation
from booking.reservations.criteria import ALL_KINDS, criteria_for, published
from booking.reservations.forms import occurrence_ids
from booking.reservations.reason_templates import ReasonTemplate, templates_of
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import KINDS
from booking.web.forms import BaseForm
from booking.web.sentences import sentence_for


@blueprint.get("/desk/criteria/<slug>")
@requires(Permission.KEEPER)
def criteria(slug: str) -> ResponseReturnValue:
    """Show the criteria of one kind of rooms (`?kind=`), or of all that have none of their own."""
    owner, kind = publishing.owner_kept(slug, current_actor()), _kind()
    form = CriteriaForm()
    form.suggest(criteria_for(published([owner.id]), owner.id, kind))
    return _criteria_page(owner, kind, form)


@blueprint.post("/desk/criteria/<slug>")
@requires(Permission.KEEPER)
def publish(slug: str) -> ResponseReturnValue:
    """Publish the criteria of one kind of rooms, or take them back (`action=withdraw`)."""
    owner, kind, now = publishing.owner_kept(slug, current_actor()), _kind(), clock.now()
    if request.form.get("action") == "withdraw":
        act(lambda who: publishing.withdraw_criteria(slug, kind, actor=who, now=now))
        flash(_("Omat perusteet on poistettu. Yleiset perusteet ovat voimassa."), "success")
        return redirect(url_for("approvals.criteria", slug=slug), 303)
    form = CriteriaForm()

    def work(who: Actor) -> None:
        publishing.publish_criteria(slug, kind, form.criteria(), actor=who, now=now)

    if not _saved(form, work):
        return _criteria_page(owner, kind, form), 422
    flash(_("Jakoperusteet on julkaistu omistajan sivulla."), "success")
    return redirect(url_for("approvals.criteria", slug=slug, kind=kind or None), 303)


@blueprint.get("/desk/reasons/<slug>")
@requires(Permission.KEEPER)
def reasons(slug: str) -> ResponseReturnValue:
    """Show the ready reasons, and a form for a new one or for the one of `?edit=`."""
    owner = publishing.owner_kept(slug, current_actor())
    form, known = ReasonForm(), templates_of([owner.id])
    edited = next((each for each in known if each.id == _edited(request.args.getlist("edit"))), None)
    if edited is not None:
        form.suggest_wording(edited)
    return _reasons_page(owner, known, edited, form)


@blueprint.post("/desk/reasons/<slug>")
@requires(Permission.KEEPER)
def keep_reasons(slug: str) -> ResponseReturnValue:
    """Write a reason, take one out of use (`action=remove`), or take the starter set (`action=starters`)."""
    owner, now = publishing.owner_kept(slug, current_actor()), clock.now()
    edited, action = _edited(request.form.getlist("edit")), request.form.get("action", "")
    form = ReasonForm()

    def work(who: Actor) -> None:
        if action == "starters":
            publishing.add_starters(slug, actor=who, now=now)
        elif action == "remove":
            publishing.remove_reason(slug, edited or 0, actor=who, now=now)
        else:
            publishing.write_reason(slug, edited, form.wording(), actor=who, now=now)

    if not _saved(form, work):
        known = templates_of([owner.id])
        shown = next((each for each in known if each.id == edited), None)
        return _reasons_page(owner, known, shown, form), 422
    flash(_("Perustelu on poistettu.") if action == "remove" else _("Perustelut on tallennettu."), "success")
    return redirect(url_for("approvals.reasons", slug=slug), 303)


def _saved(form: BaseForm, work: Callable[[Actor], None]) -> bool:
    """Do it if the form is well; say at its fields why not."""
    if not form.validate():
        return False
    try:
        act(work)
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return False
    return True


def _kind() -> str:
    kind = request.args.get("kind", ALL_KINDS)
    if kind and kind not in KINDS:
        raise NotFound
    return kind


def _edited(values: list[str]) -> int | None:
    return next(iter(occurrence_ids(values) or ()), None)


def _criteria_page(owner: Organisation, kind: str, form: CriteriaForm) -> str:
    known = published([owner.id])
    own = {room.kind for room in catalogue().by_id.values() if room.owner_id == owner.id}
    kinds = [ALL_KINDS, *(each for each in KINDS if each in own | {kind for _owner, kind in known})]
    names = {each: str(KINDS[each]) if each else str(_("kaikki tilat")) for each in kinds}
    return render_template(
        "desk/approvals/criteria.html",
        owner=owner,
        kind=kind,
        kinds=[(each, name, (owner.id, each) in known) for each, name in names.items()],
        is_own=(owner.id, kind) in known,
        form=form,
        explained=[(form[each.value], words) for each, words in EXPLAINED.items()],
    )


def _reasons_page(
    owner: Organisation, known: list[ReasonTemplate], edited: ReasonTemplate | None, form: ReasonForm
) -> str:
    return render_template(
        "desk/approvals/reasons.html", owner=owner, templates=known, edited=edited, form=form
    )
