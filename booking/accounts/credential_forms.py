"""The forms for one's own address and password. Shape only."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import EmailField, PasswordField
from wtforms.validators import Length, ValidationError

from booking.accounts.forms import EmailShape
from booking.accounts.passwords import LONGEST, SHORTEST
from booking.web.forms import BaseForm, Required


class ProofForm(BaseForm):
    """The password that is asked of somebody who has not just signed in; left out for who has."""

    current_password = PasswordField(
        lazy_gettext("Nykyinen salasana"), validators=[Required(), Length(max=LONGEST)]
    )

    def __init__(self, *, asks: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not asks:
            del self.current_password


class EmailForm(ProofForm):
    """A new address."""

    email = EmailField(
        lazy_gettext("Uusi sähköpostiosoite"), validators=[Required(), Length(max=254), EmailShape()]
    )


class PasswordForm(ProofForm):
    """A new password."""

    password = PasswordField(
        lazy_gettext("Uusi salasana"), validators=[Required(), Length(min=SHORTEST, max=LONGEST)]
    )
    password_again = PasswordField(lazy_gettext("Uusi salasana uudelleen"), validators=[Required()])

    def validate_password_again(self, field: Any) -> None:
        """Refuse a slip of the fingers."""
        if field.data != self.password.data:
            raise ValidationError(_("Salasanat eivät ole samat. Kirjoita ne uudelleen."))


class PressForm(BaseForm):
    """A button alone."""
