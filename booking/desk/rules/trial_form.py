"""The example on which rules are tried, as fields beside theirs."""

from datetime import datetime, time, timedelta
from typing import Any, Final

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms.validators import NumberRange

from booking.availability.forms import MOST_PEOPLE
from booking.clock import zone
from booking.desk.rules.form import RuleField
from booking.desk.rules.trial import ASSOCIATION, OWN_GROUP, OWN_MEMBER, PERSON, UNVERIFIED, Example
from booking.i18n import language
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.rooms.written_lengths import write_length
from booking.timetable.interval import Interval
from booking.timetable.zone import MissingTime, local_date, to_utc
from booking.web.forms import (
    ChoiceField,
    LocalDateField,
    LocalTimeField,
    NumberField,
    Optional,
    QueryForm,
    Required,
)

SUGGESTED_DAYS_AHEAD: Final = 14
SUGGESTED_START, SUGGESTED_MINUTES, SUGGESTED_PEOPLE = time(18), 120, 10


class TrialForm(QueryForm):
    """Shape only. It is posted inside the form of the rules, whose token stands for both."""

    try_room = ChoiceField(_l("Tila, jossa kokeillaan"))
    try_date = LocalDateField(_l("Päivä"), [Required()])
    try_start = LocalTimeField(_l("Alkaa klo"), [Required()])
    try_length = RuleField(_l("Kesto"), [Required()])
    try_people = NumberField(_l("Henkilöitä"), [Required(), NumberRange(1, MOST_PEOPLE)])
    try_who = ChoiceField(_l("Kuka varaa"))
    try_active = NumberField(_l("Yhdistyksellä on jo varauksia"), [Optional(), NumberRange(0, 100_000)])
    try_sent_date = LocalDateField(_l("Lähetetään päivänä (tyhjä: nyt)"), [Optional()])
    try_sent_time = LocalTimeField(_l("Lähetetään klo"), [Optional()])

    def __init__(self, rooms: list[RoomFacts], now: datetime, *, choose_room: bool, **kwargs: Any) -> None:
        super().__init__(formdata=request.form if request.method == "POST" else MultiDict(), **kwargs)
        self._now = now
        self.try_room.choices = [(room.slug, room_name(room)) for room in rooms]
        if not choose_room:
            del self.try_room
        self.try_who.choices = [
            (ASSOCIATION, _("yhdistys tai ryhmä")),
            (UNVERIFIED, _("uusi yhdistys, jota ei ole vahvistettu")),
            (PERSON, _("yksityishenkilö")),
            (OWN_GROUP, _("omistaja itse")),
            (OWN_MEMBER, _("omistajan jäsen omissa nimissään")),
        ]
        if "try_date" not in request.form:
            self._suggest()

    def example(self) -> Example | None:
        """Return the example of a valid form; None once an error is added: the clocks skip a time."""
        on, start, minutes = self.try_date.data, self.try_start.data, self.try_length.value or 0
        if on is None or start is None:
            return None
        begins = self._moment("try_start", datetime.combine(on, start))
        sent_at: datetime | None = self._now
        if self.try_sent_date.data is not None:
            at = self.try_sent_time.data or SUGGESTED_START
            sent_at = self._moment("try_sent_time", datetime.combine(self.try_sent_date.data, at))
        if begins is None or sent_at is None:
            return None
        return Example(
            use=Interval(begins, begins + timedelta(minutes=minutes)),
            people=self.try_people.data or 0,
            who=self.try_who.data,
            sent_at=sent_at,
            active=self.try_active.data or 0,
        )

    def _suggest(self) -> None:
        self.try_date.data = local_date(self._now, zone()) + timedelta(days=SUGGESTED_DAYS_AHEAD)
        self.try_start.data = SUGGESTED_START
        self.try_length.data = write_length(SUGGESTED_MINUTES, language())
        self.try_people.data = SUGGESTED_PEOPLE
        self.try_who.data = ASSOCIATION

    def _moment(self, field: str, wall: datetime) -> datetime | None:
        try:
            return to_utc(wall, zone())
        except MissingTime:
            self.add_error(field, _("Tätä aikaa ei ole: kello siirtyy silloin kesäaikaan."))
            return None
