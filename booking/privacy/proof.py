"""Who wants all their data, or to be erased, proves once more who they are."""

from datetime import datetime

from flask import request
from flask_babel import gettext as _

from booking.accounts import sign_in, this_session
from booking.accounts.models import User
from booking.privacy.forms import ProofForm


def is_fresh(now: datetime) -> bool:
    """Say whether the person of this request has just signed in."""
    here = this_session.here()
    return here is not None and here.is_fresh(now)


def proves(form: ProofForm, user: User, now: datetime) -> bool:
    """Say whether the person has proved who they are; if not the form says so. Raises TooManyAttempts.

    Opens its own transactions: call it before a writing one begins.
    """
    if is_fresh(now):
        return True
    if user.password_hash is None:
        form.add_error("password", _("Kirjaudu ulos ja uudelleen sisään, niin voit jatkaa heti sen jälkeen."))
        return False
    try:
        sign_in.check_password(user.email, form.password.data or "", address=request.remote_addr, now=now)
    except sign_in.WrongPassword:
        form.add_error("password", _("Salasana ei ole oikea."))
        return False
    return True
