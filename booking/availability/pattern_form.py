"""How a series repeats, as fields of a form: of one in an address and of one that is posted alike."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Final, cast

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange
from wtforms.widgets import TextArea

from booking.availability.patterns import violation_of
from booking.availability.weekday_words import WEEKDAYS, day_of_month
from booking.errors import Violation
from booking.timetable.pattern import Frequency, MonthlyBy, Pattern, PatternError
from booking.web.forms import (
    BaseForm,
    ChoiceField,
    LocalDateField,
    NumberField,
    Optional,
    clean_text,
    read_date,
)
from booking.web.sentences import sentence, sentence_for

ONCE: Final = ""
REPEATS: Final = {
    ONCE: _l("kerran"),
    "daily": _l("joka päivä"),
    "weekly": _l("joka viikko"),
    "monthly_day": _l("joka kuukausi, sama päivä"),
    "monthly_weekday": _l("joka kuukausi, sama viikonpäivä"),
    "monthly_last_weekday": _l("joka kuukausi, viimeinen viikonpäivä"),
    "dates": _l("luetelluina päivinä"),
}
LONGEST_STEP: Final = 1000
MOST_TIMES: Final = 1000

_MONTHLY: Final = "monthly"
_SPACED_DATE = re.compile(r"(?<=[0-9]\.)\s+(?=[0-9])")  # "12. 1. 2027" is one date
_BETWEEN = re.compile(r"[\s,;]+")
_WORD = re.compile(r"[^\W\d_]{2,3}\.?")  # a weekday before a date, "ja" between two


class RepeatField(ChoiceField):
    """Once, or how often. Reads the API's `monthly` with its `by` too.

    `first` tells the first date where it is known: the monthly choices are worded by it.
    """

    data: Any
    first: Callable[[], date | None] | None = None

    def iter_choices(self) -> Iterator[Any]:
        """Yield the choices as they are shown."""
        first = self.first() if self.first is not None else None
        for choice in super().iter_choices():
            frequency, _underscore, by = str(choice.value).partition("_")
            if first is not None and frequency == _MONTHLY:
                choice = choice._replace(label=day_of_month(cast(MonthlyBy, by), first))
            yield choice

    def process(self, formdata: Any, *args: Any, **kwargs: Any) -> None:
        """Set `data` from the form's `repeat`."""
        super().process(formdata, *args, **kwargs)
        if self.data == _MONTHLY:
            by = formdata.getlist("by") if formdata else []
            self.data = f"{_MONTHLY}_{by[0] if by else 'day'}"


class DatesField(StringField):
    """Dates, separated by commas, spaces or lines, as people or browsers write them; `data` is a tuple."""

    data: tuple[date, ...]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Set `data`, or raise ValueError with the sentence to show."""
        self.data = ()
        text = _SPACED_DATE.sub("", " ".join(str(clean_text(value)) for value in valuelist))
        words = [word for word in _BETWEEN.split(text) if word and not _WORD.fullmatch(word)]
        self.data = tuple(sorted({read_date(word) for word in words}))

    def _value(self) -> str:
        if self.data:
            return ", ".join(_finnish(each) for each in self.data)
        return " ".join(str(value) for value in self.raw_data or [])


class PatternFields(BaseForm):
    """Mixed into a form whose `date`, `start` and `end` are the first use's."""

    repeat = RepeatField(_l("Toistuu"), choices=[SelectChoice(*each) for each in REPEATS.items()])
    until = LocalDateField(_l("Viimeinen päivä"), [Optional()])
    count = NumberField(_l("Montako kertaa"), [Optional(), NumberRange(1, MOST_TIMES)])
    interval = NumberField(_l("Kuinka monen välein"), [Optional(), NumberRange(1, LONGEST_STEP)])
    weekday = SelectMultipleField(
        _l("Viikonpäivät"), coerce=int, choices=[SelectChoice(*each) for each in enumerate(WEEKDAYS)]
    )
    dates = DatesField(_l("Muut päivät"), [Optional()], widget=TextArea())
    skip = DatesField(_l("Ei näinä päivinä"), [Optional()])
    skip_holidays = BooleanField(_l("Ei pyhäpäivinä"))
    skip_school_breaks = BooleanField(_l("Ei koulujen loma-aikoina"))

    _pattern: Pattern | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.repeat.first = lambda: self["date"].data if "date" in self else None

    def validate(self, extra_validators: Any = None) -> bool:
        """Look at the pattern too; what cannot be is told beside its field."""
        valid = super().validate(extra_validators)
        self._pattern = self._read() if self.repeat.data != ONCE else None
        if self.repeat.data == ONCE:
            self._refuse_end_of_none()
        return bool(valid and not self.errors)

    def pattern(self) -> Pattern | None:
        """Return the pattern of a form that `validate` has looked at; None: once, or it cannot be read."""
        return self._pattern

    def prefill(self, pattern: Pattern | None) -> None:
        """Put a pattern in; None means once."""
        if pattern is None:
            self.repeat.data = ONCE
            return
        monthly = pattern.frequency == _MONTHLY
        self.repeat.data = f"{_MONTHLY}_{pattern.monthly_by}" if monthly else pattern.frequency
        self.interval.data = pattern.interval if pattern.interval != 1 else None
        self.until.data, self.count.data = pattern.until, pattern.count
        self.weekday.data = sorted(pattern.weekdays)
        self.dates.data, self.skip.data = pattern.dates, tuple(sorted(pattern.skip))
        self.skip_holidays.data = pattern.skip_holidays
        self.skip_school_breaks.data = pattern.skip_school_breaks

    def show_violations(self, violations: Iterable[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to."""
        for broken in violations:
            self.add_error(broken.field, sentence_for(broken))

    @property
    def refined(self) -> bool:
        """Whether anything is said beyond how often and until when: then a page shows those fields open."""
        return any(field.data or field.errors for field in self._fine_fields())

    def _fine_fields(self) -> Sequence[Any]:
        names = ("count", "interval", "weekday", "dates", "skip", "skip_holidays", "skip_school_breaks")
        return [self[name] for name in names]

    def _refuse_end_of_none(self) -> None:
        """Refuse a last date, or a number of times, of what does not repeat: it was meant to."""
        for field, code in ((self.until, "until_of_none"), (self.count, "count_of_none")):
            if field.data is not None and not field.errors and not self.repeat.errors:
                self.add_error("repeat", sentence(code))

    def _read(self) -> Pattern | None:
        fields: tuple[Any, ...] = (self.repeat, self.until, *self._fine_fields())
        if any(field.errors for field in fields):
            return None
        frequency, _underscore, by = self.repeat.data.partition("_")
        if frequency == "dates" and (self.until.data or self.count.data):
            wrong = self.until if self.until.data else self.count
            self.add_error(wrong.name, sentence("not_of_frequency"))
            return None
        if frequency != "dates" and bool(self.until.data) == bool(self.count.data):
            self.add_error("until", sentence("two_ends" if self.until.data else "no_end"))
            return None
        try:
            return Pattern(
                cast(Frequency, frequency),
                interval=self.interval.data or 1,
                until=self.until.data,
                count=self.count.data,
                weekdays=frozenset(self.weekday.data or ()),
                monthly_by=cast(MonthlyBy, by or "day"),
                dates=self.dates.data or (),
                skip=frozenset(self.skip.data or ()),
                skip_holidays=bool(self.skip_holidays.data),
                skip_school_breaks=bool(self.skip_school_breaks.data),
            )
        except PatternError as error:
            self.show_violations([violation_of(error)])
            return None


def _finnish(on: date) -> str:
    return f"{on.day}.{on.month}.{on.year}"
