"""Many reservations, for measurements: the same for the same seed, spread as a town's are.

Written in bulk past the services, because a million of them through the services would take hours: claims,
occupancy, reservations and occurrences as the services would have left them, without history and mail. The
database's own refusal of overlaps stays in force.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import Table, func, insert, select, text

from booking.db import in_transaction
from booking.demo.crowd import WORDS, enough_bookers, enough_rooms
from booking.demo.slots import TooMany, Use, choose_uses
from booking.extensions import db
from booking.occupancy.models import Claim, Occupancy
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.writing import REFERENCE_ALPHABET
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.versions.service import Scope, touch

__all__ = ["AlreadyFilled", "Filled", "TooMany", "fill"]

CHUNK = 2_000  # reservations a statement
_PURPOSES = ("meeting", "rehearsal", "training", "training", "course", "event", "other")
_VISIBILITIES = ("public", "public", "public", "event", "private")
_FOUR_LETTERS = 22**4
_TABLES: tuple[Table, ...] = (
    Claim.__table__,
    Reservation.__table__,
    Occurrence.__table__,
)  # type: ignore[assignment]  # SQLAlchemy types them as FromClause


class AlreadyFilled(Exception):
    """The years hold such reservations already."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What was written."""

    reservations: int
    rooms: int


def fill(
    *,
    reservations: int,
    rooms: int,
    years: Sequence[int],
    seed: int = 1,
    tick: Callable[[int], None] = lambda _: None,
) -> Filled:
    """Write so many confirmed reservations into the undivided rooms there are, in one transaction of its own.

    Where there are fewer than `rooms`, more are made; so are associations to book them. Uses lie inside the
    opening hours on whole or half hours, more on weekdays and in the evening, and beside what is booked
    already. About 1,000 a room and year is a busy town. Raises AlreadyFilled, and TooMany when the rooms
    cannot hold them. `tick` is called with the number of reservations written since the last call.
    """
    return in_transaction(lambda: _fill(reservations, rooms, sorted(set(years)), seed, tick))


def _fill(
    reservations: int, rooms: int, years: Sequence[int], seed: int, tick: Callable[[int], None]
) -> Filled:
    chance = random.Random(f"{seed}/{reservations}/{rooms}/{years}")
    uids = f"volume-{years[0]}-{years[-1]}-{seed}-{{}}@{current_app.config['SETTINGS'].host}"
    if db.session.scalar(select(Occurrence.id).where(Occurrence.uid == uids.format(0))) is not None:
        raise AlreadyFilled
    enough_rooms(rooms)
    bookers = enough_bookers()
    chosen = _undivided_rooms(rooms)
    uses = choose_uses(chosen, years, reservations, chance)
    writer = _Writer(uids, chosen, bookers, chance, len(uses))
    for first in range(0, len(uses), CHUNK):
        part = uses[first : first + CHUNK]
        writer.write(part)
        tick(len(part))
    touch(Scope.ROOM, *{other.id for room in chosen for other in catalogue().sharing(room)})
    touch(Scope.ORGANISATION, *{organisation_id for _, organisation_id in bookers})
    touch(Scope.USER, *{user_id for user_id, _ in bookers})
    touch(Scope.EVENTS, 0)
    if db.engine.dialect.name == "postgresql":
        db.session.execute(text("ANALYZE"))  # what autovacuum would do a little later
    return Filled(len(uses), len(chosen))


def _undivided_rooms(number: int) -> list[RoomFacts]:
    found = [room for room in catalogue().rooms if room.bookable and len(room.space_ids) == 1]
    return sorted(found, key=lambda room: room.id)[:number]


