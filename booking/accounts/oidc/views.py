"""Sign in by another service: there, back again, and the account it opens."""

import hmac
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import structlog
from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts import sign_in, throttle
from booking.accounts.forms import LANGUAGE_NAMES, ConsentForm
from booking.accounts.oidc import service
from booking.accounts.oidc.id_token import AnswerRefused
from booking.accounts.oidc.provider import Identity, ProviderDown, discover, is_configured
from booking.accounts.sessions import Way
from booking.db import in_transaction
from booking.errors import DomainError, NotFound
from booking.extensions import db
from booking.i18n import language
from booking.web.addresses import same_site_path
from booking.web.forms import BaseForm, ChoiceField, Required
from booking.web.sentences import register_sentences, sentence

log = structlog.get_logger(__name__)
blueprint = Blueprint("oidc", __name__)

LONGEST_AWAY: Final = timedelta(minutes=10)  # at the other service
_AWAY: Final = "oidc_away"
_BROWSER: Final = "oidc_browser"
UNPROCESSABLE: Final = 422  # the page again, with what to mend


class Refused(DomainError):
    """The way back from the other service does not lead in. The code says why."""


register_sentences(
    {
        "oidc_down": lazy_gettext("Kirjautumispalvelu ei vastaa juuri nyt. Yritä hetken päästä uudelleen."),
        "oidc_answer": lazy_gettext(
            "Kirjautumispalvelun vastausta ei voitu varmistaa, joten kirjautuminen keskeytettiin."
            " Yritä uudelleen."
        ),
        "oidc_state": lazy_gettext(
            "Kirjautuminen kesti liian kauan tai alkoi toisessa selaimessa. Aloita alusta."
        ),
        "oidc_cancelled": lazy_gettext("Kirjautuminen keskeytettiin kirjautumispalvelussa."),
        "oidc_unverified": lazy_gettext(
            "Kirjautumispalvelu ei ole vahvistanut sähköpostiosoitettasi. Vahvista se siellä tai kirjaudu"
            " salasanalla."
        ),
        "oidc_closed": lazy_gettext("Tunnus on suljettu. Pyydä apua ylläpidolta."),
        "oidc_other_account": lazy_gettext(
            "Kirjautumispalvelun sähköpostiosoite on toinen kuin tunnuksesi osoite, joten niitä ei liitetty."
        ),
        "oidc_has_account": lazy_gettext("Osoitteella on jo tunnus. Kirjaudu sillä ensin."),
        "oidc_joined_elsewhere": lazy_gettext("Kirjautumispalvelu avaa jo toisen tunnuksen."),
    }
)


class AccountForm(ConsentForm):
    """A new account for whom the other service knows: the address is known, the name may be mended."""

    name = StringField(lazy_gettext("Nimi"), validators=[Required(), Length(max=120)])
    language = ChoiceField(lazy_gettext("Kieli"), choices=LANGUAGE_NAMES, default="fi")


@blueprint.app_template_global("oidc_name")
def oidc_name() -> str:
    """Return what the other service is called, "" where there is none."""
    return str(current_app.config["SETTINGS"].oidc_name) if is_configured() else ""


@blueprint.get("/login/oidc")
@requires(Permission.ANYONE)
def start() -> ResponseReturnValue:
    """Send the browser to the other service, with words that only this sign-in knows."""
    _refuse_unless_configured()
    db.session.rollback()  # nothing is held while another service answers
    try:
        provider = discover()
    except ProviderDown as error:
        return _refuse(error)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    wanted = same_site_path(request.args.get("next"))
    session[_AWAY] = [state, nonce, verifier, wanted, int(clock.now().timestamp())]
    return redirect(provider.address(state=state, nonce=nonce, verifier=verifier), 303)


@blueprint.get("/login/oidc/callback")
@requires(Permission.ANYONE)
def callback() -> ResponseReturnValue:
    """Come back from the other service: into one's account, or to the question which one it is."""
    _refuse_unless_configured()
    try:
        identity, wanted = _arrival(session.pop(_AWAY, None))
        user = service.account_of(identity)
        if user is not None and not user.is_active:
            raise Refused("oidc_closed")
        if user is None and not identity.email:
            raise Refused("oidc_unverified")
    except (Refused, AnswerRefused, ProviderDown) as error:
        return _refuse(error)
    if user is not None:
        return redirect(sign_in.proceed(user, wanted=wanted, way=Way.PROVIDER), 303)
    session[_BROWSER] = secrets.token_urlsafe(16)
    kept = service.keep(identity, session[_BROWSER])
    return redirect(url_for("oidc.account", kept=kept, next=wanted), 303)


