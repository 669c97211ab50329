"""The form that searches organisations."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import BooleanField, SearchField
from wtforms.validators import Length

from booking.organisations.directory.queries import Question
from booking.organisations.directory.words import LANGUAGES, TARGETS, THEMES
from booking.organisations.labels import KINDS
from booking.web.forms import ChoiceField, QueryForm


class OrganisationSearchForm(QueryForm):
    """By words, by what it does and for whom, by where and in which language; all of them optional."""

    q = SearchField(lazy_gettext("Nimi tai sana"), validators=[Length(max=120)])
    target = ChoiceField(lazy_gettext("Kenelle"))
    theme = ChoiceField(lazy_gettext("Mitä"))
    district = ChoiceField(lazy_gettext("Kaupunginosa"))
    speaks = ChoiceField(lazy_gettext("Kieli, jolla voi osallistua"))
    kind = ChoiceField(lazy_gettext("Laji"))
    side = ChoiceField(lazy_gettext("Tarjoaa tai etsii"))
    rooms = BooleanField(lazy_gettext("On omia tiloja"))

    def __init__(self, districts: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        everything = ("", _("kaikki"))

        def with_all(words: Mapping[str, Any]) -> list[tuple[str, str]]:
            return [everything, *((code, str(label)) for code, label in words.items())]

        self.target.choices = with_all(TARGETS)
        self.theme.choices = with_all(THEMES)
        self.speaks.choices = with_all(LANGUAGES)
        self.kind.choices = with_all(KINDS)
        self.district.choices = [everything, *((each, each) for each in districts)]
        self.side.choices = [
            everything,
            ("offers", _("tarjoaa jotakin muille")),
            ("seeks", _("etsii jotakin muilta")),
        ]

    def question(self) -> Question:
        """Return what a valid form asks for, without `rooms`."""
        return Question(
            words=self.q.data or "",
            kind=self.kind.data,
            district=self.district.data,
            theme=self.theme.data,
            target=self.target.data,
            speaks=self.speaks.data,
            side=self.side.data,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anything but words is asked for."""
        return any(field.data for field in self if field.name not in ("q", "target"))
