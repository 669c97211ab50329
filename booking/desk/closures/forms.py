"""The forms of a closure: when, where, what it is called; and what to do about what it hits."""

import datetime as dt
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectMultipleField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from booking.availability.pattern_form import PatternFields
from booking.desk.closures.models import Closure
from booking.desk.closures.plans import Plan
from booking.desk.closures.service import TITLE_LENGTH, Wanted
from booking.occupancy.models import CLOSURE, OWN_USE
from booking.rooms.choices import room_choices
from booking.rooms.facts import RoomFacts
from booking.timetable.interval import Interval
from booking.web.forms import LocalDateField, LocalTimeField, Optional, Required

_DAY = timedelta(days=1)


class ClosureForm(PatternFields):
    """Shape only. `rooms` are chosen by their addresses' names."""

    kind = RadioField(
        _l("Mistä on kyse"),
        choices=[SelectChoice(CLOSURE, _l("tila on suljettu")), SelectChoice(OWN_USE, _l("oma käyttö"))],
        default=CLOSURE,
    )
    title = StringField(
        _l("Nimi"),
        [Required(_l("Kirjoita, mistä on kyse, esimerkiksi Lattian hionta.")), Length(max=TITLE_LENGTH)],
    )
    is_public = BooleanField(_l("Nimi näkyy kaikille"))
    rooms = SelectMultipleField(_l("Tilat"))
    date = LocalDateField(_l("Ensimmäinen päivä"), [Required()])
    last_day = LocalDateField(_l("Viimeinen päivä, jos kestää yli päivän"), [Optional()])
    all_day = BooleanField(_l("Koko päivän"), default=True)
    start = LocalTimeField(_l("Alkaa klo"), [Optional()])
    end = LocalTimeField(_l("Päättyy klo"), [Optional()])

    def __init__(self, rooms: Sequence[RoomFacts], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.until.label.text = str(_l("Toiston viimeinen päivä"))  # besides the last day of each time
        self._rooms = {room.slug: room.id for room in rooms}
        self.rooms.choices = room_choices(rooms)

    def begin_with(self, slug: str, today: dt.date) -> None:
        """Fill an empty form: this room, if there is one of the name, from today."""
        self.rooms.data = [slug] if slug in self._rooms else []
        self.date.data = today

    def begin_as(self, closure: Closure, only: Interval | None = None) -> None:
        """Fill an empty form with a closure; with `only` one stretch of it, wall clock included."""
        block, plan = closure.block, Plan.of(closure.plan)
        if only is not None:
            plan = Plan.of_span(only)
        self.kind.data, self.title.data, self.is_public.data = block.kind, block.title, block.is_public
        self.rooms.data = [room.slug for room in closure.rooms]
        self.date.data, self.all_day.data = plan.start.date(), plan.is_all_day
        overnight = not plan.is_all_day and plan.last_day - plan.start.date() <= _DAY
        if plan.last_day != plan.start.date() and not (overnight and plan.end.time() <= plan.start.time()):
            self.last_day.data = plan.last_day if plan.is_all_day else plan.end.date()
        if not plan.is_all_day:
            self.start.data, self.end.data = plan.start.time(), plan.end.time()
        self.prefill(plan.pattern)

    def validate(self, extra_validators: Any = None) -> bool:
        """Look also whether the hours are there where they are needed, and a room."""
        valid = super().validate(extra_validators)
        if not self.all_day.data:
            for field in (self.start, self.end):
                if field.data is None and not field.errors:
                    self.add_error(field.name, str(_l("Kirjoita kellonaika tai valitse koko päivä.")))
        if not self.rooms.data and not self.rooms.errors:
            self.add_error("rooms", str(_l("Valitse ainakin yksi tila.")))
        first, last = self.date.data, self.last_day.data
        if first is not None and last is not None and last < first:
            self.add_error("last_day", str(_l("Viimeinen päivä on ennen ensimmäistä.")))
        return bool(valid and not self.errors)

    def wanted(self) -> Wanted:
        """Return what a form that `validate` has let through asks for."""
        chosen: Iterable[str] = self.rooms.data or ()
        return Wanted(
            kind=self.kind.data or "",
            title=self.title.data or "",
            is_public=bool(self.is_public.data),
            room_ids=tuple(sorted(self._rooms[slug] for slug in chosen)),
            plan=self._plan(),
        )

    def _plan(self) -> Plan:
        first: Any = self.date.data
        last: Any = self.last_day.data
        begins: Any = self.start.data
        ends: Any = self.end.data
        if self.all_day.data:
            return Plan(
                datetime.combine(first, time.min),
                datetime.combine((last or first) + _DAY, time.min),
                self.pattern(),
            )
        start, end = datetime.combine(first, begins), datetime.combine(last or first, ends)
        if end <= start and (last is None or ends == time.min):
            end += _DAY  # past midnight, or until it
        return Plan(start, end, self.pattern())
