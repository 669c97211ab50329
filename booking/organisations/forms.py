"""The form that searches organisations."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SearchField
from wtforms.validators import Length

from booking.organisations.labels import KINDS
from booking.web.forms import ChoiceField, QueryForm


class OrganisationSearchForm(QueryForm):
    """By name, kind and district, all of them optional."""

    q = SearchField(lazy_gettext("Nimi"), validators=[Length(max=120)])
    kind = ChoiceField(lazy_gettext("Laji"))
    district = ChoiceField(lazy_gettext("Kaupunginosa"))

    def __init__(self, districts: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        everything = ("", _("kaikki"))
        self.kind.choices = [everything, *((kind, str(label)) for kind, label in KINDS.items())]
        self.district.choices = [everything, *((each, each) for each in districts)]
