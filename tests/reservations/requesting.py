"""Asking for a room by the service, and being refused."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.errors import RuleViolation
from booking.occupancy.models import Claim, Occupancy
from booking.outbox.models import OutboxMessage
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.service import request_reservation
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.users import acting
from tests.reservations.town import Town


def ask(town: Town, room: Room | None = None, use: Interval = EVENING, **changes: Any) -> Reservation:
    """Have the choir's booker ask for a room."""
    values = {"organisation_slug": town.choir.slug} | changes
    return request_reservation(
        request_for(room or town.room, use, **values), actor=acting(town.booker), now=NOW
    )


def refused(act: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the (code, field) of the rules an act breaks."""
    with pytest.raises(RuleViolation) as caught:
        act()
    return [(each.code, each.field) for each in caught.value.violations]


def nothing_was_written(session: Any) -> bool:
    return not any(
        session.scalar(select(func.count()).select_from(model))
        for model in (Reservation, Occurrence, Occupancy, Claim, OutboxMessage)
    )
