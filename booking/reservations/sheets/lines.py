"""The lines of a sheet of reservations: read, tied to rooms, and put together by their reference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.reservations.lifecycle import ACTIVE, State, holds_space
from booking.reservations.models import LONGEST_DAYS
from booking.reservations.sheets.columns import OF_THE_WHOLE, TIMES
from booking.reservations.sheets.export import columns_of
from booking.reservations.sheets.notation import use_of
from booking.rooms.catalogue import catalogue
from booking.rooms.csv_file import Row
from booking.rooms.facts import RoomFacts
from booking.rooms.faults import Fault, Unreadable, short
from booking.timetable.interval import Interval


@dataclass(frozen=True, slots=True)
class Line:
    """One date that a sheet asks for, in a room of this installation."""

    number: int
    values: dict[str, Any]
    room: RoomFacts
    use: Interval

    @property
    def state(self) -> State:
        """Where the date stands."""
        return State(self.values["state"])

    @property
    def turnaround(self) -> timedelta:
        """What is kept free after the use: the sheet's, where it says, else the room's of today."""
        said = self.values.get("turnaround_minutes")
        return self.room.rules.turnaround if said is None else timedelta(minutes=said)

    @property
    def pending_holds(self) -> bool:
        """Whether the date takes its space while it waits for a decision."""
        said: bool = self.values.get("pending_holds", self.room.rules.pending_holds)
        return said

    @property
    def holds(self) -> bool:
        """Whether the date takes its space in its state."""
        return holds_space(self.state, pending_holds=self.pending_holds)

    @property
    def claimed(self) -> Interval:
        """The use and the turnaround after it."""
        return self.use.extend_end(self.turnaround)


Group = Sequence[Line]
"""The dates of one reservation, as the sheet has them."""


class LineReader:
    """Reads rows into lines; what is wrong becomes faults. `actor` None is the operator."""

    def __init__(self, actor: Actor | None, now: datetime, zone: ZoneInfo) -> None:
        self.faults: list[Fault] = []
        self._actor = actor
        self._now = now
        self._zone = zone
        self._columns = columns_of(kept=actor is None)
        # by every state: a winter may be moved in before its room is published
        self._rooms = {room.slug: room for room in catalogue().by_id.values()}

    def read(self, rows: Iterable[Row]) -> list[Line]:
        """Return the lines without a fault."""
        return [line for row in rows if (line := self._line(row)) is not None]

    def _line(self, row: Row) -> Line | None:
        before = len(self.faults)
        values = self._values(row)
        room = self._room(row.line, values)
        use = self._use(row.line, values)
        if room is None or use is None or len(self.faults) > before:
            return None
        line = Line(row.line, values, room, use)
        if self._actor is not None:
            self._check_as_owner(line)
        return line if len(self.faults) == before else None

    def _values(self, row: Row) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for column in self._columns:
            if column.name in row.cells or not column.needed:
                try:
                    values[column.name] = column.value_of(row.cells.get(column.name, ""))
                except Unreadable as error:
                    self._fault(row.line, column.name, error.code, **error.params)
        if self._actor is None:  # a column that the sheet does not have says nothing
            return {name: value for name, value in values.items() if name in row.cells or name in _ALWAYS}
        return values

    def _room(self, line: int, values: dict[str, Any]) -> RoomFacts | None:
        slug = values.get("room")
        if slug is None:
            return None
        room = self._rooms.get(slug)
        if self._actor is None:
            if room is None:
                self._fault(line, "room", "sheet_unknown_room", text=slug)
            return room
        if room is None or not self._actor.has(Right.DECIDE, room.owner_id):
            self._fault(line, "room", "sheet_not_your_room", text=slug)
            return None
        return room

    def _use(self, line: int, values: dict[str, Any]) -> Interval | None:
        on, first, end_on, last = (values.get(name) for name in TIMES)
        if on is None or first is None or last is None:
            return None
        try:
            start, end = use_of(on, first, end_on, last, self._zone)
        except Unreadable as error:
            self._fault(line, "start", error.code, **error.params)
            return None
        if end <= start:
            self._fault(line, "end", "sheet_end_before_start")
            return None
        if end - start > timedelta(days=LONGEST_DAYS):
            self._fault(line, "end", "sheet_use_too_long", days=LONGEST_DAYS)
            return None
        return Interval(start, end)

    def _check_as_owner(self, line: Line) -> None:
        """What a stored date may be but a new one may not is looked at later: see `check_new`."""
        capacity, people = line.room.capacity, line.values["people"]
        if capacity is not None and people > capacity:
            self._fault(line.number, "people", "sheet_over_capacity", text=people, most=capacity)

    def check_new(self, line: Line) -> None:
        """Refuse what an owner may not bring in: history, and requests that nobody can decide on."""
        if self._actor is None:
            return
        if line.state not in ACTIVE:
            self._fault(line.number, "state", "sheet_only_open_states", text=line.state.value)
        elif line.state is State.PENDING and line.use.start <= self._now:
            self._fault(line.number, "state", "sheet_pending_is_past")

    def group(self, lines: Iterable[Line]) -> list[Group]:
        """Return the lines of each reservation together; a line without a reference is one by itself."""
        groups: dict[object, list[Line]] = {}
        for line in lines:
            groups.setdefault(line.values.get("reference") or line.number, []).append(line)
        for group in groups.values():
            for line in group[1:]:
                self._agree(group[0], line)
        return list(groups.values())

    def _agree(self, first: Line, line: Line) -> None:
        """All dates of a reservation say the same of the whole, and lie in rooms of one owner."""
        for name in OF_THE_WHOLE:
            if first.values.get(name) != line.values.get(name):
                self._fault(line.number, name, "sheet_reference_differs", line=first.number)
        if first.room.owner_id != line.room.owner_id:
            self._fault(line.number, "room", "sheet_other_owner", line=first.number)

    def _fault(self, number: int, column: str, code: str, **params: Any) -> None:
        kept = {name: short(value) if isinstance(value, str) else value for name, value in params.items()}
        self.faults.append(Fault(number, column, code, kept))


_ALWAYS = frozenset(
    ("reference", "room", *TIMES, "state", "association", "booker", "title", "purpose", "people")
) | {"visibility", "responsible", "contact", "note"}
