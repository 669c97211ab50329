"""Sign in, sign out, register, confirm an address."""

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts import demo, known_device, passwords, service, sign_in, this_session, throttle
from booking.accounts.forms import ConfirmForm, LoginForm, RegisterForm
from booking.db import in_transaction
from booking.errors import TooManyAttempts
from booking.i18n import language
from booking.web.addresses import same_site_path
from booking.web.errors import retry_after
from booking.web.sentences import minutes_to_wait, sentence_of
from booking.web.ways_on import LINK_OVER, WayOn, register_ways_on

blueprint = Blueprint("accounts", __name__)

ASK_LINK = WayOn(LINK_OVER, lazy_gettext("Pyydä uusi linkki"), "accounts.link")
register_ways_on({"link_expired": ASK_LINK})

UNPROCESSABLE = 422  # the page again, with what to mend
TOO_MANY = 429  # the page again, with how long to wait


@blueprint.get("/login")
@requires(Permission.ANYONE)
def login() -> ResponseReturnValue:
    """Show the sign-in page; who is signed in already goes on."""
    wanted = same_site_path(request.args.get("next"))
    if current_actor().is_signed_in:
        return redirect(wanted or url_for(sign_in.AFTER_SIGN_IN), 303)
    return _login_page(LoginForm(next=wanted or ""))


@blueprint.post("/login")
@requires(Permission.ANYONE)
def sign_in_with_password() -> ResponseReturnValue:
    """Sign in with an address and a password, and go where one was going."""
    form = LoginForm()
    if not form.validate():
        return _login_page(form), UNPROCESSABLE
    try:
        goes_to = sign_in.sign_in(
            form.email.data,
            form.password.data,
            wanted=same_site_path(form.next.data),
            remember=form.remember.data,
            address=request.remote_addr,
            now=clock.now(),
        )
    except sign_in.WrongPassword as error:
        form.add_error("password", sentence_of(error))
        return _login_page(form), UNPROCESSABLE
    except TooManyAttempts as error:
        form.add_error("", _wait_or_ask_link(error, form.email.data.lower()))
        return _login_page(form), TOO_MANY, retry_after(error)
    return redirect(goes_to, 303)


@blueprint.post("/logout")
@requires(Permission.ANYONE, before_second_factor=True)
def logout() -> ResponseReturnValue:
    """End the session."""
    this_session.close_session()
    flash(_("Olet kirjautunut ulos."), "success")
    return redirect("/", 303)


@blueprint.get("/register")
@requires(Permission.ANYONE)
def register() -> ResponseReturnValue:
    """Show the page on which an account is asked for."""
    return render_template("accounts/register.html", form=RegisterForm(language=language()))


@blueprint.post("/register")
@requires(Permission.ANYONE)
def register_account() -> ResponseReturnValue:
    """Send a confirmation link. The answer and its time are the same for an address that has an account."""
    form = RegisterForm()
    if not form.validate():
        return render_template("accounts/register.html", form=form), UNPROCESSABLE
    email, name, chosen = service.normal_email(form.email.data), form.name.data, form.language.data
    now = clock.now()
    in_transaction(lambda: throttle.begin_attempt("register", email, request.remote_addr, now))
    password_hash = passwords.hash_password(form.password.data)
    in_transaction(
        lambda: service.register(email, name, password_hash=password_hash, language=chosen, now=now)
    )
    sign_in.remember_registration(password_hash)
    flash(
        _(
            "Lähetimme viestin osoitteeseen %(email)s. Avaa siinä oleva linkki 24 tunnin kuluessa.",
            email=email,
        ),
        "success",
    )
    return redirect(url_for("accounts.login"), 303)


@blueprint.route("/register/confirm", methods=["GET", "POST"])
@requires(Permission.ANYONE)
def confirm() -> ResponseReturnValue:
    """Confirm an address by its link, and sign in.

    Only a POST does it: mail scanners open links. Another browser than the one that registered gives the
    password too, so that nobody confirms an account somebody else has made with their address.
    """
    token = request.args.get("token", "")
    user = service.user_of_link(token)
    if user.confirmed_at is not None:
        flash(_("Osoite on jo vahvistettu. Kirjaudu sisään."))
        return redirect(url_for("accounts.login"), 303)
    form, known = ConfirmForm(), sign_in.has_registered(user)
    now = clock.now()
    if form.validate_on_submit():
        try:
            if not known:
                sign_in.check_password(
                    user.email, form.password.data, address=request.remote_addr, now=now, unproved=True
                )
        except sign_in.WrongPassword:
            form.add_error("password", _("Salasana ei ole se, jolla rekisteröidyttiin."))
        else:
            user_id = user.id
            goes_to = sign_in.proceed(in_transaction(lambda: service.confirm_address(user_id, now)))
            flash(_("Osoite on vahvistettu. Tervetuloa!"), "success")
            return redirect(goes_to, 303)
    page = render_template(
        "accounts/confirm.html",
        form=form,
        action=url_for("accounts.confirm", token=token),
        email=user.email,
        ask_password=not known,
    )
    return page, UNPROCESSABLE if form.errors else 200


def _wait_or_ask_link(error: TooManyAttempts, email: str) -> str:
    """Return how long to wait, and the way in that does not ask for it, unless that is closed too."""
    device = known_device.of(email)
    if not throttle.is_open("link", email, request.remote_addr, clock.now(), device=device):
        return sentence_of(error)
    minutes = minutes_to_wait(error.params["retry_after"])
    return str(
        ngettext(
            "Yrityksiä on liian monta. Yritä uudelleen %(num)s minuutin kuluttua,"
            " tai pyydä heti kirjautumislinkki alla olevalla painikkeella.",
            "Yrityksiä on liian monta. Yritä uudelleen %(num)s minuutin kuluttua,"
            " tai pyydä heti kirjautumislinkki alla olevalla painikkeella.",
            minutes,
        )
    )


def _login_page(form: LoginForm) -> str:
    demo_accounts = demo.ACCOUNTS if current_app.config["DEMO"] else ()
    return render_template(
        "accounts/login.html", form=form, demo_accounts=demo_accounts, demo_password=demo.PASSWORD
    )
