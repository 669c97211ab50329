"""The forms of the second factor. Shape only."""

from typing import Any

from flask_babel import lazy_gettext
from wtforms import StringField
from wtforms.validators import Length

from booking.web.forms import BaseForm, Required

LONGEST_CODE = 40  # characters: a recovery code with spaces between its groups


class CodeForm(BaseForm):
    """One code, as it is typed."""

    code = StringField(lazy_gettext("Koodi"), validators=[Required(), Length(max=LONGEST_CODE)])

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if label is not None:
            self.code.label.text = str(label)
