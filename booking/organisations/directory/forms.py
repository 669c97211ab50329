"""The forms of the directory: a profile, a line of what is offered, which lines are shown. Shape only."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    EmailField,
    RadioField,
    SelectMultipleField,
    StringField,
    TelField,
    TextAreaField,
    URLField,
)

from booking.organisations.directory import exchanges
from booking.organisations.directory.exchanges import Line, last_day_of
from booking.organisations.directory.models import Exchange, Profile
from booking.organisations.directory.service import ProfileText
from booking.organisations.directory.words import EXCHANGES, LANGUAGES, SIDES, TARGETS, THEMES
from booking.organisations.models import Organisation
from booking.web.forms import BaseForm, ChoiceField, LocalDateField, Optional, QueryForm, Required


class ProfileForm(BaseForm):
    """What an organisation publishes of itself."""

    about_fi = TextAreaField(_l("Mitä yhdistys tekee"), [Required()])
    about_sv = TextAreaField(_l("Sama ruotsiksi (vapaaehtoinen)"))
    about_en = TextAreaField(_l("Sama englanniksi (vapaaehtoinen)"))
    targets = SelectMultipleField(_l("Kenelle toiminta on"))
    themes = SelectMultipleField(_l("Mistä toiminnassa on kyse"))
    languages = SelectMultipleField(_l("Kielet, joilla voi osallistua"))
    district = StringField(_l("Kaupunginosa"))
    accessibility = TextAreaField(_l("Esteettömyys ja saavutettavuus"))
    contact_name = StringField(_l("Nimi tai tehtävä"))
    contact_phone = TelField(_l("Puhelin"))
    contact_email = EmailField(_l("Sähköposti"))
    website = URLField(_l("Verkkosivu"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.targets.choices = [(code, str(label)) for code, label in TARGETS.items()]
        self.themes.choices = [(code, str(label)) for code, label in THEMES.items()]
        self.languages.choices = [(code, str(label)) for code, label in LANGUAGES.items()]

    def suggest(self, organisation: Organisation, profile: Profile | None, tags: frozenset[str]) -> None:
        """Fill an empty form with what is published now."""
        self.about_fi.data, self.district.data = organisation.description, organisation.district
        for field, kind in ((self.targets, "target"), (self.themes, "theme"), (self.languages, "language")):
            field.data = [code for code, _label in field.choices if f"{kind}:{code}" in tags]
        if profile is not None:
            for name in (
                "about_sv",
                "about_en",
                "accessibility",
                "contact_name",
                "contact_phone",
                "contact_email",
                "website",
            ):
                self[name].data = getattr(profile, name)

    def text(self) -> ProfileText:
        """Return what a valid form says."""
        return ProfileText(
            about_fi=self.about_fi.data or "",
            about_sv=self.about_sv.data or "",
            about_en=self.about_en.data or "",
            accessibility=self.accessibility.data or "",
            district=self.district.data or "",
            website=self.website.data or "",
            contact_name=self.contact_name.data or "",
            contact_email=self.contact_email.data or "",
            contact_phone=self.contact_phone.data or "",
            themes=frozenset(self.themes.data or ()),
            targets=frozenset(self.targets.data or ()),
            languages=frozenset(self.languages.data or ()),
        )


class ExchangeForm(BaseForm):
    """One line of what is offered or looked for."""

    side = RadioField(_l("Tarjotaanko vai etsitäänkö"), [Required()])
    kind = ChoiceField(_l("Mitä se koskee"), [Required()])
    words = TextAreaField(_l("Mitä tarjotaan tai etsitään"), [Required()])
    last_day = LocalDateField(_l("Näytetään tähän päivään asti"), [Optional()])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.side.choices = [("offers", _("tarjoamme")), ("seeks", _("etsimme"))]
        self.kind.choices = [("", _("valitse")), *((code, str(label)) for code, label in EXCHANGES.items())]

    def suggest(self, line: Exchange | None, today: Any) -> None:
        """Fill an empty form with a line, or with nothing but the usual last day."""
        if line is None:
            self.last_day.data = exchanges.default_last_day(today)
            return
        self.side.data, self.kind.data, self.words.data = line.side, line.kind, line.words
        self.last_day.data = last_day_of(line)

    def line(self) -> Line:
        """Return what a valid form says."""
        return Line(self.side.data or "", self.kind.data, self.words.data or "", self.last_day.data)


class OffersForm(QueryForm):
    """Which lines are shown. What cannot be read finds nothing."""

    side = ChoiceField(_l("Tarjotaan vai etsitään"))
    kind = ChoiceField(_l("Mitä"))
    district = ChoiceField(_l("Kaupunginosa"))

    def __init__(self, districts: list[str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        everything = ("", _("kaikki"))
        self.side.choices = [everything, *((code, str(label)) for code, label in SIDES.items())]
        self.kind.choices = [everything, *((code, str(label)) for code, label in EXCHANGES.items())]
        self.district.choices = [everything, *((each, each) for each in districts)]
