"""The pages behind the links in the mails: looking changes nothing, one button answers without a sign-in.

Mail scanners open links, so only a POST answers. The address carries a token: no referrer and no search
engine gets it.
"""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.organisations.acting import act_as
from booking.organisations.directory import exchanges, mails, pages, service

blueprint = Blueprint("directory_links", __name__)


@blueprint.get("/profile-check/<token>")
@requires(Permission.SECRET_ADDRESS)
def check(token: str) -> ResponseReturnValue:
    """Show what is published, and the button that says it is still right."""
    organisation, _reader = mails.read_link(mails.CHECK, token)
    return render_template(
        "organisations/directory/check_link.html",
        token=token,
        organisation=organisation,
        profile=pages.shown_profile(organisation),
    )


@blueprint.post("/profile-check/<token>")
@requires(Permission.SECRET_ADDRESS)
def still_right(token: str) -> ResponseReturnValue:
    """Note that the profile is right, for the person the link was written to."""
    (organisation, reader), now = mails.read_link(mails.CHECK, token), clock.now()
    slug, number = organisation.slug, organisation.id
    act_as(reader, lambda who: service.confirm_profile(number, actor=who, now=now))
    flash(_("Kiitos. Tiedot on merkitty tarkistetuiksi tänään."), "success")
    return redirect(url_for("organisations.show", slug=slug), 303)


@blueprint.get("/offers-renewal/<token>")
@requires(Permission.SECRET_ADDRESS)
def renewal(token: str) -> ResponseReturnValue:
    """Show which lines end, and the button that has them go on."""
    organisation, _reader = mails.read_link(mails.RENEW, token)
    return render_template(
        "organisations/directory/renew_link.html",
        token=token,
        organisation=organisation,
        lines=pages.own_lines(exchanges.ending_lines(organisation.id), {}, clock.now()),
    )


@blueprint.post("/offers-renewal/<token>")
@requires(Permission.SECRET_ADDRESS)
def renew(token: str) -> ResponseReturnValue:
    """Have the lines go on for half a year, for the person the link was written to."""
    (organisation, reader), now = mails.read_link(mails.RENEW, token), clock.now()
    slug, number = organisation.slug, organisation.id
    renewed = act_as(reader, lambda who: exchanges.renew_ending(number, actor=who, now=now))
    flash(
        ngettext("%(num)s ilmoitus jatkuu puoli vuotta.", "%(num)s ilmoitusta jatkuu puoli vuotta.", renewed),
        "success",
    )
    return redirect(url_for("organisations.show", slug=slug), 303)


@blueprint.after_request
def keep_token_secret(response: Response) -> Response:
    """Have every answer of such an address keep it, error pages too: their own links would tell it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response
