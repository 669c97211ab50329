"""The request as a form: once or as a series, with what was chosen for single dates."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from markupsafe import Markup, escape
from wtforms import Field

from booking.access.actor import Actor
from booking.availability.fixes import Fix, FixKind, read_fix, write_fix
from booking.availability.pattern_form import ONCE, PatternFields
from booking.errors import Violation
from booking.reservations.forms import QuestionForm, ReservationForm
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts

# What says when: all that a look at the dates needs. In the order of the page, for the list of what is wrong
WHEN: Final = (
    *("date", "start", "end", "repeat", "until", "count", "interval", "weekday", "dates", "skip"),
    *("skip_holidays", "skip_school_breaks", "fix"),
)
_GONE_BY: Final = frozenset({"not_taken", "already_yours"})  # nothing to wait for


class FixesField(Field):
    """What was chosen for single dates, each a hidden control. What cannot be read or had is left out."""

    data: tuple[Fix, ...]

    def process_data(self, value: Iterable[Fix] | None) -> None:
        """Set `data` from a default."""
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Set `data`: of two choices for one date the later one, by date."""
        found = [fix for fix in map(readable_fix, valuelist) if fix is not None]
        self.data = tuple(sorted({fix.on: fix for fix in found}.values(), key=lambda fix: fix.on))

    def __call__(self, **attributes: object) -> Markup:
        """Return the hidden controls."""
        values = [escape(write_fix(fix)) for fix in self.data]
        return Markup("").join(
            Markup('<input type="hidden" name="{}" value="{}">').format(self.name, value) for value in values
        )


def readable_fix(text: str) -> Fix | None:
    """Return the choice that a form sends for a date that is yet to be asked for, or None."""
    try:
        fix = read_fix(text)
    except ValueError:
        return None
    if fix.kind is FixKind.KEEP or (fix.kind is FixKind.ROOM and fix.room not in catalogue().by_slug):
        return None
    return fix


class SeriesForm(PatternFields, ReservationForm):
    """A request for one use, or with a pattern for a series whose first use it is."""

    fix = FixesField(_l("Päivät"))

    terms_are_new = False  # a consent was taken back: there are terms that it was not given to

    _fields: dict[str, Any]

    def __init__(self, room: RoomFacts, actor: Actor, **kwargs: Any) -> None:
        super().__init__(room, actor, **kwargs)
        fields = dict(self._fields)
        rest = [name for name in fields if name not in WHEN]
        self._fields = {name: fields[name] for name in (*WHEN, *rest)}

    @property
    def repeats(self) -> bool:
        """Whether a series is asked for, readable or not."""
        return bool(self.repeat.data != ONCE)

    def validate_when(self) -> bool:
        """Look at what says when, and at nothing else: the rest may still be empty."""
        self.validate()
        for field in self:
            if field.name not in WHEN:
                field.errors = ()
        return not self.errors

    @property
    def is_once(self) -> bool:
        """Whether one use is asked for, and nothing that only a series can have."""
        return not self.repeats and not any(self[name].errors for name in WHEN[3:])

    def take_over(self, question: QuestionForm) -> None:
        """Put in what an address asks for, read or not: what is wrong with it is said as if typed here."""
        for name in (*WHEN, "people"):
            if name in question and (question[name].raw_data or question[name].errors):
                mine, asked = self[name], question[name]
                mine.data, mine.raw_data, mine.errors = asked.data, asked.raw_data, tuple(asked.errors)
        self._pattern = question.pattern()

    def forget_terms_of_another_room(self, slug: str) -> None:
        """Take back a consent that was given to another room's terms, and remember that it was."""
        self.terms_are_new = bool(slug != self.room.slug and self.accept_terms.data) or self.terms_are_new
        super().forget_terms_of_another_room(slug)

    def refuse(self, violations: Iterable[Violation]) -> None:
        """Say what a request breaks; what single dates break, their own lines say.

        A date that is free by now, or one's own, is not waited for any more: it is shown as it stands.
        """
        for broken in violations:
            if broken.code in _GONE_BY:
                self._wait_no_longer(broken)
            if broken.on is None or broken.code in _GONE_BY:
                self.show([replace(broken, field="fix") if broken.code in _GONE_BY else broken])

    def say_unsolved(self, count: int) -> None:
        """Say that so many dates keep the series from being sent; of none, that something else did."""
        if count:
            words = ngettext(
                "%(num)s päivä ei onnistu. Valitse, mitä sille tehdään.",
                "%(num)s päivää ei onnistu. Valitse, mitä niille tehdään.",
                count,
            )
            self.add_error("fix", words)
        elif not self.errors:
            self.add_error("fix", _("Tilanne muuttui juuri. Tarkista päivät ja lähetä uudelleen."))

    def _wait_no_longer(self, broken: Violation) -> None:
        self.fix.data = tuple(
            fix
            for fix in self.fix.data
            if fix.kind is not FixKind.WAIT or (broken.on is not None and fix.on != broken.on)
        )
