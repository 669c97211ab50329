"""Twenty weeks for a series: days on which nobody celebrates, over a change of the clocks."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from booking.timetable.holidays import is_public_holiday
from booking.timetable.interval import Interval
from tests.journeys.steps import BEYOND_THE_DEMO, HELSINKI

TIMES = 20
LAST_DAY_AHEAD = 355  # rooms are booked a year ahead
WEEKDAYS = (1, 2, 0, 3)  # Tuesdays if they will do
# When a use is first wanted and when after the edit. What one of these needs of a day leaves the other alone.
EVENING = ("18:00", "20:00", "19:00", "21:00")
MORNING = ("09:00", "11:00", "10:00", "12:00")


@dataclass(frozen=True)
class Season:
    """What somebody wants a room for, week after week. Dates are counted from 1."""

    title: str
    dates: tuple[date, ...]
    start: str
    end: str
    new_start: str
    new_end: str
    people: int = 30

    def day(self, number: int) -> date:
        """Return a date."""
        return self.dates[number - 1]

    def use(self, number: int) -> Interval:
        """Return the use of a date as it was first wanted."""
        return use_on(self.day(number), self.start, self.end)

    def moved(self, number: int) -> Interval:
        """Return the use of a date after the edit."""
        return use_on(self.day(number), self.new_start, self.new_end)

    def later(self, number: int) -> Interval:
        """Return a use beside the first one which the moved one meets."""
        end = self.use(number).end
        return Interval(end + timedelta(minutes=30), end + timedelta(minutes=90))


def season(title: str, number: int, hours: tuple[str, str, str, str]) -> Season:
    """Return a season on a weekday, of those that have one the first for number 0, the second for 1."""
    found = [first for weekday in WEEKDAYS if (first := first_date(weekday)) is not None]
    return Season(title, weeks_from(found[number]), *hours)


def first_date(weekday: int) -> date | None:
    """Return the first of twenty weeks without a holiday on that weekday, in which the clocks change."""
    today = datetime.now(HELSINKI).date()
    first = today + timedelta(days=BEYOND_THE_DEMO)
    first += timedelta(days=(weekday - first.weekday()) % 7)
    while True:
        dates = weeks_from(first)
        if dates[-1] > today + timedelta(days=LAST_DAY_AHEAD):
            return None
        changes = _offset(dates[0]) != _offset(dates[-1])
        if changes and not any(is_public_holiday(each) for each in dates):
            return first
        first += timedelta(weeks=1)


def weeks_from(first: date) -> tuple[date, ...]:
    """Return that day in twenty weeks."""
    return tuple(first + timedelta(weeks=number) for number in range(TIMES))


def use_on(day: date, start: str, end: str) -> Interval:
    """Return the time between two times of a day's wall clock."""
    begins, ends = (datetime.fromisoformat(f"{day} {each}").replace(tzinfo=HELSINKI) for each in (start, end))
    return Interval(begins.astimezone(UTC), ends.astimezone(UTC))


def _offset(day: date) -> timedelta | None:
    return datetime(day.year, day.month, day.day, 12, tzinfo=HELSINKI).utcoffset()
