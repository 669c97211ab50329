"""Search answers as the page shows them: groups, words, rivers, pages."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from booking.availability.alternatives import Alternative, other_time
from booking.availability.river import River, Stone, band_of, river_of
from booking.availability.search import Answer, RoomAnswer
from booking.clock import zone
from booking.rooms.pages import RoomSummary, summary
from booking.timetable.interval import Interval, subtract
from booking.timetable.zone import IsoWeek, local_date
from booking.web.filters import wall_date, wall_time
from booking.web.sentences import sentence

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The wish, as the page's heading says it."""

    start: datetime
    end: datetime
    people: int

    @property
    def week(self) -> str:
        """The wish's week, as a room's page is asked for it."""
        return str(IsoWeek.of(local_date(self.start, zone())))

    @property
    def query(self) -> dict[str, object]:
        """The wish as the query of an address."""
        return {
            "date": wall_date(self.start),
            "start": wall_time(self.start),
            "end": wall_time(self.end),
            "people": self.people,
        }


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rooms there are in each group, over all pages; `by_approval` of the free ones."""

    free: int
    by_approval: int
    other_time: int
    unavailable: int


@dataclass(frozen=True, slots=True)
class Result:
    """One room's answer in words."""

    room: RoomSummary
    group: str
    state: str
    river: River | None
    free_until: datetime | None
    free_from: datetime | None
    reasons: Sequence[str]
    alternatives: Sequence[Alternative]


def group_of(answer: RoomAnswer) -> str:
    """Return the part of the page in which a room belongs."""
    if answer.answer is Answer.FREE:
        return "free"
    return "other_time" if answer.other_start else "unavailable"


def count(answers: Sequence[RoomAnswer]) -> Counts:
    """Count the rooms by group."""
    groups = Counter(group_of(each) for each in answers)
    by_approval = sum(
        each.answer is Answer.FREE and each.room.rules.approval != "at_once" for each in answers
    )
    return Counts(groups["free"], by_approval, groups["other_time"], groups["unavailable"])


def results(answers: Sequence[RoomAnswer], use: Interval, *, now: datetime, stamp: int = 0) -> list[Result]:
    """Return these answers, one page of them, in words. All rivers share one band."""
    local = zone()
    band = band_of([each.room for each in answers], local_date(use.start, local), local, use)
    shown = []
    for each in answers:
        stones = [Stone.of(interval, "taken") for interval in subtract(each.taken, each.closed)]
        stones += [Stone.of(interval, "closed") for interval in each.closed]
        moved = other_time(each, use)
        shown.append(
            Result(
                room=summary(each.room, stamp),
                group=group_of(each),
                state=each.answer.value,
                river=river_of(each.room, band, stones, local, now=now, chosen=use),
                free_until=each.free_until,
                free_from=each.free_from,
                reasons=[sentence(broken.code, broken.params) for broken in each.violations],
                alternatives=[moved] if moved else [],
            )
        )
    return shown
