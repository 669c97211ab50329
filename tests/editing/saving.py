"""Saving edits as the choir's booker, and the dates that tests speak of."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from typing import Any

from booking.db import in_transaction
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import apply_edit
from booking.reservations.models import Occurrence, Reservation
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.editing.conftest import EditedTown
from tests.factories.reservations import EVENING, NOW
from tests.factories.users import acting

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)
LATER = Times(time(19), time(21))
SHORTER = Times(time(18), time(19, 30))
FOUR_WEEKS = Pattern("weekly", count=4)
TUESDAYS = [date(2027, 1, 12) + n * WEEK for n in range(10)]


def save(
    town: EditedTown, reservation: Reservation, number: int = 0, scope: Scope = Scope.ALL, **changes: Any
) -> Any:
    """Save an edit as the choir's booker; `number` is the chosen date's."""
    edit = Edit(scope, reservation.occurrences[number].id, **changes)
    actor = acting(town.people.booker)
    return in_transaction(lambda: apply_edit(reservation.reference, edit, actor=actor, now=NOW))


def uses(occurrences: Sequence[Occurrence]) -> list[Interval]:
    return [Interval(each.starts_at, each.ends_at) for each in occurrences]


def evenings(*numbers: int, later: timedelta = timedelta()) -> list[Interval]:
    return [EVENING.shift(n * WEEK + later) for n in numbers]
