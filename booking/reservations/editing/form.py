"""An edit as a form: filled in with what is there, and read as what differs from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange

from booking.availability.fixes import Fix, FixKind, read_fix
from booking.availability.forms import MOST_PEOPLE
from booking.availability.pattern_form import ONCE, REPEATS, PatternFields
from booking.errors import Violation
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.standing import Standing
from booking.reservations.labels import PURPOSES, VISIBILITIES
from booking.reservations.request import LENGTHS
from booking.reservations.series_form import FixesField
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.pattern import Pattern
from booking.web.forms import (
    BaseForm,
    ChoiceField,
    LocalDateField,
    LocalTimeField,
    NumberField,
    Optional,
    Required,
)
from booking.web.sentences import sentence, sentence_for
from booking.web.wish import LATEST_END_OF_AN_EVENING

SCOPES: Final = {
    Scope.ONE: _l("vain tämä päivä"),
    Scope.FOLLOWING: _l("tämä ja seuraavat"),
    Scope.ALL: _l("kaikki tulevat"),
}
WHOLE: Final = ("purpose", "visibility", "responsible", "contact", "note")


class ChosenField(FixesField):
    """What was chosen for single dates; to keep one as it was is a choice here too."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Set `data`: of two choices for one date the later one, by date."""
        found = [fix for fix in map(readable, valuelist) if fix is not None]
        self.data = tuple(sorted({fix.on: fix for fix in found}.values(), key=lambda fix: fix.on))


def readable(text: str) -> Fix | None:
    """Return the choice that a form sends, or None for what cannot be read or had."""
    try:
        fix = read_fix(text)
    except ValueError:
        return None
    return None if fix.kind is FixKind.ROOM and fix.room not in catalogue().by_slug else fix


