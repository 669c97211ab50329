"""The forms of feedback and of its answer. Shape only."""

from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import EmailField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from booking.accounts.service import InvalidEmail, normal_email
from booking.privacy.feedback.models import ADDRESS_LENGTH, PAGE_LENGTH
from booking.web.forms import BaseForm, Optional, Required

LONGEST_TEXT: Final = 5000
KINDS: Final = {
    "accessibility": _l("Saavutettavuus: jotain ei voi käyttää tai lukea"),
    "data": _l("Tietosuoja: omat tiedot ja niiden käsittely"),
    "other": _l("Muu palaute palvelusta"),
}


class FeedbackForm(BaseForm):
    """What somebody has to say. An answer comes only to who gives an address."""

    kind = RadioField(_l("Mistä palaute on?"), validators=[Required(_l("Valitse, mistä palaute on."))])
    text = TextAreaField(_l("Palaute"), validators=[Required(), Length(max=LONGEST_TEXT)])
    page = StringField(_l("Sivu, jota palaute koskee"), validators=[Optional(), Length(max=PAGE_LENGTH)])
    reply_to = EmailField(
        _l("Sähköposti, jos haluat vastauksen"), validators=[Optional(), Length(max=ADDRESS_LENGTH)]
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = [(code, str(label)) for code, label in KINDS.items()]

    def validate_reply_to(self, field: Any) -> None:
        """Refuse what cannot be an address."""
        try:
            normal_email(field.data or "")
        except InvalidEmail:
            raise ValidationError(_("Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi.")) from None


class AnswerForm(BaseForm):
    """What an administrator answers; empty: it has been dealt with, and nothing is mailed."""

    answer = TextAreaField(_l("Vastaus"), validators=[Optional(), Length(max=LONGEST_TEXT)])
