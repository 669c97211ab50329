"""The base of every form and the fields that read dates, times and numbers the way people write them.

A form checks shape only: that a date is a date. What a room or an owner allows is decided by services.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field as WTField
from wtforms import Form, IntegerField, PasswordField, SelectField, StringField
from wtforms.fields import DateField, TimeField
from wtforms.validators import StopValidation

from booking.timetable.zone import FIRST_YEAR, LAST_YEAR, UnreadableTime, parse_date

# WTForms' own messages, in this service's words: "what to do" and not "what is invalid".
WORDING: Mapping[str, Any] = {
    "This field is required.": lazy_gettext("Täytä tämä kohta."),
    "Not a valid choice.": lazy_gettext("Valitse jokin vaihtoehdoista."),
    "Not a valid choice": lazy_gettext("Valitse jokin vaihtoehdoista."),
    "Invalid Choice: could not coerce.": lazy_gettext("Valitse jokin vaihtoehdoista."),
    "Invalid choice(s): one or more data inputs could not be coerced.": lazy_gettext(
        "Valitse vain annetuista vaihtoehdoista."
    ),
    "'%(value)s' is not a valid choice for this field.": lazy_gettext(
        "Valitse vain annetuista vaihtoehdoista."
    ),
    "'%(value)s' are not valid choices for this field.": lazy_gettext(
        "Valitse vain annetuista vaihtoehdoista."
    ),
    "Invalid email address.": lazy_gettext("Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi."),
    "Number must be at least %(min)s.": lazy_gettext("Luvun pitää olla vähintään %(min)s."),
    "Number must be at most %(max)s.": lazy_gettext("Luvun pitää olla enintään %(max)s."),
    "Number must be between %(min)s and %(max)s.": lazy_gettext("Luvun pitää olla %(min)s–%(max)s."),
    "Field must be at least %(min)d character long.": lazy_gettext("Kirjoita vähintään %(min)d merkkiä."),
    "Field must be at least %(min)d characters long.": lazy_gettext("Kirjoita vähintään %(min)d merkkiä."),
    "Field cannot be longer than %(max)d character.": lazy_gettext(
        "Lyhennä teksti enintään %(max)d merkkiin."
    ),
    "Field cannot be longer than %(max)d characters.": lazy_gettext(
        "Lyhennä teksti enintään %(max)d merkkiin."
    ),
    "Field must be between %(min)d and %(max)d characters long.": lazy_gettext(
        "Kirjoita %(min)d–%(max)d merkkiä."
    ),
    "The CSRF token is missing.": lazy_gettext("Sivu on vanhentunut. Lähetä lomake uudelleen."),
    "The CSRF token is invalid.": lazy_gettext("Sivu on vanhentunut. Lähetä lomake uudelleen."),
    "The CSRF session token is missing.": lazy_gettext("Sivu on vanhentunut. Lähetä lomake uudelleen."),
}

LARGEST_NUMBER = 999_999_999  # fits a 32-bit column

_UNWANTED = {code: None for code in (*range(32), 127, 0xFEFF) if chr(code) not in "\n\t"}
_DATE = re.compile(r"([0-9]{1,2})\.\s*([0-9]{1,2})\.\s*([0-9]{4})")
_ISO_DATE = re.compile(r"([0-9]{4})-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"([0-9]{1,2})(?:[.:]([0-9]{2})(?:[.:]00)?)?|([0-9]{2})([0-9]{2})")
_WEEKDAY_OR_KLO = re.compile(r"^(?:[^\W\d_]{2,3}\.?\s+)?", re.UNICODE)
_EUROS = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,2}))?")
_GAPS = re.compile(r"[\s\u00a0\u202f]+")


class _Wording:
    """What WTForms asks for its texts; the language is that of the request."""

    def gettext(self, text: str) -> str:
        return str(WORDING.get(text, text))

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)


_WORDING = _Wording()


def clean_text(value: object) -> object:
    """Return a text without outer spaces and control characters, in one Unicode form; else the value itself.

    A zero byte, which PostgreSQL cannot store, and look-alike spellings of one word end here.
    """
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED)
    return unicodedata.normalize("NFC", text).strip()


class _Meta(FlaskForm.Meta):
    def bind_field(self, form: Form, unbound_field: Any, options: dict[str, Any]) -> WTField:
        """Have every field's text cleaned, except a password: its spaces may be meant."""
        if not issubclass(unbound_field.field_class, PasswordField):
            filters = [clean_text, *unbound_field.kwargs.get("filters", ())]
            options = {**options, "filters": filters}
        return unbound_field.bind(form=form, **options)

    def get_translations(self, form: Form) -> _Wording:
        return _WORDING


class BaseForm(FlaskForm):
    """A form that is posted. It carries a CSRF token and cleans what is typed."""

    Meta = _Meta
    form_errors: Sequence[str]

    def add_error(self, field: str, sentence: str) -> None:
        """Show a sentence at a field; at the head of the form when it has no such field."""
        if field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, sentence]
        else:
            self.form_errors = [*self.form_errors, sentence]


