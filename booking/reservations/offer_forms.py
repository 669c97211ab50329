"""The approver's form for another time or room."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import TextAreaField
from wtforms.validators import Length

from booking.clock import zone
from booking.errors import RuleViolation, Violation
from booking.reservations.models import REASON_LENGTH, Occurrence
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.timetable.zone import to_wall
from booking.web.forms import BaseForm, ChoiceField, LocalDateField, LocalTimeField, Optional, Required
from booking.web.sentences import sentence_for
from booking.web.wish import use_of


class OfferForm(BaseForm):
    """Shape only: what can be offered, the service says."""

    room = ChoiceField(_l("Tila"))
    date = LocalDateField(_l("Päivä"), [Required()])
    start = LocalTimeField(_l("Alkaa klo"), [Required()])
    end = LocalTimeField(_l("Päättyy klo"), [Required()])
    message = TextAreaField(_l("Viesti varaajalle (vapaaehtoinen)"), [Optional(), Length(max=REASON_LENGTH)])

    def __init__(self, rooms: Sequence[RoomFacts], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.room.choices = [(room.slug, room_name(room)) for room in rooms]

    def begin_with(self, occurrence: Occurrence, room: RoomFacts) -> None:
        """Fill an empty form with what was asked for."""
        start, end = to_wall(occurrence.starts_at, zone()), to_wall(occurrence.ends_at, zone())
        self.room.data = room.slug
        self.date.data, self.start.data, self.end.data = start.date(), start.time(), end.time()

    def use(self) -> Interval | None:
        """Return the time to be offered, None while it cannot be read. Adds the errors of an odd time."""
        on, start, end = self.date.data, self.start.data, self.end.data
        if on is None or start is None or end is None:
            return None
        try:
            return use_of(on, start, end, zone())
        except RuleViolation as error:
            self.show(error.violations)
            return None

    def show(self, violations: Iterable[Violation]) -> None:
        """Put a refusal's sentences beside the fields they belong to."""
        for broken in violations:
            self.add_error(broken.field, sentence_for(broken))

    def show_taken(self) -> None:
        """Say that the time is taken."""
        self.add_error("start", _("Tila on varattu tähän aikaan. Valitse muu aika tai tila."))
