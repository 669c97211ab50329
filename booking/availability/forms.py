"""The search as a form in the address."""

from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectMultipleField
from wtforms.validators import NumberRange

from booking.clock import zone
from booking.i18n import language
from booking.rooms.catalogue import catalogue
from booking.rooms.choices import district_choices, feature_choices, kind_choices, owner_choices
from booking.rooms.facts import Filter
from booking.timetable.interval import Interval
from booking.timetable.zone import to_wall
from booking.web.forms import ChoiceField, LocalDateField, LocalTimeField, NumberField, QueryForm, Required
from booking.web.wish import use_of

MOST_PEOPLE = 100_000
PEOPLE_AT_FIRST = 10
LENGTH_AT_FIRST = timedelta(hours=2)
LATEST_START_AT_FIRST = 20  # later than this one looks for tomorrow


class SearchForm(QueryForm):
    """Shape only: what a room takes, the room's rules say."""

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

    def use(self) -> Interval:
        """Return the wished use of a valid form. Raises RuleViolation for a time that cannot be."""
        on, start, end = self.date.data, self.start.data, self.end.data
        if on is None or start is None or end is None:
            raise ValueError("use() is asked of a valid form")
        return use_of(on, start, end, zone())

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
