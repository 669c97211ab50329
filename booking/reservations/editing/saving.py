"""Write what an edit changes: all that is given back is released before anything new is claimed.

Callers work under `changes.for_change`, with the rooms that dates go to locked too, and have looked that
everything can be had.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from booking.access.actor import Actor
from booking.availability.wishes import Wish
from booking.clock import zone
from booking.extensions import db
from booking.occupancy import service as occupancy
from booking.reservations.changes import (
    claimed,
    close_proposals,
    hold,
    hold_of,
    mark_changed,
    record_change,
    room_of,
    take_step,
    touch_calendars,
    touch_events,
)
from booking.reservations.editing.edit import Scope
from booking.reservations.editing.plan import Item, Outcome
from booking.reservations.editing.rewriting import segments_after
from booking.reservations.editing.survey import OF_THE_WHOLE, EditPreview, is_series
from booking.reservations.lifecycle import ACTIVE, State, Step
from booking.reservations.models import Occurrence
from booking.reservations.moves import Change, Place, changes_of
from booking.reservations.proposals import propose_moves
from booking.reservations.series import segments_of, written
from booking.reservations.writing import new_occurrence
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.timetable.interval import Interval
from booking.timetable.zone import MissingTime, isoformat, to_utc, to_wall

_KINDS = ("title", "people", "room", "times", "days", "pattern", *OF_THE_WHOLE)


@dataclass(frozen=True, slots=True)
class Saved:
    """The dates by what became of them. `moved` went at once, `asked` await consent: with their ways there.

    `told` are those of the rest that tell something else than before; `retold`: so does the reservation.
    `offers_ended`: where the owner had offered to take dates whose request is now another, or is no more.
    """

    moved: Sequence[Occurrence]
    ways: Sequence[Change]
    asked: Sequence[Occurrence]
    ways_asked: Sequence[Change]
    reverted: Sequence[Occurrence]
    ended: Sequence[Occurrence]
    added: Sequence[Occurrence]
    told: Sequence[Occurrence]
    retold: bool = False
    offers_ended: Sequence[Change] = ()

    @property
    def only_asks(self) -> bool:
        """Whether nothing is otherwise until the owner consents."""
        done = (self.moved, self.reverted, self.ended, self.added, self.told)
        return bool(self.asked) and not self.retold and not any(done)

    @property
    def confirmed(self) -> list[Occurrence]:
        """The dates that have taken a new time or room for good."""
        return [each for each in (*self.moved, *self.added) if each.state == State.CONFIRMED]

    @property
    def living(self) -> list[Occurrence]:
        """All dates that the edit has changed but not ended, by start."""
        found = (*self.moved, *self.asked, *self.reverted, *self.added, *self.told)
        return sorted(dict.fromkeys(found), key=lambda each: (each.starts_at, each.id))


def save(found: EditPreview, *, actor: Actor, now: datetime) -> Saved:
    """Do what was looked at, and write one step of the history for it. Flushes.

    Raises SlotTaken when something cannot be had after all.
    """
    told, offers = _retold(found, now), changes_of(found.offers_ended)
    ended = _end(found, actor, now)
    moved, asked = _dates(found, Outcome.CHANGED), _dates(found, Outcome.CONSENT)
    reverted = _dates(found, Outcome.REVERTED)
    changing = (*moved, *asked, *reverted)
    left = {each.room_id for each in moved} | _proposed_rooms(changing)
    old = [Place.of(each) for each in moved]
    close_proposals(changing, now=now)
    alone = _alone(found)
    for occurrence in moved:
        occurrence.is_exception = occurrence.is_exception or occurrence.id in alone
    for occurrence, wish in zip(moved, _wishes(found, Outcome.CHANGED), strict=True):
        _place(occurrence, wish, now)
    added = _added(found, now)
    _take([*changing, *added], moved, added, now)
    wishes = zip(asked, _wishes(found, Outcome.CONSENT), strict=True)
    items = [(each, wish.room, _use(wish)) for each, wish in wishes]
    propose_moves(items, actor=actor, now=now, alone=alone)
    _confirm_at_once(moved, now)
    _write_whole(found, stays_open=bool(asked))
    told = [each for each in told if each not in moved and each not in ended]
    for each in told:
        mark_changed(each, now)
    ways = [Change(place, Place.of(each)) for place, each in zip(old, moved, strict=True)]
    saved = Saved(
        moved,
        ways,
        asked,
        changes_of(asked),
        reverted,
        ended,
        added,
        told,
        bool(told or found.fields),
        offers,
    )
    _record(found, saved, left | _proposed_rooms(asked), actor, now)
    return saved


def _added(found: EditPreview, now: datetime) -> list[Occurrence]:
    """Write the dates that are new, which hold nothing yet. Flushes."""
    added = [new_occurrence(wish, _use(wish), None, now=now) for wish in _wishes(found, Outcome.ADDED)]
    found.reservation.occurrences.extend(added)
    for each, item in zip(added, found.plan.of(Outcome.ADDED), strict=True):
        _name_new(found, each, item)
    db.session.flush()
    return added


def _dates(found: EditPreview, outcome: Outcome) -> list[Occurrence]:
    rows = {each.id: each for each in found.reservation.occurrences}
    return [rows[item.date.id] for item in found.plan.of(outcome) if item.date]


def _wishes(found: EditPreview, outcome: Outcome) -> list[Wish]:
    return [item.wish for item in found.plan.of(outcome) if item.wish]


def _use(wish: Wish) -> Interval:
    if wish.use is None:
        raise ValueError("a time that the clocks skip cannot be saved")
    return wish.use


def _end(found: EditPreview, actor: Actor, now: datetime) -> list[Occurrence]:
    """End the dates that the series no longer has: another edit may ask for them anew."""
    cancelled, withdrawn = _dates(found, Outcome.CANCELLED), _dates(found, Outcome.WITHDRAWN)
    for each in (*cancelled, *withdrawn):
        each.is_dropped = True
    if cancelled:
        take_step(Step.CANCEL, cancelled, actor_id=actor.user_id, now=now, by="booker", edit=True)
    if withdrawn:
        take_step(Step.WITHDRAW, withdrawn, actor_id=actor.user_id, now=now, edit=True)
    return [*cancelled, *withdrawn]


def _alone(found: EditPreview) -> set[int]:
    """Return the dates that are changed by themselves: once there, edits of the series leave them alone."""
    if not is_series(found.reservation):
        return set()
    changing = found.plan.of(Outcome.CHANGED, Outcome.CONSENT)
    return {item.date.id for item in changing if item.date and _is_alone(found, item)}


def _is_alone(found: EditPreview, item: Item) -> bool:
    return found.edit.scope is Scope.ONE or (item.wish is not None and item.wish.fix is not None)


def _proposed_rooms(occurrences: Iterable[Occurrence]) -> set[int]:
    return {each.proposal.room_id for each in occurrences if each.proposal is not None}


def _place(occurrence: Occurrence, wish: Wish, now: datetime) -> None:
    use, rules = _use(wish), wish.room.rules
    if occurrence.room_id != wish.room.id:
        occurrence.room_id, occurrence.room = wish.room.id, db.session.get_one(Room, wish.room.id)
        occurrence.pending_holds = rules.pending_holds
    occurrence.starts_at, occurrence.ends_at = use.start, use.end
    occurrence.turnaround_minutes = rules.turnaround_minutes
    occurrence.reminded_at = None
    mark_changed(occurrence, now)


def _take(
    changing: Sequence[Occurrence], moved: Sequence[Occurrence], added: Sequence[Occurrence], now: datetime
) -> None:
    """Release what all of these held and claim what they hold now; what holds nothing has to be free."""
    hold([(each, hold_of(each)) for each in changing], now=now)
    bare = [each for each in (*moved, *added) if each.claim_id is None]
    occupancy.require_free([occupancy.Part(room_of(each.room_id).space_ids, claimed(each)) for each in bare])


def _confirm_at_once(moved: Sequence[Occurrence], now: datetime) -> None:
    """Confirm the requests that went to a room which needs no approver."""
    confirmed = [
        each
        for each in moved
        if each.state == State.PENDING and room_of(each.room_id).rules.approval == "at_once"
    ]
    if confirmed:
        take_step(Step.CONFIRM, confirmed, actor_id=None, now=now)


def _name_new(found: EditPreview, occurrence: Occurrence, item: Item) -> None:
    """Give a new date the title and people of the one that it takes after."""
    title, people = found.title_of_new(item), found.people_of_new(item)
    occurrence.own_title = None if title == found.titles.whole else title
    occurrence.own_people = None if people == found.people.whole else people


def _rename(found: EditPreview) -> None:
    """Move the slots along with their series, also of what has ended: they go on naming the same dates."""
    names, local = found.plan.names, zone()
    for each in found.reservation.occurrences:
        each.is_dropped = each.is_dropped or each.id in found.plan.lost
        slot = to_wall(each.slot_starts_at, local)
        on = names.get(each.id, slot.date())
        if on != slot.date():
            each.slot_starts_at = _slot_on(on, slot.time(), local)


def _slot_on(on: date, start: time, local: ZoneInfo) -> datetime:
    """Return the slot of a date; at noon where the clocks skip its time: the date is what names it."""
    try:
        return to_utc(datetime.combine(on, start.replace(fold=0)), local)
    except MissingTime:
        return to_utc(datetime.combine(on, time(12)), local)


def _retold(found: EditPreview, now: datetime) -> list[Occurrence]:
    """Return the coming dates that will tell something else in calendars: a name, how many, what for."""
    whole = {"purpose", "visibility"}.intersection(found.fields)
    return [
        each
        for each in found.reservation.occurrences
        if each.state in ACTIVE
        and each.starts_at > now
        and (whole or (found.title_of(each), found.people_of(each)) != (each.title, each.people))
    ]


def _write_whole(found: EditPreview, *, stays_open: bool) -> None:
    """Write what is told, how the series goes on, and the room where all of it is now."""
    reservation, edit = found.reservation, found.edit
    for each in reservation.occurrences:
        each.own_title = found.titles.own.get(each.id, each.own_title)
        each.own_people = found.people.own.get(each.id, each.own_people)
    reservation.title, reservation.people = found.titles.whole, found.people.whole
    if "visibility" in found.fields:
        touch_events()
    for name, value in found.fields.items():
        setattr(reservation, name, value)
    _rename(found)
    segments = segments_of(reservation)
    if segments and edit.scope is not Scope.ONE:
        after = segments_after(segments, found.since, edit, found.plan.left_out, found.calendar)
        reservation.pattern = written(after)
    everywhere = edit.scope is Scope.ALL or not is_series(reservation)
    if edit.room is not None and everywhere and not stays_open:
        room = catalogue().room(edit.room)
        reservation.room_id, reservation.room = room.id, db.session.get_one(Room, room.id)
        reservation.terms_version = room.terms_version


def _record(
    found: EditPreview, saved: Saved, other_rooms: Iterable[int], actor: Actor, now: datetime
) -> None:
    """Write the step, and raise the versions of the calendars that showed the dates elsewhere."""
    reservation, edit = found.reservation, found.edit
    chosen = [each for each in reservation.occurrences if each.id == edit.date_id]
    record_change(
        "edit",
        saved.living or saved.ended or chosen,
        actor_id=actor.user_id,
        now=now,
        scope=edit.scope.value,
        kinds=sorted(name for name in _KINDS if getattr(edit, name) not in (None, 0)),
        moved=_as_moments(saved.moved, saved.ways),
        asked=_as_moments(saved.asked, saved.ways_asked),
        added=[each.id for each in saved.added],
    )
    for room_id in other_rooms:
        touch_calendars(reservation, catalogue().sharing(room_of(room_id)))


def _as_moments(occurrences: Sequence[Occurrence], ways: Sequence[Change]) -> list[dict[str, object]]:
    local = zone()

    def place(each: Place) -> list[object]:
        return [each.room_id, isoformat(each.start, local), isoformat(each.end, local)]

    return [
        {"id": each.id, "from": place(way.old), "to": place(way.new)}
        for each, way in zip(occurrences, ways, strict=True)
    ]
