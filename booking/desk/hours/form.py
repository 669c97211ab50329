"""The form of a room's hours: one text a weekday, as many seasons and dates as there are."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, RadioField, StringField
from wtforms.validators import ValidationError

from booking.availability.weekday_words import WEEKDAYS
from booking.desk.hours.typed import CLOSED_ON_HOLIDAYS, DAYS, OPEN_ON_HOLIDAYS, Typed, TypedDates
from booking.rooms.written_hours import UnreadableHours, read_day
from booking.timetable.openings import OpeningException, OpeningHours, Weekly
from booking.web.forms import BaseForm, LocalDateField, Optional
from booking.web.sentences import register_sentences, sentence

MOST_EXCEPTIONS: Final = 1000
LONGEST_RUN: Final = 366  # days that one line of dates may stand for
_ONE_DAY: Final = timedelta(days=1)
_Season = tuple[date | None, date | None]

register_sentences(
    {
        "hours_unreadable": _l("Kirjoita ajat muodossa 10–14, 16–20. Tekstiä ”%(part)s” ei voi lukea."),
        "hours_no_such_time": _l("Kellonaikaa %(part)s ei ole. Kirjoita esimerkiksi 10 tai 10.30."),
        "hours_overlap": _l("Ajat menevät päällekkäin: %(part)s. Kirjoita ne yhtenä tai korjaa toinen."),
        "hours_overnight_overlap": _l(
            "%(part)s jatkuu yön yli seuraavaan päivään, koska se päättyy ennen kuin alkaa, "
            "ja menee päällekkäin toisen ajan kanssa. Tarkista kellonajat."
        ),
        "hours_too_many": _l("Yhdelle päivälle voi kirjoittaa enintään %(part)s aikaa."),
    }
)


class HoursField(StringField):
    """A day's hours. `data` is what was typed; `hours` is read from it."""

    hours: tuple[tuple[int, int], ...] | None = None

    def pre_validate(self, form: BaseForm) -> None:
        """Read the text. ValidationError carries the sentence to show."""
        try:
            self.hours = read_day(self.data or "")
        except UnreadableHours as error:
            raise ValidationError(sentence(error.code, {"part": error.part})) from None