@blueprint.route("/login/oidc/account", methods=["GET", "POST"])
@requires(Permission.ANYONE)
def account() -> ResponseReturnValue:
    """Join the other service to the account one has proved to be one's own, or make one."""
    _refuse_unless_configured()
    found = service.kept(request.args.get("kept", ""))
    if found is None:
        return _refuse(Refused("oidc_state"))
    identity, browser = found
    if current_actor().is_signed_in:
        return _join(identity)
    if service.holder_of(identity.email) is not None:
        here = request.full_path.rstrip("?")
        return render_template("accounts/oidc/prove.html", email=identity.email, here=here)
    if not hmac.compare_digest(browser, session.get(_BROWSER, "")):
        return _refuse(Refused("oidc_state"))
    return _make(identity)


def _arrival(away: Any) -> tuple[Identity, str | None]:
    """Return who came back and where they were going. Raises Refused, AnswerRefused or ProviderDown."""
    now, given = clock.now(), request.args
    if away is None:
        raise Refused("oidc_state")
    state, nonce, verifier, wanted, since = away
    if not hmac.compare_digest(state.encode(), given.get("state", "").encode("utf-8", "surrogatepass")):
        raise Refused("oidc_state")
    if now - datetime.fromtimestamp(since, UTC) > LONGEST_AWAY:
        raise Refused("oidc_state")
    issuer = current_app.config["SETTINGS"].oidc_issuer
    if given.get("iss", issuer) != issuer:  # RFC 9207: which service answers
        raise AnswerRefused("issuer of the answer")
    if "error" in given:
        raise Refused("oidc_cancelled")
    if not given.get("code"):
        raise AnswerRefused("no code")
    address = request.remote_addr
    attempt = in_transaction(lambda: throttle.begin_attempt("oidc", state, address, now))
    db.session.rollback()  # nothing is held while another service answers
    identity = discover().identity(given["code"], nonce=nonce, verifier=verifier, now=now)
    in_transaction(lambda: throttle.forgive(attempt))
    return identity, wanted


def _join(identity: Identity) -> ResponseReturnValue:
    form, now, actor = BaseForm(), clock.now(), current_actor()
    wanted = same_site_path(request.args.get("next")) or url_for(sign_in.AFTER_SIGN_IN)
    holder = service.holder_of(identity.email)
    if holder is None or holder.id != actor.user_id:
        flash(sentence("oidc_other_account"), "error")
        return redirect(wanted, 303)
    if not form.validate_on_submit():
        action = request.full_path.rstrip("?")
        return render_template("accounts/oidc/join.html", email=identity.email, action=action, not_now=wanted)
    in_transaction(lambda: service.join(identity, actor=actor, now=now))
    flash(_("Voit nyt kirjautua palvelulla %(name)s.", name=oidc_name()), "success")
    return redirect(wanted, 303)


def _make(identity: Identity) -> ResponseReturnValue:
    form, now = AccountForm(name=identity.name, language=language()), clock.now()
    if form.validate_on_submit():
        name, chosen = form.name.data, form.language.data
        goes_to = sign_in.welcome(
            lambda: service.make_account(identity, name, chosen, now=now),
            wanted=same_site_path(request.args.get("next")),
            remember=False,
            way=Way.PROVIDER,
        )
        flash(_("Tunnus on luotu. Tervetuloa!"), "success")
        return redirect(goes_to, 303)
    page = render_template(
        "accounts/oidc/make.html", form=form, email=identity.email, action=request.full_path.rstrip("?")
    )
    return page, UNPROCESSABLE if form.errors else 200


def _refuse(error: DomainError) -> ResponseReturnValue:
    """Say in a sentence why nobody is signed in, on the page where one can try again."""
    log.warning("oidc refused", code=error.code, reason=getattr(error, "reason", ""))
    flash(sentence(error.code), "error")
    return redirect(url_for("accounts.login"), 303)


def _refuse_unless_configured() -> None:
    if not is_configured():
        raise NotFound
