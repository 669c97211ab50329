"""The forms of one's own data: to prove who one is, to erase, to erase somebody on request. Shape only."""

from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, RadioField
from wtforms.validators import Length

from booking.accounts.passwords import LONGEST
from booking.web.forms import BaseForm, Required

REASONS: Final = {
    "asked": _l("Henkilö pyysi sitä itse"),
    "terms": _l("Tunnusta käytettiin ehtojen vastaisesti"),
    "double": _l("Henkilöllä on toinen tunnus"),
}


class ProofForm(BaseForm):
    """The password once more; not looked at when the person has just signed in."""

    password = PasswordField(_l("Salasana"), [Length(max=LONGEST)])


class EraseForm(ProofForm):
    """The second step of erasing oneself."""

    understood = BooleanField(
        _l("Ymmärrän, että poistoa ei voi perua"),
        [Required(_l("Rastita kohta, jos haluat poistaa tunnuksen."))],
    )


class EraseOtherForm(BaseForm):
    """Erasing somebody, as an administrator: with a reason, which is recorded."""

    reason = RadioField(_l("Syy"), validators=[Required(_l("Valitse syy."))])
    understood = BooleanField(
        _l("Ymmärrän, että poistoa ei voi perua"),
        [Required(_l("Rastita kohta, jos haluat poistaa tunnuksen."))],
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.choices = [(code, str(label)) for code, label in REASONS.items()]
