"""The form that makes a secret feed."""

from collections.abc import Sequence

from flask_babel import lazy_gettext
from wtforms import RadioField

from booking.web.forms import BaseForm, Required


class SubscriptionForm(BaseForm):
    """Which secret feed to make: one of `offers` (see `booking.calendars.offers`)."""

    scope = RadioField(lazy_gettext("Mitä kalenterissa näkyy"), validators=[Required()])

    def offer(self, scopes: Sequence[tuple[str, str]]) -> None:
        """Set what can be chosen: (value, label), the first one chosen beforehand."""
        self.scope.choices = list(scopes)
        if self.scope.data is None and scopes:
            self.scope.data = scopes[0][0]
