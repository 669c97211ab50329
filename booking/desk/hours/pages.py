"""The hours' page in ready words: the new week, the holidays to come, the dates that a change hits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, cast

from flask_babel import lazy_gettext as _l

from booking.clock import zone
from booking.desk.hours.service import HoursChange
from booking.desk.hours.typed import runs_of
from booking.i18n import language
from booking.reservations.coming import Coming
from booking.rooms.rule_sentences import Opening, opening_lines
from booking.timetable.holidays import Language, public_holiday
from booking.timetable.interval import Interval
from booking.timetable.openings import MINUTES_A_DAY, OpeningHours, opened_on
from booking.web.filters import date_long
from booking.web.sentences import register_sentences

HOLIDAYS_SHOWN: Final = 10
_ONE_DAY: Final = timedelta(days=1)

register_sentences(
    {
        "hours_changed_meanwhile": _l(
            "Aukioloajat tai varaukset ovat muuttuneet sillä välin. "
            "Katso muutokset uudelleen ja tallenna sitten."
        )
    }
)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday to come, and when the room is open on it."""

    on: date
    name: str
    openings: Sequence[Interval]


@dataclass(frozen=True, slots=True)
class Preview:
    """A change in words. `overnight`: some closing lies on the next day."""

    week: Sequence[Opening]
    exceptions: Sequence[Opening]
    on_holidays: bool
    overnight: bool
    hit: Sequence[Coming]
    outside: Sequence[Coming]
    changes_nothing: bool


def preview_of(change: HoursChange, today: date) -> Preview:
    """Return a change as its page shows it."""
    hours = change.hours
    closings = [each.closes for each in hours.weekly]
    closings += [closes for each in hours.exceptions for _opens, closes in each.hours]
    return Preview(
        week=opening_lines(hours),
        exceptions=[_exception(*run) for run in runs_of(hours.exceptions, today)],
        on_holidays=hours.open_on_holidays,
        overnight=any(closes > MINUTES_A_DAY for closes in closings),
        hit=change.hit,
        outside=change.outside,
        changes_nothing=change.changes_nothing,
    )


def holidays_of(hours: OpeningHours, today: date) -> list[Holiday]:
    """Return the ten public holidays to come with the hours on them."""
    found: list[Holiday] = []
    on = today
    while len(found) < HOLIDAYS_SHOWN:
        name = public_holiday(on, cast(Language, language()))
        if name:
            found.append(Holiday(on, name, opened_on(hours, on, zone())))
        on += _ONE_DAY
    return found


def _exception(first: date, last: date, minutes: Sequence[tuple[int, int]]) -> Opening:
    line = Opening.of_date(first, minutes)
    days = date_long(first) if first == last else f"{date_long(first)} – {date_long(last)}"
    return Opening(days, line.hours)
