"""The forms of signing in and registering. Shape only."""

from typing import Any, Final

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, EmailField, HiddenField, PasswordField, RadioField, StringField
from wtforms.validators import Length, ValidationError

from booking.accounts import demo
from booking.accounts.password_rules import weakness
from booking.accounts.passwords import LONGEST, SHORTEST
from booking.accounts.service import InvalidEmail, normal_email
from booking.web.forms import BaseForm, ChoiceField, Required
from booking.web.sentences import register_sentences, sentence

register_sentences(
    {
        "password_few_letters": lazy_gettext("Salasanassa on liian vähän eri merkkejä. Keksi toinen."),
        "password_common": lazy_gettext("Salasana on liian helppo arvata: moni käyttää samaa. Keksi toinen."),
        "password_own": lazy_gettext(
            "Salasanassa on lähinnä nimesi tai osoitteesi, joten se on helppo arvata. Keksi toinen."
        ),
    }
)

LANGUAGE_NAMES = {"fi": "suomi", "sv": "svenska", "en": "English"}  # each in itself, never translated
REMEMBER: Final = lazy_gettext("Muista minut tällä laitteella")


def shown_weakness(password: str, *, email: str, name: str) -> str | None:
    """Return the sentence about a password that is easy to guess, None for one that is not."""
    shared = () if current_app.config["DEMO"] else (demo.PASSWORD,)
    code = weakness(password, email=email, name=name, shared=shared)
    return sentence(code) if code else None


class EmailShape:
    """Refuses what cannot be an address."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise ValidationError for it."""
        try:
            normal_email(field.data or "")
        except InvalidEmail:
            raise ValidationError(_("Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi.")) from None


class ConsentForm(BaseForm):
    """What every form that makes an account has: the box for the terms of use (`components/consent.html`)."""

    accept = BooleanField(
        lazy_gettext("Hyväksyn palvelun käyttöehdot"),
        validators=[
            Required(lazy_gettext("Lue käyttöehdot ja hyväksy ne. Ilman sitä tunnusta ei voi luoda."))
        ],
    )


class LoginForm(BaseForm):
    """Address and password. `next` is where to go then; the view lets only this site's paths through."""

    email = EmailField(
        lazy_gettext("Sähköposti"),
        validators=[Required(), Length(max=254)],
    )
    password = PasswordField(
        lazy_gettext("Salasana"),
        validators=[Required(), Length(max=LONGEST)],
    )
    remember = BooleanField(REMEMBER)
    next = HiddenField()


class RegisterForm(ConsentForm):
    """A new account."""

    name = StringField(lazy_gettext("Nimi"), validators=[Required(), Length(max=120)])
    email = EmailField(
        lazy_gettext("Sähköposti"),
        validators=[Required(), Length(max=254), EmailShape()],
    )
    password = PasswordField(
        lazy_gettext("Salasana"),
        validators=[Required(), Length(min=SHORTEST, max=LONGEST)],
    )
    password_again = PasswordField(
        lazy_gettext("Salasana uudelleen"),
        validators=[Required()],
    )
    language = ChoiceField(
        lazy_gettext("Kieli"),
        choices=LANGUAGE_NAMES,
        default="fi",
    )

    def validate_password(self, field: Any) -> None:
        """Refuse what anybody would guess. Of a wrong length nothing else is said."""
        if field.errors:
            return
        if weak := shown_weakness(field.data, email=self.email.data or "", name=self.name.data or ""):
            raise ValidationError(weak)

    def validate_password_again(self, field: Any) -> None:
        """Refuse a slip of the fingers."""
        if field.data != self.password.data:
            raise ValidationError(_("Salasanat eivät ole samat. Kirjoita ne uudelleen."))


class ProfileForm(BaseForm):
    """What a person changes about themselves."""

    name = StringField(lazy_gettext("Nimi"), validators=[Required(), Length(max=120)])
    language = ChoiceField(lazy_gettext("Kieli"), choices=LANGUAGE_NAMES)
    invitations = RadioField(
        lazy_gettext("Kutsut sähköpostiin"),
        validators=[Required()],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.invitations.choices = [("no", _("Ei")), ("yes", _("Kyllä"))]


class ConfirmForm(BaseForm):
    """The page a confirmation link opens. The password is asked for in another browser than the first."""

    password = PasswordField(
        lazy_gettext("Salasana"),
        validators=[Length(max=LONGEST)],
    )
