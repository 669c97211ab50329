"""Random calendars, read here and counted elsewhere, day by day: by dateutil's rules, on the wall clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.calendars.outside.readings import OutsideEvent
from booking.timetable.interval import Interval
from booking.timetable.zone import HELSINKI
from tests.calendars.outside.writing import calendar, event, reading
from tests.support.effort import times

FIRST, DAYS = date(2027, 3, 20), 21  # the clocks go forward on the ninth of these days
WINDOW = Interval(
    datetime.combine(FIRST, time(), HELSINKI).astimezone(UTC),
    datetime.combine(FIRST + timedelta(days=DAYS), time(), HELSINKI).astimezone(UTC),
)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Drawn:
    """A series: when it begins, how long it lasts, its rule; dates left out, and dates moved by minutes."""

    start: datetime
    minutes: int
    rule: str
    left_out: frozenset[int]
    moved: dict[int, int]


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule as people make them."""
    often = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY"]))
    interval = draw(st.integers(1, 60 if often == "HOURLY" else 4))
    parts = [f"FREQ={often}", f"INTERVAL={interval}"]
    days = draw(st.lists(st.sampled_from("MO TU WE TH FR SA SU".split()), unique=True, max_size=3))  # noqa: SIM905
    if often in ("DAILY", "WEEKLY") and days:
        parts.append(f"BYDAY={','.join(days)}")
    if often == "WEEKLY":
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU']))}")
    if often == "MONTHLY":
        which = st.sampled_from(["BYMONTHDAY=1,15,-1", "BYDAY=2TU,-1FR", "BYDAY=MO,WE;BYSETPOS=1,-1", ""])
        parts += filter(None, [draw(which)])
    if draw(st.booleans()):
        parts.append(f"COUNT={draw(st.integers(1, 400))}")
    elif draw(st.booleans()):
        parts.append(f"UNTIL=2027{draw(st.integers(1, 5)):02}{draw(st.integers(1, 28)):02}T120000")
    return ";".join(parts)


@st.composite
def series(draw: st.DrawFn) -> Drawn:
    """A series whose beginning is months ago or soon."""
    on = draw(st.dates(date(2026, 11, 1), FIRST) | st.dates(FIRST, FIRST + timedelta(days=DAYS)))
    at = time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 15, 30])))
    return Drawn(
        datetime.combine(on, at),
        draw(st.sampled_from([15, 60, 90, 24 * 60, 3 * 24 * 60])),
        draw(rules()),
        draw(st.frozensets(st.integers(0, 5), max_size=2)),
        draw(st.dictionaries(st.integers(0, 5), st.integers(-3000, 3000), max_size=2)),
    )


def moment(wall: datetime) -> datetime:
    return wall.replace(tzinfo=HELSINKI).astimezone(UTC)


def in_window(drawn: Drawn) -> list[datetime]:
    """The occurrences that overlap the days, unchanged: asked for of each day by itself."""
    rule = rrulestr(drawn.rule, dtstart=drawn.start, cache=True)
    reach = -(-drawn.minutes // (24 * 60)) + 3
    over = "UNTIL" in drawn.rule and drawn.rule[-15:] < f"{drawn.start:%Y%m%dT%H%M%S}"
    found = set() if over else {drawn.start}
    for number in range(-reach, DAYS + 3):
        begins = datetime.combine(FIRST + timedelta(days=number), time())
        found.update(rule.between(begins, begins + timedelta(days=1) - MINUTE / 60, inc=True))
    return sorted(found)


def expected(drawn: Drawn) -> set[tuple[str, datetime, datetime]]:
    """What is busy within the window: the names, and the moments by the clock of the wall."""
    walls = [wall for wall in in_window(drawn) if datetime.combine(FIRST, time()) <= wall]
    changed = {walls[at]: shift for at, shift in drawn.moved.items() if at < len(walls)}
    gone = {walls[at] for at in drawn.left_out if at < len(walls)}
    busy: dict[str, tuple[datetime, datetime]] = {}
    for wall in in_window(drawn):
        if wall in gone:
            continue
        start = wall + changed.get(wall, 0) * MINUTE
        begins, ends = moment(start), moment(start + drawn.minutes * MINUTE)
        if ends <= begins:  # it begins in the missing hour
            ends = begins + drawn.minutes * MINUTE
        if begins < WINDOW.end and ends > WINDOW.start:
            # A date in the missing hour is at the same moment as the one after it: the longer of them counts.
            name = f"{moment(wall):%Y%m%dT%H%M%SZ}"
            busy[name] = max(busy.get(name, (begins, ends)), (begins, ends), key=lambda span: span[1])
    return {(name, *span) for name, span in busy.items()}


def written(drawn: Drawn, uid: str) -> list[str]:
    """The series as a file has it."""
    stamp = "%Y%m%dT%H%M%S"
    zone = ";TZID=Europe/Helsinki:"
    walls = [wall for wall in in_window(drawn) if datetime.combine(FIRST, time()) <= wall]
    gone = [walls[at] for at in drawn.left_out if at < len(walls)]
    lines = list(
        event(
            f"DTSTART{zone}{drawn.start:{stamp}}",
            f"DTEND{zone}{drawn.start + drawn.minutes * MINUTE:{stamp}}",
            f"RRULE:{drawn.rule}",
            *[f"EXDATE{zone}{wall:{stamp}}" for wall in gone],
            uid=uid,
        )
    )
    for at, shift in drawn.moved.items():
        if at < len(walls) and walls[at] not in gone:
            start = walls[at] + shift * MINUTE
            lines += event(
                f"RECURRENCE-ID{zone}{walls[at]:{stamp}}",
                f"DTSTART{zone}{start:{stamp}}",
                f"DTEND{zone}{start + drawn.minutes * MINUTE:{stamp}}",
                uid=uid,
            )
    return lines


@given(st.lists(series(), min_size=1, max_size=3))
@settings(max_examples=times(40))
def test_every_series_is_busy_when_a_count_day_by_day_says_so(drawn: list[Drawn]) -> None:
    found = reading(calendar(*[written(each, str(at)) for at, each in enumerate(drawn)]), window=WINDOW)
    assert found.problems == []
    for at, each in enumerate(drawn):
        assert _busy(found.events, str(at)) == expected(each)


def _busy(events: object, uid: str) -> set[tuple[str, datetime, datetime]]:
    assert isinstance(events, list)
    own: list[OutsideEvent] = [each for each in events if each.uid == uid]
    return {(each.recurrence, each.start, each.end) for each in own}