class EditForm(BaseForm):
    """Shape only: what can be had, the service says."""

    scope = RadioField(_l("Muutos koskee"), default=Scope.ONE.value)
    date = LocalDateField(_l("Päivä"), [Required()])
    start = LocalTimeField(_l("Alkaa klo"), [Required()])
    end = LocalTimeField(_l("Päättyy klo"), [Required()])
    room = ChoiceField(_l("Tila"))
    title = StringField(_l("Tilaisuus"), [Required(), Length(max=LENGTHS["title"])])
    people = NumberField(_l("Henkilöitä"), [Required(), NumberRange(1, MOST_PEOPLE)])
    purpose = ChoiceField(_l("Käyttö"))
    visibility = RadioField(_l("Mitä kalenterissa näkyy"))
    responsible = StringField(_l("Vastuuhenkilö"), [Required(), Length(max=LENGTHS["responsible"])])
    contact = StringField(_l("Yhteystieto"), [Optional(), Length(max=LENGTHS["contact"])])
    note = TextAreaField(_l("Viesti omistajalle (vapaaehtoinen)"), [Optional(), Length(max=LENGTHS["note"])])
    fix = ChosenField(_l("Päivät"))
    seen = HiddenField()

    def __init__(self, standing: Standing, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.standing = standing
        self.scope.choices = [(scope.value, str(label)) for scope, label in SCOPES.items()]
        self.room.choices = [(room.slug, room_name(room)) for room in standing.rooms]
        self.purpose.choices = [(key, str(label)) for key, label in PURPOSES.items()]
        self.visibility.choices = [(key, str(label)) for key, label in VISIBILITIES.items()]
        if not standing.is_series:
            del self.scope

    def begin(self) -> None:
        """Fill an empty form with what is there."""
        now = self.standing
        self.date.data, self.start.data, self.end.data = now.on, now.times.start, now.times.end
        self.room.data, self.title.data, self.people.data = now.room.slug, now.title, now.people
        for name in WHOLE:
            self[name].data = getattr(now.whole, name)

    def edit(self) -> Edit | None:
        """Return what a form that is valid wants to be different; None, with errors, for odd times."""
        now = self.standing
        times = self._times()
        if times is None or self.date.data is None:
            return None
        differing = {name: self[name].data or "" for name in WHOLE}
        return Edit(
            self._scope(),
            now.date_id,
            title=_other(self.title.data, now.title),
            people=_other(self.people.data, now.people),
            room=_other(self.room.data, now.room.slug),
            times=_other(times, now.times),
            days=(self.date.data - now.on).days,
            fixes=self.fix.data,
            **{name: _other(value, getattr(now.whole, name)) for name, value in differing.items()},
        )

    def show(self, violations: Iterable[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to; what single dates break, they say."""
        for broken in violations:
            if broken.on is None:
                self.add_error(broken.field, sentence_for(broken))

    def _scope(self) -> Scope:
        return Scope(self.scope.data) if self.standing.is_series else Scope.ONE

    def _times(self) -> Times | None:
        """Return the typed times; what lasted longer than a day ends as many days later as it did."""
        start, end, before = self.start.data, self.end.data, self.standing.times
        if start is None or end is None:
            return None
        if before.days and (before.days > 1 or before.end >= before.start):
            return Times(start, end, before.days)
        if end <= start and (end > LATEST_END_OF_AN_EVENING or end == start):
            self.add_error("end", sentence("end_before_start"))
            return None
        return Times(start, end, 1 if end <= start else 0)


class SeriesEditForm(PatternFields, EditForm):
    """The form of a series that has a pattern."""

    def __init__(self, standing: Standing, **kwargs: Any) -> None:
        super().__init__(standing, **kwargs)
        self.repeat.choices = [(key, str(label)) for key, label in REPEATS.items() if key != ONCE]

    def begin(self) -> None:
        """Fill an empty form with what is there."""
        super().begin()
        self.prefill(self.standing.pattern)

    def edit(self) -> Edit | None:
        """Return what a form that is valid wants to be different."""
        found, before = super().edit(), self.standing.pattern
        typed = self.pattern()
        if found is None or typed is None or self._in_full(typed) == before:
            return found
        if found.scope is Scope.ONE:
            self.add_error("scope", sentence("pattern_is_of_many"))
            return None
        return replace(found, pattern=self._in_full(typed), was=before)

    def _read(self) -> Pattern | None:
        self._drop_untouched()
        return super()._read()

    def _drop_untouched(self) -> None:
        """Clear what the form itself had filled in where what was typed has no use for it."""
        was, repeat = self.standing.pattern, self.repeat.data
        if was is None:
            return
        lists = repeat == "dates"
        if repeat != "weekly" and set(self.weekday.data or ()) == was.weekdays:
            self.weekday.data = []
        if not lists and was.frequency == "dates" and set(self.dates.data or ()) == set(was.dates):
            self.dates.data = ()
        if (lists or self.count.data) and self.until.data == was.until:
            self.until.data = None
        if (lists or self.until.data) and self.count.data == was.count:
            self.count.data = None
        if lists and self.interval.data == was.interval:
            self.interval.data = None

    @property
    def repeats_otherwise(self) -> bool:
        """Whether another pattern was typed, or one that cannot be: then a page shows its fields open."""
        typed = self.pattern()
        wrong = any(field.errors for field in (self.repeat, self.until, *self._fine_fields()))
        return wrong or (typed is not None and self._in_full(typed) != self.standing.pattern)

    def _in_full(self, typed: Pattern) -> Pattern:
        """Write a typed pattern as `Standing` writes its own."""
        if typed.frequency == "weekly":
            first = self.date.data or self.standing.on
            return replace(typed, weekdays=typed.weekdays or frozenset({first.weekday()}))
        return replace(typed, dates=tuple(sorted(typed.dates)))


def form_of(standing: Standing, **kwargs: Any) -> EditForm:
    """Return the form for a date: with the fields of a pattern where there is one."""
    return (SeriesEditForm if standing.pattern else EditForm)(standing, **kwargs)


def _other(typed: Any, before: Any) -> Any:
    return typed if typed != before else None
