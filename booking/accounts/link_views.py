"""Ask for a link that signs in, and use it."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.accounts import known_device, links, service, sign_in, this_session, throttle
from booking.accounts.link_forms import AskLinkForm, NewcomerForm, OpenLinkForm
from booking.accounts.links import Asked
from booking.accounts.models import User
from booking.accounts.sessions import Way
from booking.accounts.views import ASK_LINK, TOO_MANY, UNPROCESSABLE, blueprint
from booking.db import in_transaction
from booking.errors import TooManyAttempts
from booking.i18n import language
from booking.web.addresses import same_site_path
from booking.web.errors import retry_after
from booking.web.sentences import sentence_of
from booking.web.ways_on import register_ways_on

register_ways_on({"link_used": ASK_LINK})


@blueprint.get("/login/link")
@requires(Permission.ANYONE)
def link() -> ResponseReturnValue:
    """Show the page on which a link is asked for."""
    return _ask_page(AskLinkForm(next=same_site_path(request.args.get("next")) or ""))


@blueprint.post("/login/link")
@requires(Permission.ANYONE)
def send_link() -> ResponseReturnValue:
    """Send a link. The answer and its time are the same for an address nobody has."""
    form = AskLinkForm()
    if not form.validate():
        return _ask_page(form), UNPROCESSABLE
    email = service.normal_email(form.email.data)
    try:
        send_link_to(email, wanted=same_site_path(form.next.data), remember=form.remember.data)
    except TooManyAttempts as error:
        form.add_error("", sentence_of(error))
        return _ask_page(form), TOO_MANY, retry_after(error)
    return redirect(url_for("accounts.link_sent"), 303)


def send_link_to(email: str, *, wanted: str | None, remember: bool = False) -> None:
    """Send a link to an address, unless too many were asked for (TooManyAttempts), and say so."""
    now, spoken, program = clock.now(), language(), this_session.program()
    device = known_device.of(email)
    in_transaction(lambda: throttle.begin_attempt("link", email, request.remote_addr, now, device=device))
    in_transaction(
        lambda: links.ask(email, wanted=wanted, remember=remember, language=spoken, program=program, now=now)
    )
    flash(_("Lähetimme linkin osoitteeseen %(email)s.", email=email), "success")


@blueprint.get("/login/link/sent")
@requires(Permission.ANYONE)
def link_sent() -> ResponseReturnValue:
    """Say what to do next, whoever asked."""
    return render_template("accounts/link_sent.html")


@blueprint.get("/login/link/open")
@requires(Permission.ANYONE)
def open_link() -> ResponseReturnValue:
    """Show whom a link lets in and where it was asked for. Opening it uses nothing: mail scanners do that."""
    asked, user = links.read(request.args.get("token", ""), now=clock.now())
    if user is not None:
        return _open_page(OpenLinkForm(remember=asked.remember), asked, user)
    return _open_page(NewcomerForm(language=language(), remember=asked.remember), asked, None)


@blueprint.post("/login/link/open")
@requires(Permission.ANYONE)
def use_link() -> ResponseReturnValue:
    """Use a link: sign in, or make an account without a password and be in."""
    token, now = request.args.get("token", ""), clock.now()
    asked, user = links.read(token, now=now)
    form = OpenLinkForm() if user else NewcomerForm()
    if not form.validate():
        return _open_page(form, asked, user), UNPROCESSABLE
    if user is None:
        return _welcome(form, token, asked, now)
    user_id = user.id
    goes_to = sign_in.proceed(
        user,
        wanted=asked.wanted,
        remember=form.remember.data,
        way=Way.LINK,
        proof=lambda: links.use(token, user_id, now=now),
    )
    return redirect(goes_to, 303)


def _welcome(form: NewcomerForm, token: str, asked: Asked, now: datetime) -> ResponseReturnValue:
    name, spoken = form.name.data, form.language.data
    goes_to = sign_in.welcome(
        lambda: links.make_account(token, name=name, language=spoken, now=now),
        wanted=asked.wanted,
        remember=form.remember.data,
        way=Way.LINK,
    )
    flash(_("Tunnus on luotu. Tervetuloa!"), "success")
    return redirect(goes_to, 303)


def _ask_page(form: AskLinkForm) -> str:
    return render_template("accounts/link.html", form=form)


def _open_page(form: OpenLinkForm | NewcomerForm, asked: Asked, user: User | None) -> str:
    action = url_for("accounts.use_link", token=request.args.get("token", ""))
    return render_template(
        "accounts/open_link.html", form=form, action=action, asked=asked, newcomer=user is None
    )
