"""The page of one's own second factor: set it up, renew it, turn it off; the recovery codes, once."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts import this_session
from booking.accounts.factors import service, setting_up, totp
from booking.accounts.factors.forms import CodeForm
from booking.accounts.factors.requirements import requirements_of
from booking.accounts.models import User
from booking.accounts.profile_menu import profile_pages
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound
from booking.extensions import db
from booking.paper.qr import qr_svg
from booking.web.sentences import sentence_of

blueprint = Blueprint("second_factor", __name__)

UNPROCESSABLE = 422  # the page again, with what to mend


@blueprint.get("/profile/second-factor")
@requires(Permission.SIGNED_IN, before_second_factor=True)
def show() -> ResponseReturnValue:
    """Show how it stands, or the secret for the app and the question for a first code."""
    return _page(CodeForm())


@blueprint.post("/profile/second-factor")
@requires(Permission.SIGNED_IN, before_second_factor=True)
def turn_on() -> ResponseReturnValue:
    """Take the app in use when its first code is right; the recovery codes come next."""
    user, form, now = _user(), CodeForm(), clock.now()
    renewing = user.second_factor_at is not None
    secret = setting_up.secret_of(user.id, renewing=renewing)
    if secret is None:
        flash(_("Käyttöönotto kesti liian kauan. Aloita alusta uudella QR-koodilla."))
        return redirect(url_for("second_factor.show"), 303)
    if not form.validate():
        return _page(form)
    code, user_id, session_id = form.code.data, user.id, this_session.own_id()
    try:
        codes = in_transaction(
            lambda: service.turn_on(user_id, secret, code, renewing=renewing, now=now, session_id=session_id)
        )
    except service.WrongCode as error:
        form.add_error("code", sentence_of(error))
        return _page(form)
    setting_up.end()
    setting_up.keep_codes(user_id, codes)
    flash(_("Kaksivaiheinen kirjautuminen on käytössä. Muut laitteet on kirjattu ulos."), "success")
    return redirect(url_for("second_factor.codes"), 303)


@blueprint.get("/profile/second-factor/qr.svg")
@requires(Permission.SIGNED_IN, before_second_factor=True)
def qr() -> ResponseReturnValue:
    """Draw the secret that is being set up, for the app's camera."""
    user = _user()
    secret = setting_up.secret_of(user.id, renewing=user.second_factor_at is not None)
    if secret is None:
        raise NotFound
    drawing = qr_svg(totp.set_up_address(secret, user.email))
    return Response(drawing, mimetype="image/svg+xml", headers={"Cache-Control": "private, no-store"})


@blueprint.post("/profile/second-factor/change")
@requires(Permission.SIGNED_IN)
def change() -> ResponseReturnValue:
    """After a code: make new recovery codes, begin with another telephone, or turn it off."""
    user_id, form, now, session_id = _user().id, CodeForm(), clock.now(), this_session.own_id()
    wanted = request.form.get("change", "codes")
    if not form.validate():
        return _page(form)

    def work(user: User) -> list[str] | None:
        if wanted == "codes":
            return service.renew_recovery_codes(user, now=now)
        if wanted == "off":
            service.turn_off(user, now=now, session_id=session_id)
        return None

    try:
        codes = service.with_code(user_id, form.code.data, work, address=request.remote_addr, now=now)
    except service.WrongCode as error:
        form.add_error("code", sentence_of(error))
        return _page(form)
    return _changed(wanted, user_id, codes)


@blueprint.route("/profile/second-factor/codes", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN, before_second_factor=True)
def codes() -> ResponseReturnValue:
    """Show the recovery codes that have just been made, until they are said to be safe."""
    user = _user()
    if request.method == "POST":
        setting_up.forget_codes()
        flash(_("Koodeja ei enää näytetä. Pidä ne tallessa."), "success")
        return redirect(url_for("second_factor.show"), 303)
    made = setting_up.codes_of(user.id)
    if made is None:
        return redirect(url_for("second_factor.show"), 303)
    shown = [totp.in_groups(code) for code in made]
    return render_template("accounts/factors/codes.html", codes=shown, email=user.email)


def _changed(wanted: str, user_id: int, codes: list[str] | None) -> ResponseReturnValue:
    if codes is not None:
        setting_up.keep_codes(user_id, codes)
        return redirect(url_for("second_factor.codes"), 303)
    if wanted == "off":
        flash(
            _("Kaksivaiheinen kirjautuminen on poistettu käytöstä. Muut laitteet on kirjattu ulos."),
            "success",
        )
    else:
        setting_up.begin(user_id, renewing=True)
    return redirect(url_for("second_factor.show"), 303)


def _user() -> User:
    user = db.session.get(User, current_actor().user_id)
    if user is None:
        raise Forbidden
    return user


def _page(form: CodeForm) -> ResponseReturnValue:
    user, now = _user(), clock.now()
    is_on = user.second_factor_at is not None
    secret = setting_up.secret_of(user.id, renewing=is_on)
    if secret is None and not is_on:
        secret = setting_up.begin(user.id, renewing=False)
    requirements = requirements_of(user)
    page = render_template(
        "accounts/factors/second_factor.html",
        form=form,
        pages=profile_pages(),
        since=user.second_factor_at,
        secret=totp.in_groups(secret) if secret else "",
        app_address=totp.set_up_address(secret, user.email) if secret else "",
        codes_left=service.codes_left(user.id) if is_on else 0,
        requirements=requirements,
        is_required=any(each.holds_at(now) for each in requirements),
    )
    return page, UNPROCESSABLE if form.errors else 200
