"""Change one's own address and password."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts import credentials, passwords, service, sign_in, this_session, throttle
from booking.accounts.credential_forms import EmailForm, PasswordForm, PressForm, ProofForm
from booking.accounts.forms import shown_weakness
from booking.accounts.link_views import send_link_to
from booking.accounts.models import User
from booking.accounts.profile_menu import profile_pages
from booking.accounts.profile_views import UNPROCESSABLE, blueprint
from booking.db import in_transaction
from booking.web.sentences import sentence_of
from booking.web.ways_on import LINK_OVER, WayOn, register_ways_on

register_ways_on(
    {
        "email_proof_expired": WayOn(LINK_OVER, lazy_gettext("Vaihda osoite uudelleen"), "profile.email"),
        "email_undo_expired": WayOn(LINK_OVER, lazy_gettext("Pyydä kirjautumislinkki"), "accounts.link"),
    }
)

PAGES = {"email": "profile.email", "password": "profile.password"}


@blueprint.get("/profile/email")
@requires(Permission.SIGNED_IN)
def email() -> ResponseReturnValue:
    """Show where mail goes, and the form for another address."""
    user = credentials.own_account(current_actor())
    return _email_page(EmailForm(asks=_asks_password(user)), user)


@blueprint.post("/profile/email")
@requires(Permission.SIGNED_IN)
def change_email() -> ResponseReturnValue:
    """Send the link that proves another address; the answer is the same for one that has an account."""
    actor, now = current_actor(), clock.now()
    user = credentials.own_account(actor)
    form = EmailForm(asks=_asks_password(user))
    if not form.validate() or not _has_proved(form, user):
        return _email_page(form, user), UNPROCESSABLE
    wanted = service.normal_email(form.email.data)
    if wanted == user.email:
        form.add_error("email", _("Tämä osoite on jo käytössäsi."))
        return _email_page(form, user), UNPROCESSABLE
    in_transaction(lambda: throttle.begin_attempt("email", wanted, request.remote_addr, now))
    in_transaction(lambda: credentials.ask_for_email(wanted, actor=actor, now=now))
    flash(
        _(
            "Lähetimme viestin osoitteeseen %(email)s. Avaa siinä oleva linkki 24 tunnin kuluessa.",
            email=wanted,
        ),
        "success",
    )
    return redirect(url_for("profile.email"), 303)


@blueprint.route("/profile/email/prove", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def prove_email() -> ResponseReturnValue:
    """Take a proved address in use. Only a POST does it: mail scanners open links."""
    token, actor, now = request.args.get("token", ""), current_actor(), clock.now()
    wanted, form = credentials.pending_email(token, actor=actor, now=now), PressForm()
    session_id = this_session.own_id()
    if form.validate_on_submit():
        try:
            in_transaction(
                lambda: credentials.prove_email(token, actor=actor, now=now, session_id=session_id)
            )
        except service.EmailTaken as error:
            form.add_error("", sentence_of(error))
        else:
            flash(_("Osoite on vaihdettu. Muut laitteet on kirjattu ulos."), "success")
            return redirect(url_for("profile.email"), 303)
    action = url_for("profile.prove_email", token=token)
    page = render_template("accounts/prove_email.html", form=form, action=action, email=wanted)
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.route("/profile/email/undo", methods=["GET", "POST"])
@requires(Permission.ANYONE)
def undo_email() -> ResponseReturnValue:
    """Bring an old address back, by the link it was sent."""
    token, now, form = request.args.get("token", ""), clock.now(), PressForm()
    old = credentials.undoable_email(token, now=now)
    if form.validate_on_submit():
        try:
            in_transaction(lambda: credentials.undo_email(token, now=now))
        except service.EmailTaken as error:
            form.add_error("", sentence_of(error))
        else:
            this_session.close_session()
            flash(_("Vanha osoite on taas käytössä. Kirjaudu linkillä ja aseta uusi salasana."), "success")
            return redirect(url_for("accounts.link"), 303)
    action = url_for("profile.undo_email", token=token)
    page = render_template("accounts/undo_email.html", form=form, action=action, email=old)
    return page, UNPROCESSABLE if form.errors else 200


@blueprint.get("/profile/password")
@requires(Permission.SIGNED_IN)
def password() -> ResponseReturnValue:
    """Show the form for a new password."""
    user = credentials.own_account(current_actor())
    return _password_page(PasswordForm(asks=_asks_password(user)), user)


@blueprint.post("/profile/password")
@requires(Permission.SIGNED_IN)
def change_password() -> ResponseReturnValue:
    """Set a password, or change it."""
    user = credentials.own_account(current_actor())
    form = PasswordForm(asks=_asks_password(user))
    if not form.validate() or not _has_proved(form, user):
        return _password_page(form, user), UNPROCESSABLE
    if weak := shown_weakness(form.password.data, email=user.email, name=user.name):
        form.add_error("password", weak)
        return _password_page(form, user), UNPROCESSABLE
    _set_password(passwords.hash_password(form.password.data))
    flash(_("Salasana on vaihdettu. Muut laitteet on kirjattu ulos."), "success")
    return redirect(url_for("profile.password"), 303)


@blueprint.post("/profile/password/remove")
@requires(Permission.SIGNED_IN)
def remove_password() -> ResponseReturnValue:
    """Do without a password: one signs in by a link from now on."""
    user = credentials.own_account(current_actor())
    form = ProofForm(asks=_asks_password(user))
    if not form.validate() or not _has_proved(form, user):
        page = PasswordForm(asks=_asks_password(user), formdata=None)
        for field, sentences in form.errors.items():
            page.add_error(field or "", " ".join(sentences))
        return _password_page(page, user), UNPROCESSABLE
    _set_password(None)
    flash(_("Salasana on poistettu. Kirjaudut jatkossa sähköpostiin tulevalla linkillä."), "success")
    return redirect(url_for("profile.password"), 303)


@blueprint.post("/profile/<any(email,password):page>/link")
@requires(Permission.SIGNED_IN)
def send_proof(page: str) -> ResponseReturnValue:
    """Send somebody who has no password a link, so that they have just signed in when they come back."""
    user = credentials.own_account(current_actor())
    send_link_to(user.email, wanted=url_for(PAGES[page]))
    return redirect(url_for(PAGES[page]), 303)


def _set_password(password_hash: str | None) -> None:
    actor, now, session_id = current_actor(), clock.now(), this_session.own_id()
    in_transaction(
        lambda: credentials.change_password(password_hash, actor=actor, now=now, session_id=session_id)
    )


def _is_fresh() -> bool:
    here = this_session.here()
    return here is not None and here.is_fresh(clock.now())


def _asks_password(user: User) -> bool:
    return user.password_hash is not None and not _is_fresh()


def _has_proved(form: ProofForm, user: User) -> bool:
    """Say whether the person has just signed in or gives their password; what is wrong stands in the form."""
    if _is_fresh():
        return True
    if user.password_hash is None:
        form.add_error("", _("Kirjaudu ensin uudelleen linkillä."))
        return False
    try:
        sign_in.check_password(
            user.email, form.current_password.data, address=request.remote_addr, now=clock.now()
        )
    except sign_in.WrongPassword:
        form.add_error("current_password", _("Salasana ei ole oikea."))
        return False
    return True


def _email_page(form: EmailForm, user: User) -> str:
    return render_template(
        "accounts/email.html", form=form, user=user, stale=_is_stale(user), pages=profile_pages()
    )


def _password_page(form: PasswordForm, user: User) -> str:
    return render_template(
        "accounts/password.html", form=form, user=user, stale=_is_stale(user), pages=profile_pages()
    )


def _is_stale(user: User) -> bool:
    """Say whether the person has nothing to prove by but a new link."""
    return user.password_hash is None and not _is_fresh()