class HoursForm(BaseForm):
    """The fields that are always there; the rest are made for what was typed by `form_of`."""

    holidays = RadioField(_l("Pyhäpäivinä tila on"))
    seen = HiddenField()

    def __init__(self, typed: Typed, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.typed = typed
        self.holidays.choices = [
            (CLOSED_ON_HOLIDAYS, _("suljettu")),
            (OPEN_ON_HOLIDAYS, _("auki niin kuin muinakin päivinä")),
        ]

    def day(self, name: str) -> tuple[tuple[int, int], ...]:
        """Return the hours of one field, none of one that cannot be read."""
        return self[name].hours or ()

    def hours(self, kept: tuple[OpeningException, ...]) -> OpeningHours | None:
        """Return the hours with exceptions that are over; None, with every error there is, of a wrong form.

        `validate` has been called: what it found is named together with what is found here.
        """
        weekly = [*self._weekly("week", (None, None))]
        seasons = [self._season(n) for n in range(len(self.typed.seasons))]
        for number, season in enumerate(seasons):
            weekly += self._weekly(f"season-{number}", season)
            self._refuse_meeting(number, seasons[:number], season)
        exceptions = self._exceptions()
        if self.errors:
            return None
        on_holidays = self.holidays.data == OPEN_ON_HOLIDAYS
        return OpeningHours(tuple(weekly), (*kept, *exceptions), on_holidays)

    def _weekly(self, prefix: str, season: _Season) -> Iterator[Weekly]:
        for day in DAYS:
            for opens, closes in self.day(f"{prefix}-{day}"):
                yield Weekly(day, opens, closes, *season)

    def _season(self, number: int) -> _Season:
        name = f"season-{number}-first"
        first, last = self[name].data, self[f"season-{number}-last"].data
        unreadable = self[name].errors or self[f"season-{number}-last"].errors
        if unreadable:
            first, last = None, None  # meets no other season
        elif first is None and last is None:
            self.add_error(name, _("Kirjoita kauden ensimmäinen ja viimeinen päivä."))
        elif first and last and last < first:
            self.add_error(f"season-{number}-last", _("Kauden viimeinen päivä on ennen ensimmäistä."))
            return None, None
        days = [f"season-{number}-{day}" for day in DAYS]
        if not any(self.day(name) or self[name].errors for name in days):
            self.add_error(
                f"season-{number}-0",
                _(
                    "Kaudella pitää olla ainakin yksi aukiolo. "
                    "Jos tila on koko ajan kiinni, kirjoita päivät poikkeuksiin."
                ),
            )
        return first, last

    def _refuse_meeting(self, number: int, others: list[_Season], season: _Season) -> None:
        for other, (first, last) in enumerate(others, start=1):
            starts, ends = season[0] or date.min, season[1] or date.max
            if season != (None, None) and starts <= (last or date.max) and (first or date.min) <= ends:
                words = _("Kausi menee päällekkäin kauden %(number)s kanssa. Muuta päiviä.", number=other)
                self.add_error(f"season-{number}-first", words)
                return

    def _exceptions(self) -> list[OpeningException]:
        found: dict[date, OpeningException] = {}
        for number, line in enumerate(self.typed.dates):
            if line.is_empty:
                continue
            for on in self._days(number, line):
                if on in found:
                    words = _("Sama päivä on kahdella rivillä. Kirjoita sen ajat yhdelle riville.")
                    self.add_error(f"date-{number}-first", words)
                    break
                if len(found) >= MOST_EXCEPTIONS:
                    self.add_error(f"date-{number}-first", _("Poikkeuksia on liikaa. Käytä kautta."))
                    return []
                found[on] = OpeningException(on, self.day(f"date-{number}-hours"))
        return [found[on] for on in sorted(found)]

    def _days(self, number: int, line: TypedDates) -> Iterator[date]:
        first, last = self[f"date-{number}-first"].data, self[f"date-{number}-last"].data
        if first is None:
            if not line.first:
                self.add_error(f"date-{number}-first", _("Kirjoita päivä, jota ajat koskevat."))
            return
        last = last or first
        if last < first or last - first >= LONGEST_RUN * _ONE_DAY:
            words = _("Viimeisen päivän pitää olla ensimmäisen jälkeen, enintään vuoden päässä.")
            self.add_error(f"date-{number}-last", words)
            return
        for number_of_days in range((last - first).days + 1):
            yield first + number_of_days * _ONE_DAY


def form_of(typed: Typed, *, token: str | None = None, seen: str = "") -> HoursForm:
    """Return the form filled in with texts; `token` and `seen` are what was posted with them."""
    kind: type[HoursForm] = type("HoursFormAsTyped", (HoursForm,), dict(_fields(typed)))
    sent = MultiDict([*typed.fields(), ("seen", seen), *([("csrf_token", token)] if token else [])])
    return kind(typed, formdata=sent)


def _fields(typed: Typed) -> Iterator[tuple[str, Any]]:
    for day in DAYS:
        yield f"week-{day}", HoursField(WEEKDAYS[day])
    for n in range(len(typed.seasons)):
        yield f"season-{n}-first", LocalDateField(_("Kauden %(n)s ensimmäinen päivä", n=n + 1), [Optional()])
        yield f"season-{n}-last", LocalDateField(_("Kauden %(n)s viimeinen päivä", n=n + 1), [Optional()])
        for day in DAYS:
            words = _("Kausi %(n)s, %(weekday)s", n=n + 1, weekday=WEEKDAYS[day])
            yield f"season-{n}-{day}", HoursField(words)
    for n in range(len(typed.dates)):
        yield f"date-{n}-first", LocalDateField(_("Poikkeus %(n)s, päivä", n=n + 1), [Optional()])
        yield f"date-{n}-last", LocalDateField(_("Poikkeus %(n)s, viimeinen päivä", n=n + 1), [Optional()])
        yield f"date-{n}-hours", HoursField(_("Poikkeus %(n)s, ajat", n=n + 1))