class _Writer:
    """Writes uses as rows of the four tables, with ids of its own counting."""

    def __init__(
        self,
        uids: str,
        rooms: Sequence[RoomFacts],
        bookers: Sequence[tuple[int, int]],
        chance: random.Random,
        number: int,
    ) -> None:
        self._uids = uids
        self._rooms = rooms
        self._bookers = bookers
        self._chance = chance
        self._written = 0
        self._claim_id, self._reservation_id, self._occurrence_id = _reserve_ids(number)
        self._reference = chance.randrange(_FOUR_LETTERS**2)

    def write(self, uses: Sequence[Use]) -> None:
        """Insert these uses; each takes the next id of every table."""
        claims, occupied, reservations, occurrences = [], [], [], []
        for number, use in enumerate(uses, start=self._written):
            room = self._rooms[use.room]
            claim_id = self._claim_id + number
            asked_at = use.start - timedelta(hours=self._chance.randrange(72, 24 * 90))
            claims.append({"id": claim_id, "kind": "occurrence"})
            occupied.append(
                {
                    "space_id": room.space_ids[0],
                    "starts_at": use.start,
                    "ends_at": use.end + room.rules.turnaround,
                    "claim_id": claim_id,
                }
            )
            reservations.append(self._reservation(number, room, asked_at))
            occurrences.append(self._occurrence(number, room, use, claim_id, asked_at))
        for table, rows in (
            (Claim, claims),
            (Occupancy, occupied),
            (Reservation, reservations),
            (Occurrence, occurrences),
        ):
            db.session.connection().execute(insert(table), rows)
        self._written += len(uses)

    def _reservation(self, number: int, room: RoomFacts, asked_at: datetime) -> dict[str, Any]:
        user_id, organisation_id = self._chance.choice(self._bookers)
        return {
            "id": self._reservation_id + number,
            "reference": _reference(self._reference + number),
            "room_id": room.id,
            "organisation_id": organisation_id,
            "booker_id": user_id,
            "title": self._chance.choice(WORDS),
            "purpose": self._chance.choice(_PURPOSES),
            "visibility": self._chance.choice(_VISIBILITIES),
            "people": self._chance.randint(1, min(room.capacity or 20, 60)),
            "responsible": "Vastuuhenkilö",
            "phone": "",
            "note": "",
            "terms_version": room.terms_version,
            "pattern": None,
            "created_at": asked_at,
            "changed_at": asked_at,
        }

    def _occurrence(
        self, number: int, room: RoomFacts, use: Use, claim_id: int, asked_at: datetime
    ) -> dict[str, Any]:
        return {
            "id": self._occurrence_id + number,
            "reservation_id": self._reservation_id + number,
            "room_id": room.id,
            "slot_starts_at": use.start,
            "starts_at": use.start,
            "ends_at": use.end,
            "turnaround_minutes": room.rules.turnaround_minutes,
            "state": "confirmed",
            "claim_id": claim_id,
            "uid": self._uids.format(number),
            "sequence": 0,
            "created_at": asked_at,
            "changed_at": asked_at,
        }


def _reserve_ids(number: int) -> tuple[int, int, int]:
    """Return the first free id of each table, and keep others from taking the next `number` of them."""
    postgresql = db.engine.dialect.name == "postgresql"
    if postgresql:
        names = ", ".join(table.name for table in _TABLES)
        db.session.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    first_ids = []
    for table in _TABLES:
        first = int(db.session.scalar(select(func.coalesce(func.max(table.c.id), 0))) or 0) + 1
        if postgresql:
            sequence = func.pg_get_serial_sequence(table.name, "id")
            db.session.execute(select(func.setval(sequence, first + number)))
        first_ids.append(first)
    return first_ids[0], first_ids[1], first_ids[2]


def _reference(number: int) -> str:
    """Return a reference in the service's letters; neighbours look nothing alike, no two are the same."""
    # A multiplier without a common factor with 22^8 visits every number once
    spread = number * 5_801_234_561 % _FOUR_LETTERS**2
    letters = []
    for _ in range(8):
        spread, letter = divmod(spread, len(REFERENCE_ALPHABET))
        letters.append(REFERENCE_ALPHABET[letter])
    return "".join(letters)
