"""The lines of a sheet of reservations: read, tied to rooms, and put together by their reference.

A row with a fault is not dropped: whatever else can be read of it is looked at too, so that one pass names
every fault of a sheet.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.reservations.lifecycle import ACTIVE, State, holds_space
from booking.reservations.models import LONGEST_DAYS
from booking.reservations.sheets.columns import OF_THE_WHOLE, TIMES
from booking.reservations.sheets.export import columns_of
from booking.reservations.sheets.notation import EndUnreadable, use_of
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
    state: State
    claimed: Interval = field(init=False)
    """The use and the turnaround after it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "claimed", self.use.extend_end(self.turnaround))

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


@dataclass(frozen=True, slots=True)
class Draft:
    """What can be read of one row; with a `line` where its room, time and state are known."""

    number: int
    values: dict[str, Any]
    room: RoomFacts | None
    line: Line | None

    @property
    def reference(self) -> str:
        """By what the row belongs together with others; may be empty."""
        return str(self.values.get("reference", ""))


Group = Sequence[Line]
"""The dates of one reservation, as the sheet has them."""


class LineReader:
    """Reads rows into drafts; what is wrong becomes faults. `actor` None is the operator."""

    def __init__(self, actor: Actor | None, now: datetime, zone: ZoneInfo) -> None:
        self.faults: list[Fault] = []
        self._actor = actor
        self._now = now
        self._zone = zone
        self._columns = columns_of(kept=actor is None)
        # by every state: a winter may be moved in before its room is published
        self._rooms = {room.slug: room for room in catalogue().by_id.values()}

    def read(self, row: Row) -> Draft:
        """Return what a row says."""
        values = self._values(row)
        room = self._room(row.line, values)
        use = self._use(row.line, values)
        self._check_capacity(row.line, values, room)
        line = None
        if room is not None and use is not None and "state" in values:
            line = Line(row.line, values, room, use, State(values["state"]))
        return Draft(row.line, values, room, line)

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
        if not values.keys() >= set(TIMES):
            return None
        on, first, end_on, last = (values[name] for name in TIMES)
        try:
            start, end = use_of(on, first, end_on, last, self._zone)
        except Unreadable as error:
            column = "end" if isinstance(error, EndUnreadable) else "start"
            self._fault(line, column, error.code, **error.params)
            return None
        if end <= start:
            self._fault(line, "end", "sheet_end_before_start")
            return None
        if end - start > timedelta(days=LONGEST_DAYS):
            self._fault(line, "end", "sheet_use_too_long", days=LONGEST_DAYS)
            return None
        return Interval(start, end)

    def _check_capacity(self, line: int, values: dict[str, Any], room: RoomFacts | None) -> None:
        """What a stored date may be but a new one may not is looked at later: see `check_new`."""
        people = values.get("people")
        if self._actor is None or room is None or room.capacity is None or people is None:
            return
        if people > room.capacity:
            self._fault(line, "people", "sheet_over_capacity", text=people, most=room.capacity)

    def check_new(self, draft: Draft) -> None:
        """Refuse what an owner may not bring in: history, and requests that nobody can decide on."""
        if self._actor is None or "state" not in draft.values:
            return
        state = State(draft.values["state"])
        if state not in ACTIVE:
            self._fault(draft.number, "state", "sheet_only_open_states", text=state.value)
        elif state is State.PENDING and draft.line is not None and draft.line.use.start <= self._now:
            self._fault(draft.number, "state", "sheet_pending_is_past")

    def group(self, drafts: Iterable[Draft]) -> list[list[Draft]]:
        """Return the rows of each reservation together; a row without a reference is one by itself."""
        groups: dict[object, list[Draft]] = {}
        for draft in drafts:
            groups.setdefault(draft.reference or draft.number, []).append(draft)
        for group in groups.values():
            for draft in group[1:]:
                self._agree(group[0], draft)
        return list(groups.values())

    def _agree(self, first: Draft, draft: Draft) -> None:
        """All dates of a reservation say the same of the whole, and lie in rooms of one owner."""
        for name in _in_both(first, draft):
            if first.values[name] != draft.values[name]:
                self._fault(draft.number, name, "sheet_reference_differs", line=first.number)
        if first.room is not None and draft.room is not None and first.room.owner_id != draft.room.owner_id:
            self._fault(draft.number, "room", "sheet_other_owner", line=first.number)

    def _fault(self, number: int, column: str, code: str, **params: Any) -> None:
        kept = {name: short(value) if isinstance(value, str) else value for name, value in params.items()}
        self.faults.append(Fault(number, column, code, kept))


def _in_both(first: Draft, draft: Draft) -> Iterator[str]:
    return (name for name in OF_THE_WHOLE if name in first.values and name in draft.values)


_ALWAYS = frozenset(
    ("reference", "room", *TIMES, "state", "association", "booker", "title", "purpose", "people")
) | {"visibility", "responsible", "contact", "note"}
