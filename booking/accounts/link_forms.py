"""The forms of signing in by a link. Shape only."""

from flask_babel import lazy_gettext
from wtforms import BooleanField, EmailField, HiddenField, StringField
from wtforms.validators import Length

from booking.accounts.forms import LANGUAGE_NAMES, REMEMBER, ConsentForm, EmailShape
from booking.web.forms import BaseForm, ChoiceField, Required


class AskLinkForm(BaseForm):
    """Where to send a link, and where to go when it is used. The view lets only this site's paths through."""

    email = EmailField(
        lazy_gettext("Sähköposti"),
        validators=[Required(), Length(max=254), EmailShape()],
    )
    remember = BooleanField(REMEMBER)
    next = HiddenField()


class OpenLinkForm(BaseForm):
    """The page a link opens, for who has an account."""

    remember = BooleanField(REMEMBER)


class NewcomerForm(ConsentForm):
    """The page a link opens, for who has none: an account without a password."""

    name = StringField(lazy_gettext("Nimi"), validators=[Required(), Length(max=120)])
    language = ChoiceField(lazy_gettext("Kieli"), choices=LANGUAGE_NAMES, default="fi")
    remember = BooleanField(REMEMBER)
