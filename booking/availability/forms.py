"""The search as a form in the address."""

from datetime import date, datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import NumberRange

from booking.availability.pattern_form import ONCE, PatternFields
from booking.clock import zone
from booking.i18n import language
from booking.rooms.catalogue import catalogue
from booking.rooms.choices import district_choices, feature_choices, kind_choices, owner_choices
from booking.rooms.facts import Filter
from booking.timetable.interval import Interval
from booking.timetable.seasons import season_of
from booking.timetable.zone import to_wall
from booking.web.forms import ChoiceField, LocalDateField, LocalTimeField, NumberField, QueryForm, Required
from booking.web.wish import use_of

MOST_PEOPLE = 100_000
PEOPLE_AT_FIRST = 10
LENGTH_AT_FIRST = timedelta(hours=2)
SHORTEST_SERIES = timedelta(weeks=4)  # that is suggested
LATEST_START_AT_FIRST = 20  # later than this one looks for tomorrow


class SearchForm(PatternFields, QueryForm):
    """Shape only: what a room takes, the room's rules say. With a pattern the time is the first date's."""

    people = NumberField(_l("Henkilöitä"), [Required(), NumberRange(1, MOST_PEOPLE)])
    date = LocalDateField(_l("Päivä"), [Required()])
    start = LocalTimeField(_l("Alkaa klo"), [Required()])
    end = LocalTimeField(_l("Päättyy klo"), [Required()])
    kind = ChoiceField(_l("Millainen tila"))
    district = ChoiceField(_l("Kaupunginosa"))
    owner = ChoiceField(_l("Omistaja"))
    feature = SelectMultipleField(_l("Tilassa pitää olla"))
    mine = BooleanField(_l("Vain tilat, jotka voin varata"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        rooms = catalogue()
        self._stamp = rooms.stamp
        self.kind.choices = kind_choices()
        self.district.choices = district_choices(rooms)
        self.owner.choices = owner_choices(rooms)
        self.feature.choices = feature_choices()

    @property
    def narrowing_key(self) -> tuple[Any, ...] | None:
        """What the part of the form that narrows down is drawn from; None when it has something to say."""
        parts = (self.kind, self.district, self.owner, self.feature, self.mine)
        if self._stamp == 0 or any(part.errors for part in parts):
            return None
        chosen = tuple(sorted(self.feature.data or ()))
        one = (self.kind.data, self.district.data, self.owner.data, bool(self.mine.data))
        return ("narrowing", language(), self._stamp, one, chosen)

    @property
    def ends_inline(self) -> bool:
        """Whether the last date stands in the sentence; else it is one of the rare fields."""
        return self.repeat.data not in (ONCE, "dates")

    @property
    def until_says(self) -> bool:
        """Whether the last date, which is not asked for, was filled in."""
        return bool(self.until.data or self.until.errors)

    @property
    def series_key(self) -> tuple[Any, ...] | None:
        """What the rare fields of a series are drawn from; None when they have something to say."""
        silent = not self.refined and (self.ends_inline or not self.until_says)
        return ("series", language(), self.ends_inline) if silent else None

    def use(self) -> Interval:
        """Return the wished use of a valid form. Raises RuleViolation for a time that cannot be."""
        on, start, end = self.date.data, self.start.data, self.end.data
        if on is None or start is None or end is None:
            raise ValueError("use() is asked of a valid form")
        return use_of(on, start, end, zone())

    def _refuse_end_of_none(self) -> None:
        """Take back the last date that was only suggested before somebody chose not to repeat."""
        if self.date.data and self.until.data == _end_of_season(self.date.data):
            self.until.data = None
        super()._refuse_end_of_none()

    def filter(self) -> Filter:
        """Return which rooms are meant."""
        return Filter(
            people=self.people.data or 0,
            kind=self.kind.data,
            district=self.district.data,
            owner=self.owner.data,
            features=frozenset(self.feature.data or ()),
            bookable_by_me=bool(self.mine.data),
        )

    def narrowing(self) -> dict[str, Any]:
        """Return which rooms are meant as the query of an address, without what is not asked for."""
        names = ("kind", "district", "owner", "feature", "mine")
        return {name: self[name].data for name in names if self[name].data}

    def suggest(self, now: datetime) -> None:
        """Fill what is empty with what a first visitor might mean: two hours today, or tomorrow evening."""
        wall = to_wall(now, zone()) + timedelta(hours=2, minutes=59)
        tomorrow = wall.hour > LATEST_START_AT_FIRST or wall.date() > to_wall(now, zone()).date()
        start = time(18) if tomorrow else time(wall.hour)
        on = to_wall(now, zone()).date() + timedelta(days=1 if tomorrow else 0)
        end = (datetime.combine(on, start) + LENGTH_AT_FIRST).time()
        suggestions = (("people", PEOPLE_AT_FIRST), ("date", on), ("start", start), ("end", end))
        for name, value in suggestions:
            if self[name].data is None and not self[name].raw_data:
                self[name].data = value
        if self.ends_inline and not any((*(self.count.raw_data or ()), *(self.until.raw_data or ()))):
            self.until.data = _end_of_season(self.date.data or on)


def _end_of_season(first: date) -> date:
    """Return the last day of the season a series begins in, or of the next when that is about to end."""
    last = season_of(first).last
    return last if last - first >= SHORTEST_SERIES else season_of(last + timedelta(days=1)).last
