"""One's own memberships: where one takes part, leave, hand over; ask to be let in; archive and bring back."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right
from booking.accounts.profile_menu import profile_pages
from booking.errors import NotFound, RuleViolation, WrongState
from booking.organisations import archiving, joining, member_pages, members
from booking.organisations.acting import act
from booking.organisations.group_forms import AskForm, HandOverForm
from booking.organisations.models import Organisation
from booking.organisations.queries import organisation_by_slug
from booking.web.sentences import sentence_for, sentence_of

blueprint = Blueprint("memberships", __name__)

UNPROCESSABLE = 422


@blueprint.get("/profile/organisations")
@requires(Permission.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """Where one takes part, and what one has asked for."""
    actor = current_actor()
    return render_template(
        "organisations/mine.html",
        lines=member_pages.mine(actor),
        requests=joining.requests_of(actor.user_id or 0),
        pages=profile_pages(),
    )


@blueprint.post("/profile/organisations/requests/<int(max=2147483647):request_id>/withdraw")
@requires(Permission.SIGNED_IN)
def withdraw_request(request_id: int) -> ResponseReturnValue:
    """Take one's own request to join back."""
    now = clock.now()
    try:
        act(lambda actor: joining.withdraw(request_id, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("Pyyntö on peruttu."), "success")
    return redirect(url_for("memberships.mine"), 303)


@blueprint.post("/organisations/<slug>/leave")
@requires(Permission.SIGNED_IN)
def leave(slug: str) -> ResponseReturnValue:
    """Leave; the only manager hands over first."""
    organisation, now = organisation_by_slug(slug), clock.now()
    organisation_id, name = organisation.id, organisation.name
    try:
        act(lambda actor: members.leave(organisation_id, actor=actor, now=now))
    except RuleViolation as error:
        flash(sentence_for(error.violations[0]), "error")
    else:
        flash(_("Et ole enää mukana: %(name)s.", name=name), "success")
    return redirect(url_for("memberships.mine"), 303)


@blueprint.get("/organisations/<slug>/hand-over")
@requires(Permission.SIGNED_IN)
def handing_over(slug: str) -> ResponseReturnValue:
    """Choose who manages from now on."""
    organisation = organisation_by_slug(slug)
    return _hand_over_page(organisation, _hand_over_form(organisation, formdata=None))


@blueprint.post("/organisations/<slug>/hand-over")
@requires(Permission.SIGNED_IN)
def hand_over(slug: str) -> ResponseReturnValue:
    """Name another manager and step down, in one step."""
    organisation, now = organisation_by_slug(slug), clock.now()
    form, organisation_id = _hand_over_form(organisation), organisation.id
    if not form.validate():
        return _hand_over_page(organisation, form), UNPROCESSABLE
    successor, stays = int(form.successor.data), form.stays_as()
    try:
        act(lambda actor: members.hand_over(organisation_id, successor, stays=stays, actor=actor, now=now))
    except (RuleViolation, NotFound) as error:
        form.add_error("successor", sentence_of(error))
        return _hand_over_page(organisation, form), UNPROCESSABLE
    flash(_("Hallinto on luovutettu. Uusi hallinto saa siitä viestin."), "success")
    return redirect(url_for("memberships.mine"), 303)


@blueprint.get("/organisations/<slug>/join")
@requires(Permission.SIGNED_IN)
def asking(slug: str) -> ResponseReturnValue:
    """Ask to be let in, with words to the managers."""
    return _ask_page(organisation_by_slug(slug), AskForm(formdata=None))


@blueprint.post("/organisations/<slug>/join")
@requires(Permission.SIGNED_IN)
def ask(slug: str) -> ResponseReturnValue:
    """Send the request to join."""
    organisation, form, now = organisation_by_slug(slug), AskForm(), clock.now()
    if not form.validate():
        return _ask_page(organisation, form), UNPROCESSABLE
    organisation_id, words = organisation.id, form.words.data or ""
    if joining.waiting_request(organisation_id, current_actor().user_id) is not None:
        flash(_("Pyyntö on jo lähetetty. Sitä ei lähetetty uudelleen eikä muutettu."), "error")
        return redirect(url_for("memberships.asking", slug=slug), 303)
    try:
        act(lambda actor: joining.ask(organisation_id, words, actor=actor, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return _ask_page(organisation, form), UNPROCESSABLE
    except WrongState as error:
        form.add_error("words", sentence_of(error))
        return _ask_page(organisation, form), UNPROCESSABLE
    flash(_("Pyyntö lähti yhdistyksen hallinnolle. Vastaus tulee sähköpostiin."), "success")
    return redirect(url_for("memberships.mine"), 303)


@blueprint.get("/organisations/<slug>/archive")
@requires(Permission.SIGNED_IN)
def archiving_page(slug: str) -> ResponseReturnValue:
    """Say what archiving means and what stands in its way."""
    organisation = organisation_by_slug(slug)
    member_pages.require_manager(organisation, current_actor())
    ties = [sentence_for(each) for each in archiving.ties_of(organisation, clock.now())]
    return render_template("organisations/archive.html", organisation=organisation, ties=ties)


@blueprint.post("/organisations/<slug>/archive")
@requires(Permission.SIGNED_IN)
def archive(slug: str) -> ResponseReturnValue:
    """Archive it."""
    organisation_id, now = organisation_by_slug(slug).id, clock.now()
    try:
        done = act(lambda actor: archiving.archive(organisation_id, actor=actor, now=now))
    except RuleViolation as error:
        flash(" ".join(sentence_for(each) for each in error.violations), "error")
        return redirect(url_for("memberships.archiving_page", slug=slug), 303)
    flash(_("%(name)s on arkistoitu. Voit palauttaa sen täältä.", name=done.name), "success")
    return redirect(url_for("memberships.mine"), 303)


@blueprint.post("/organisations/<slug>/bring-back")
@requires(Permission.SIGNED_IN)
def bring_back(slug: str) -> ResponseReturnValue:
    """Take it into use again."""
    organisation_id, now = organisation_by_slug(slug).id, clock.now()
    try:
        done = act(lambda actor: archiving.bring_back(organisation_id, actor=actor, now=now))
    except RuleViolation as error:
        flash(sentence_for(error.violations[0]), "error")
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("%(name)s on taas käytössä.", name=done.name), "success")
    return redirect(url_for("memberships.mine"), 303)


def _hand_over_form(organisation: Organisation, **kwargs: Any) -> HandOverForm:
    actor = current_actor()
    member_pages.require_manager(organisation, actor)
    visits = members.only_stands_in(organisation.id, actor.user_id)
    return HandOverForm(member_pages.successors(organisation, actor), visits=visits, **kwargs)


def _hand_over_page(organisation: Organisation, form: HandOverForm) -> str:
    return render_template("organisations/hand_over.html", organisation=organisation, form=form)


def _ask_page(organisation: Organisation, form: AskForm) -> str:
    actor = current_actor()
    return render_template(
        "organisations/join.html",
        organisation=organisation,
        form=form,
        belongs=actor.has(Right.SEE, organisation.id),
        waiting=joining.waiting_request(organisation.id, actor.user_id),
        is_managed=bool(members.managers_of(organisation.id)),
    )
