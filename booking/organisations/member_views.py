"""The page of an association's members, and what its managers do there."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right, Role
from booking.accounts.service import InvalidEmail
from booking.errors import RuleViolation, WrongState
from booking.organisations import invitations, inviting, joining, member_pages, members
from booking.organisations.acting import act
from booking.organisations.group_forms import InviteForm, RoleForm, RolesForm, SureForm
from booking.organisations.models import Organisation
from booking.organisations.queries import organisation_by_slug
from booking.web.sentences import sentence_for, sentence_of

blueprint = Blueprint("members", __name__)

UNPROCESSABLE = 422
_PERSON = "/organisations/<slug>/members/<int(max=2147483647):user_id>"
_INVITATION = "/organisations/<slug>/invitations/<int(max=2147483647):invitation_id>"
_REQUEST = "/organisations/<slug>/requests/<int(max=2147483647):request_id>"


@blueprint.get("/organisations/<slug>/members")
@requires(Permission.SIGNED_IN)
def show(slug: str) -> ResponseReturnValue:
    """Who belongs to it; for its managers also invitations and requests to join."""
    return _page(organisation_by_slug(slug))


@blueprint.post("/organisations/<slug>/invitations")
@requires(Permission.SIGNED_IN)
def invite(slug: str) -> ResponseReturnValue:
    """Invite an address."""
    organisation, now = organisation_by_slug(slug), clock.now()
    member_pages.require_manager(organisation, current_actor())
    form, organisation_id = InviteForm(members.grantable(organisation)), organisation.id
    if not form.validate():
        return _page(organisation, form), UNPROCESSABLE
    email, role = form.email.data, Role(form.role.data)
    try:
        made = act(lambda actor: inviting.invite(organisation_id, email, role, actor=actor, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return _page(organisation, form), UNPROCESSABLE
    except InvalidEmail as error:
        form.add_error("email", sentence_of(error))
        return _page(organisation, form), UNPROCESSABLE
    flash(_("Kutsu lähti osoitteeseen %(email)s. Se on voimassa 14 päivää.", email=made.email), "success")
    return redirect(url_for("members.show", slug=slug), 303)


@blueprint.post(f"{_INVITATION}/again")
@requires(Permission.SIGNED_IN)
def send_again(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Send an invitation anew."""
    now = clock.now()
    try:
        sent = act(lambda actor: inviting.send_again(invitation_id, actor=actor, now=now))
    except (RuleViolation, WrongState) as error:
        flash(sentence_of(error), "error")
    else:
        flash(
            _("Kutsu lähti uudelleen osoitteeseen %(email)s. Vanha linkki ei enää toimi.", email=sent.email),
            "success",
        )
    return redirect(url_for("members.show", slug=slug), 303)


@blueprint.post(f"{_INVITATION}/withdraw")
@requires(Permission.SIGNED_IN)
def withdraw(slug: str, invitation_id: int) -> ResponseReturnValue:
    """Take an invitation back."""
    now = clock.now()
    try:
        gone = act(lambda actor: inviting.withdraw(invitation_id, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("Kutsu osoitteeseen %(email)s on peruttu.", email=gone.email), "success")
    return redirect(url_for("members.show", slug=slug), 303)


@blueprint.post(f"{_REQUEST}/let-in")
@requires(Permission.SIGNED_IN)
def let_in(slug: str, request_id: int) -> ResponseReturnValue:
    """Let in somebody who has asked."""
    organisation, now = organisation_by_slug(slug), clock.now()
    form = RoleForm(members.grantable(organisation))
    if not form.validate():
        flash(_("Valitse rooli, jonka annat."), "error")
        return redirect(url_for("members.show", slug=slug), 303)
    role = Role(form.role.data)
    try:
        done = act(lambda actor: joining.let_in(request_id, role, actor=actor, now=now))
    except (RuleViolation, WrongState) as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("%(name)s on nyt mukana ja saa siitä viestin.", name=done.user.name), "success")
    return redirect(url_for("members.show", slug=slug), 303)


