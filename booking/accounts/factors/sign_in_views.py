"""The second step of signing in: the app's code, or a recovery code. Nobody is signed in before it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.accounts import sign_in
from booking.accounts.factors import service
from booking.accounts.factors.forms import CodeForm
from booking.errors import TooManyAttempts
from booking.web.errors import retry_after
from booking.web.sentences import sentence, sentence_of

blueprint = Blueprint("second_step", __name__)

UNPROCESSABLE = 422  # the page again, with what to mend
TOO_MANY = 429  # the page again, with how long to wait


@blueprint.route("/login/code", methods=["GET", "POST"])
@requires(Permission.ANYONE)
def code() -> ResponseReturnValue:
    """Ask for the code that the app shows."""
    return _step("accounts/factors/code.html", CodeForm())


@blueprint.route("/login/recovery", methods=["GET", "POST"])
@requires(Permission.ANYONE)
def recovery() -> ResponseReturnValue:
    """Ask for a recovery code instead, and say how many are left."""
    return _step("accounts/factors/recovery.html", CodeForm(_("Palautuskoodi")))


def _step(template: str, form: CodeForm) -> ResponseReturnValue:
    waited = sign_in.waiting()
    if waited is None:
        flash(_("Kirjautuminen kesti liian kauan tai alkoi toisessa selaimessa. Aloita alusta."))
        return redirect(url_for("accounts.login"), 303)
    by_list = template.endswith("recovery.html")
    if form.validate_on_submit():
        try:
            goes_to = _take(waited, form.code.data)
        except service.WrongCode as error:
            form.add_error("code", _advice(error, by_list=by_list))
        except TooManyAttempts as error:
            form.add_error("", sentence_of(error))
            return render_template(template, form=form), TOO_MANY, retry_after(error)
        else:
            if by_list:
                flash(_told(service.codes_left(waited.user_id)))
            return redirect(goes_to, 303)
    return render_template(template, form=form), UNPROCESSABLE if form.errors else 200


def _advice(error: service.WrongCode, *, by_list: bool) -> str:
    """Return what is wrong; on the page for recovery codes no telephone is spoken of."""
    return sentence("wrong_recovery_code") if by_list and error.code == "wrong_code" else sentence_of(error)


def _told(left: int) -> str:
    return str(
        ngettext(
            "Palautuskoodi on käytetty. Koodeja on jäljellä %(num)s. Uudet saat omalta sivultasi.",
            "Palautuskoodi on käytetty. Koodeja on jäljellä %(num)s. Uudet saat omalta sivultasi.",
            left,
        )
    )


def _take(waited: sign_in.Waiting, code: str) -> str:
    """Use the code in the transaction that opens the session; return where the person goes next."""
    proof = service.proof_of(waited.user_id, code, address=request.remote_addr, now=clock.now())
    return sign_in.let_in(
        waited.user_id, wanted=waited.wanted, remember=waited.remember, way=waited.way, proof=proof
    )
