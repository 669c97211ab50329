"""Say after the use what came of a date: used, by how many, or left unused.

Source: DOMAIN.md, "Reservations": past and confirmed becomes used or no-show, with attendance; three no-shows
in a season bring a warning and a review by a person, never an automatic ban. What a no-show held stays held:
nobody can use the past.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.audit.service import history
from booking.clock import zone
from booking.errors import Forbidden, NotFound, RuleViolation, Violation, WrongState
from booking.organisations.membership import people_with
from booking.outbox.service import take_back
from booking.reservations import messages, policy
from booking.reservations.after_use import queries
from booking.reservations.changes import for_change, record_change, room_of, take_step
from booking.reservations.lifecycle import State, Step, sources
from booking.reservations.models import Occurrence, Reservation
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.timetable.seasons import Season, season_of
from booking.timetable.zone import local_date

TOO_MANY: Final = 3  # no-shows of a season (DOMAIN.md)
CROWD: Final = 20_000  # the most that may come to a room of unknown size
WARNING: Final = "no_show_warning"
_MARKS: Final = (Step.MARK_USED, Step.MARK_NO_SHOW)


@dataclass(frozen=True, slots=True)
class Mark:
    """What came of one date. `attendance`: how many came, None where nobody counted."""

    occurrence_id: int
    used: bool
    attendance: int | None = None

    @property
    def step(self) -> Step:
        """The step of the lifecycle."""
        return Step.MARK_USED if self.used else Step.MARK_NO_SHOW

    @property
    def counted(self) -> int | None:
        """How many came: to a no-show nobody."""
        return self.attendance if self.used else 0


def mark(reference: str, marks: Sequence[Mark], *, actor: Actor, now: datetime) -> Reservation:
    """Mark dates of one reservation that have begun, in the caller's transaction; return the reservation.

    For the booker's side and for approvers; what an approver has marked the booker's side cannot change. What
    is marked so already stays as it is. Raises NotFound, Forbidden, WrongState for a date that has not begun
    or came to nothing, RuleViolation (fields `attendance-<id>`) for an attendance that cannot be.
    """
    reservation = for_change(reference, policy.require_either, actor)
    by = "owner" if policy.decides(reservation, actor) else "booker"
    dates = {each.id: each for each in reservation.occurrences}
    wanted = {each.occurrence_id: each for each in marks}
    if not wanted.keys() <= dates.keys():
        raise NotFound("unknown_occurrence")
    _refuse_impossible([(dates[key], each) for key, each in wanted.items()], now)
    changed = [(dates[key], each) for key, each in wanted.items() if not _is_so(dates[key], each)]
    if by == "booker" and marked_by_owner(reservation) & {date.id for date, _each in changed}:
        raise Forbidden("marked_by_owner")
    before = Counter(_season(date) for date, _each in changed if date.state == State.NO_SHOW)
    _write(changed, by, actor, now)
    after = Counter(_season(date) for date, _each in changed if date.state == State.NO_SHOW)
    for season in sorted(before | after, key=lambda season: season.first):
        _watch(reservation, season, after[season] - before[season], now)
    return reservation


def marked_by_owner(reservation: Reservation) -> set[int]:
    """Return the ids of the dates whose last mark is an approver's. One statement."""
    found: set[int] = set()
    for entry in history("reservation", reservation.id):
        if entry.action in _MARKS:
            ids = entry.details["occurrences"]
            found = found.union(ids) if entry.details["by"] == "owner" else found.difference(ids)
    return found


def most_people(room: RoomFacts) -> int:
    """Return how many can have come to a use: twice what the room takes, since people come and go."""
    return 2 * room.capacity if room.capacity is not None else CROWD


def _refuse_impossible(wanted: Sequence[tuple[Occurrence, Mark]], now: datetime) -> None:
    broken: list[Violation] = []
    for date, each in wanted:
        if State(date.state) not in sources(each.step) and not _is_marked(date, each):
            raise WrongState(state=date.state, step=each.step.value)
        if date.starts_at > now:
            raise WrongState("not_begun")
        field, most = f"attendance-{date.id}", most_people(room_of(date.room_id))
        if not each.used and each.attendance:
            broken.append(Violation("attendance_of_no_show", field))
        elif each.attendance is not None and not 0 <= each.attendance <= most:
            broken.append(Violation("attendance_impossible", field, {"most": most}))
    if broken:
        raise RuleViolation(broken)


def _is_marked(date: Occurrence, each: Mark) -> bool:
    return date.state == (State.USED if each.used else State.NO_SHOW)


def _is_so(date: Occurrence, each: Mark) -> bool:
    return _is_marked(date, each) and date.attendance == each.counted


def _write(changed: Sequence[tuple[Occurrence, Mark]], by: str, actor: Actor, now: datetime) -> None:
    for step in _MARKS:
        mine = [(date, each) for date, each in changed if each.step is step]
        moved = [date for date, each in mine if not _is_marked(date, each)]
        counted = [date for date, each in mine if _is_marked(date, each)]
        for date, each in mine:
            date.attendance = each.counted
        if moved:
            take_step(step, moved, actor_id=actor.user_id, now=now, by=by)
        if counted:
            record_change(step.value, counted, actor_id=actor.user_id, now=now, by=by)


def _season(date: Occurrence) -> Season:
    return season_of(local_date(date.starts_at, zone()))


def _watch(reservation: Reservation, season: Season, more: int, now: datetime) -> None:
    """Warn the association of its third no-show of a season, or take the warning back while there is time."""
    organisation_id, owner_id = reservation.organisation_id, reservation.room.owner_id
    if organisation_id is None or owner_id is None or not more:
        return
    queries.lock_association(organisation_id)
    found = queries.no_shows([owner_id], queries.span_of([season]), organisation_id=organisation_id)
    if len(found) - more < TOO_MANY <= len(found):
        _warn(reservation, organisation_id, season, found, now)
    elif len(found) < TOO_MANY <= len(found) - more:
        take_back("reservation", reservation.id, [WARNING])


def _warn(
    reservation: Reservation,
    organisation_id: int,
    season: Season,
    found: Sequence[queries.NoShow],
    now: datetime,
) -> None:
    def facts(reader: User) -> Mapping[str, object]:
        return {
            "season": season,
            "no_shows": [
                {"room": room_name(room_of(each.room_id)), "use": Interval(each.start, each.end)}
                for each in found
            ],
        }

    readers = {
        each.id: each
        for each in (*messages.bookers_side(reservation), *people_with(Right.MANAGE, organisation_id))
    }
    latest = [each for each in reservation.occurrences if each.state == State.NO_SHOW][-1:]
    messages.tell_people(WARNING, readers.values(), reservation, latest, now=now, facts=facts, decision=True)
