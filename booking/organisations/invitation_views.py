"""The page that an invitation's link opens. Only a POST takes it: mail scanners open links."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Role
from booking.access.words import ROLE_NOTES
from booking.accounts import sign_in
from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.db import in_transaction
from booking.errors import RuleViolation
from booking.extensions import db
from booking.i18n import language
from booking.organisations import inviting
from booking.organisations.acting import act
from booking.organisations.group_forms import AcceptForm, NewcomerForm
from booking.organisations.labels import ROLES
from booking.organisations.models import MembershipInvitation
from booking.web.sentences import sentence_for
from booking.web.ways_on import WayOn, register_ways_on

blueprint = Blueprint("invitations", __name__)

register_ways_on({"invitation_over": WayOn(lazy_gettext("Kutsu ei ole enää voimassa"))})

UNPROCESSABLE = 422


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """Have no other site and no shared store learn the address of an invitation."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/invitations/<token>")
@requires(Permission.SECRET_ADDRESS)
def show(token: str) -> ResponseReturnValue:
    """Who invites to what, and the one way on for who reads it."""
    return _page(token, AcceptForm(formdata=None), NewcomerForm(formdata=None, language=language()))


@blueprint.post("/invitations/<token>")
@requires(Permission.SECRET_ADDRESS)
def accept(token: str) -> ResponseReturnValue:
    """Take the invitation: by the account that is signed in, or by a new one."""
    if not current_actor().is_signed_in:
        return _accept_as_new(token)
    form, now = AcceptForm(), clock.now()
    if not form.validate():
        return _page(token, form, NewcomerForm(formdata=None)), UNPROCESSABLE
    is_other = bool(form.other_address.data)
    try:
        joined = act(lambda actor: inviting.accept(token, other_address=is_other, actor=actor, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return _page(token, form, NewcomerForm(formdata=None)), UNPROCESSABLE
    flash(_("Tervetuloa! Olet nyt mukana: %(name)s.", name=joined.name), "success")
    return redirect(url_for("organisations.show", slug=joined.slug), 303)


@blueprint.post("/invitations/<token>/decline")
@requires(Permission.SECRET_ADDRESS)
def decline(token: str) -> ResponseReturnValue:
    """Say no."""
    now = clock.now()
    act(lambda actor: inviting.decline(token, actor=actor, now=now))
    flash(_("Kutsua ei hyväksytty. Sitä ei enää voi käyttää."), "success")
    return redirect("/", 303)


def _accept_as_new(token: str) -> ResponseReturnValue:
    form, now = NewcomerForm(), clock.now()
    if not form.validate():
        return _page(token, AcceptForm(formdata=None), form), UNPROCESSABLE
    name, chosen = form.name.data, form.language.data
    try:
        user, joined = in_transaction(lambda: inviting.accept_as_new(token, name, chosen, now=now))
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error("name", sentence_for(broken))
        return _page(token, AcceptForm(formdata=None), form), UNPROCESSABLE
    goes_to = sign_in.proceed(user, wanted=url_for("organisations.show", slug=joined.slug))
    flash(_("Tervetuloa! Tunnus on luotu, ja olet nyt mukana: %(name)s.", name=joined.name), "success")
    return redirect(goes_to, 303)


def _page(token: str, form: AcceptForm, newcomer: NewcomerForm) -> str:
    invitation, actor = inviting.invitation_of(token, now=clock.now()), current_actor()
    own = db.session.get_one(User, actor.user_id).email if actor.is_signed_in else ""
    role = Role(invitation.role)
    return render_template(
        "organisations/invitation.html",
        token=token,
        email=invitation.email,
        organisation=invitation.organisation,
        inviter=invitation.invited_by.name,
        role=ROLES[role],
        note=ROLE_NOTES[role],
        until=invitation.expires_at,
        own=own,
        is_other=bool(own) and own != invitation.email,
        has_account=not own and _has_account(invitation),
        form=form,
        newcomer=newcomer,
    )


def _has_account(invitation: MembershipInvitation) -> bool:
    """Say whether somebody is to sign in; who asks holds a link that went to that very address."""
    user = user_with_email(invitation.email)
    return user is not None and (user.confirmed_at is not None or user.closed_at is not None)