class QueryForm(BaseForm):
    """A form in an address (GET). It reads the query and has no token: it changes nothing."""

    class Meta(_Meta):
        csrf = False

    def __init__(self, formdata: MultiDict[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(formdata=request.args if formdata is None else formdata, **kwargs)


class Required:
    """The field must be filled in. Unlike WTForms' own, it keeps the sentence about a bad shape."""

    field_flags: Mapping[str, bool] = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message

    def __call__(self, form: Form, field: WTField) -> None:
        """Stop the other validators when there is nothing to look at."""
        if field.errors:
            raise StopValidation()
        if field.data is None or field.data in ("", False, []):
            raise StopValidation(str(self.message) if self.message else _("Täytä tämä kohta."))


class Optional:
    """The field may be empty; then nothing else is asked of it."""

    field_flags: Mapping[str, bool] = {"optional": True}

    def __call__(self, form: Form, field: WTField) -> None:
        """Stop quietly at an empty field, loudly (its own sentence stays) at a misshapen one."""
        if field.errors or field.data is None or field.data in ("", []):
            raise StopValidation()


class _ShownAsTyped:
    """Shows an unreadable text as it was typed: a browser's own control for dates would drop it."""

    def __call__(self: Any, **attributes: Any) -> Any:
        """Return the control's HTML."""
        if self.data is None and self._value():
            attributes["type"] = "text"
        return WTField.__call__(self, **attributes)


class LocalDateField(_ShownAsTyped, DateField):
    """A date. Reads `2027-01-12` (what browsers send) and `12.1.2027`, with a weekday before it or not."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Set `data`, or raise ValueError with the sentence to show."""
        self.data = None
        text = _first(valuelist)
        if text:
            self.data = read_date(text)

    def _value(self) -> str:
        if self.data is not None:
            return str(self.data.isoformat())
        return _first(self.raw_data or [])


class LocalTimeField(_ShownAsTyped, TimeField):
    """A time of day. Reads `18:00` (what browsers send), `18.00`, `1800` and `18`; `24` is midnight."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Set `data`, or raise ValueError with the sentence to show."""
        self.data = None
        text = _first(valuelist)
        if text:
            self.data = read_time(text)

    def _value(self) -> str:
        if self.data is not None:
            return str(self.data.strftime("%H:%M"))
        return _first(self.raw_data or [])


class NumberField(_ShownAsTyped, IntegerField):
    """A whole number. Reads `1200` and `1 200`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Set `data`, or raise ValueError with the sentence to show."""
        self.data = None
        text = _GAPS.sub("", _first(valuelist))
        if not text:
            return
        if not re.fullmatch(r"-?[0-9]+", text):
            raise ValueError(_("Kirjoita luku numeroin, esimerkiksi 12."))
        if len(text) > len(str(LARGEST_NUMBER)):
            raise ValueError(_("Luku on liian suuri."))
        self.data = int(text)


class EurosField(StringField):
    """An amount of money; `data` is cents. Reads `12`, `12,50`, `12.5`, `1 200 €`; shown as it was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Set `data`, or raise ValueError with the sentence to show."""
        self.data = None
        text = _GAPS.sub("", _first(valuelist)).removesuffix("€")
        if not text:
            return
        found = _EUROS.fullmatch(text)
        if not found:
            raise ValueError(_("Kirjoita hinta euroina, esimerkiksi 12 tai 12,50."))
        if len(found[1]) > 6:
            raise ValueError(_("Luku on liian suuri."))
        self.data = int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))

    def _value(self) -> str:
        if self.raw_data:
            return _first(self.raw_data)
        if self.data is None:
            return ""
        whole, cents = divmod(self.data, 100)
        return f"{whole},{cents:02d}" if cents else str(whole)


class ChoiceField(SelectField):
    """One of given choices. What was not sent is "", the choice that reads "kaikki" where there is one."""

    def process_data(self, value: Any) -> None:
        """Set `data` from a default."""
        super().process_data("" if value is None else value)


def read_date(text: str) -> date:
    """Return the date a person wrote. ValueError carries the sentence to show."""
    wanted = _WEEKDAY_OR_KLO.sub("", _tidy(text))
    if found := _DATE.fullmatch(wanted):
        day, month, year = map(int, found.groups())
        wanted = f"{year:04}-{month:02}-{day:02}"
    if found := _ISO_DATE.fullmatch(wanted):
        year = int(found[1])
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValueError(
                _("Vuoden pitää olla %(first)s–%(last)s.", first=str(FIRST_YEAR), last=str(LAST_YEAR))
            )
    try:
        return parse_date(wanted)
    except UnreadableTime:
        if found:
            raise ValueError(_("Päivää %(text)s ei ole kalenterissa.", text=text.strip()[:20])) from None
        raise ValueError(_("Kirjoita päivä muodossa 12.1.2027.")) from None


def read_time(text: str) -> time:
    """Return the time of day a person wrote; 24 is midnight. ValueError carries the sentence to show."""
    found = _TIME.fullmatch(_WEEKDAY_OR_KLO.sub("", _tidy(text)))
    if not found:
        raise ValueError(_("Kirjoita kellonaika muodossa 18.00."))
    hour, minute = int(found[1] or found[3]), int(found[2] or found[4] or 0)
    if (hour, minute) == (24, 0):
        return time(0, 0)
    if hour > 23 or minute > 59:
        raise ValueError(_("Kellonaikaa %(text)s ei ole.", text=text.strip()[:20]))
    return time(hour, minute)


def _first(values: Sequence[str]) -> str:
    return str(clean_text(values[0])) if values else ""


def _tidy(text: str) -> str:
    return _GAPS.sub(" ", text).strip().lower()