@blueprint.post(f"{_REQUEST}/decline")
@requires(Permission.SIGNED_IN)
def do_not_let_in(slug: str, request_id: int) -> ResponseReturnValue:
    """Say no to somebody who has asked."""
    now = clock.now()
    try:
        done = act(lambda actor: joining.do_not_let_in(request_id, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("Pyyntö on hylätty. %(name)s saa siitä viestin.", name=done.user.name), "success")
    return redirect(url_for("members.show", slug=slug), 303)


@blueprint.get(_PERSON)
@requires(Permission.SIGNED_IN)
def member(slug: str, user_id: int) -> ResponseReturnValue:
    """One member, for a manager: change the roles, or remove."""
    organisation = organisation_by_slug(slug)
    member_pages.require_manager(organisation, current_actor())
    _user, roles = member_pages.member_of(organisation, user_id)
    basic = next((role.value for role in members.BASIC_ROLES if role in roles), "")
    form = RolesForm(
        members.grantable(organisation),
        basic=basic,
        approver=Role.APPROVER in roles,
        staff=Role.STAFF in roles,
    )
    return _member_page(organisation, user_id, form)


@blueprint.post(_PERSON)
@requires(Permission.SIGNED_IN)
def set_roles(slug: str, user_id: int) -> ResponseReturnValue:
    """Give a member exactly the chosen roles."""
    organisation, now = organisation_by_slug(slug), clock.now()
    member_pages.require_manager(organisation, current_actor())
    form, organisation_id = RolesForm(members.grantable(organisation)), organisation.id
    if not form.validate():
        return _member_page(organisation, user_id, form), UNPROCESSABLE
    roles = form.chosen()
    try:
        act(lambda actor: members.set_roles(user_id, organisation_id, roles, actor=actor, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error("basic", sentence_for(broken))
        return _member_page(organisation, user_id, form), UNPROCESSABLE
    flash(_("Rooli on muutettu."), "success")
    return redirect(url_for("members.show", slug=slug), 303)


@blueprint.post(f"{_PERSON}/remove")
@requires(Permission.SIGNED_IN)
def remove(slug: str, user_id: int) -> ResponseReturnValue:
    """Remove a member."""
    organisation_id, now = organisation_by_slug(slug).id, clock.now()
    try:
        act(lambda actor: members.remove(user_id, organisation_id, actor=actor, now=now))
    except RuleViolation as error:
        flash(sentence_for(error.violations[0]), "error")
        return redirect(url_for("members.member", slug=slug, user_id=user_id), 303)
    flash(_("Jäsenyys on päättynyt. Hänen tekemänsä varaukset pysyvät yhdistyksellä."), "success")
    if user_id == current_actor().user_id:
        return redirect(url_for("memberships.mine"), 303)
    return redirect(url_for("members.show", slug=slug), 303)


def _page(organisation: Organisation, form: InviteForm | None = None) -> str:
    actor, now = current_actor(), clock.now()
    member_pages.require_sight(organisation, actor)
    manages = actor.has(Right.MANAGE, organisation.id)
    roles = members.grantable(organisation) if manages else ()
    open_ones = invitations.open_invitations(organisation.id) if manages else ()
    return render_template(
        "organisations/members.html",
        organisation=organisation,
        lines=member_pages.member_lines(organisation, actor),
        manages=manages,
        more_roles=len(roles) > len(members.BASIC_ROLES),
        invitations=member_pages.invitation_lines(open_ones, now),
        requests=joining.open_requests(organisation.id) if manages else (),
        form=(form or InviteForm(roles, formdata=None)) if manages else None,
        role_form=RoleForm(roles, formdata=None) if manages else None,
    )


def _member_page(organisation: Organisation, user_id: int, form: RolesForm) -> str:
    user, _roles = member_pages.member_of(organisation, user_id)
    return render_template(
        "organisations/member.html", organisation=organisation, member=user, form=form, sure=SureForm()
    )
