"""Look at an edit before it is saved: what becomes of each date, what stands in its way, what would mend it.

The page and the saving look through the same eyes: what is shown to work can be saved.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from booking.access.actor import Actor
from booking.availability.patterns import violation_of
from booking.clock import zone
from booking.errors import NotFound, RuleViolation, Violation, WrongState
from booking.reservations.changes import room_of
from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.editing.judging import Line, judge
from booking.reservations.editing.plan import (
    ASKING,
    ENDING,
    Dated,
    EditPlan,
    Item,
    Outcome,
    Spot,
    Why,
    in_scope,
)
from booking.reservations.editing.stretches import Calendar
from booking.reservations.editing.wanted import Series, first_slot, planned
from booking.reservations.editing.words import Spread, spread
from booking.reservations.lifecycle import ACTIVE, State
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.moves import move_of
from booking.reservations.request import ReservationRequest, broken_by_form
from booking.reservations.series import segments_of
from booking.reservations.service import refuse_over_quota
from booking.rooms.catalogue import catalogue
from booking.rooms.rules import broken_by_people, cancellation_deadline
from booking.timetable.interval import Interval
from booking.timetable.pattern import PatternError
from booking.timetable.zone import local_date

OF_THE_WHOLE = ("purpose", "visibility", "responsible", "contact", "note")
"""What only the reservation has, not its dates."""


@dataclass(frozen=True, slots=True)
class EditPreview:
    """An edit that is looked at. `violations` are of the edit as a whole, the rest of single dates.

    `since`: the first slot's date that an edit of a series means. `seen` names the state of the reservation
    that this was read from.
    """

    reservation: Reservation
    edit: Edit
    plan: EditPlan
    titles: Spread[str]
    people: Spread[int]
    calendar: Calendar
    since: date
    seen: str
    lines: tuple[Line, ...] = ()
    violations: tuple[Violation, ...] = ()

    @property
    def troubled(self) -> list[Line]:
        """The dates that cannot be had: what stands in the way of saving."""
        return [each for each in self.lines if each.problem]

    @property
    def fields(self) -> dict[str, str]:
        """What of the reservation as a whole becomes another, by name."""
        return _fields(self.reservation, self.edit)

    @property
    def offers_ended(self) -> list[Occurrence]:
        """The dates whose open offer from the owner ends, because their request changes or is taken back."""
        ids = {item.date.id for item in self.plan.of(Outcome.CHANGED, *ENDING) if item.date}
        dates = (each for each in self.reservation.occurrences if each.id in ids and each.proposal)
        return [each for each in dates if move_of(each) is None]

    @property
    def changes_words(self) -> bool:
        """Whether the title, the number of people or anything of the whole becomes another."""
        whole = (self.titles.whole, self.people.whole) != (self.reservation.title, self.reservation.people)
        return bool(whole or self.titles.own or self.people.own or self.fields)

    @property
    def changes_nothing(self) -> bool:
        """Whether everything stays as it is."""
        return self.plan.is_empty and not self.changes_words

    def title_of(self, occurrence: Occurrence) -> str:
        """Return what a date is called after the edit."""
        return self.titles.own.get(occurrence.id, occurrence.own_title) or self.titles.whole

    def people_of(self, occurrence: Occurrence) -> int:
        """Return how many people come on a date after the edit."""
        return self.people.own.get(occurrence.id, occurrence.own_people) or self.people.whole

    def title_of_new(self, item: Item) -> str:
        """Return what a new date is called: as the one that it takes after."""
        return next(
            (self.title_of(each) for each in self.reservation.occurrences if each.id == item.like),
            self.titles.whole,
        )

    def people_of_new(self, item: Item) -> int:
        """Return how many people come on a new date: as many as on the one that it takes after."""
        return next(
            (self.people_of(each) for each in self.reservation.occurrences if each.id == item.like),
            self.people.whole,
        )


def survey(reservation: Reservation, edit: Edit, *, actor: Actor, now: datetime, offers: bool) -> EditPreview:
    """Return what an edit would do. With `offers` also what would mend the dates that cannot be had.

    Raises NotFound for a date or room that does not exist, WrongState for a date that has ended or begun,
    RuleViolation for a pattern that cannot be.
    """
    edit = _as_it_can_be(edit, reservation)
    dates = [_dated(each, now) for each in reservation.occurrences]
    chosen = _chosen(dates, edit)
    series, today = _series(reservation, chosen, dates), local_date(now, zone())
    try:
        edit, plan = planned(dates, edit, series, today)
    except PatternError as error:
        raise RuleViolation([violation_of(error)]) from error
    titles, people = _words(reservation, dates, edit)
    since = first_slot(dates, edit, today)
    found = EditPreview(
        reservation, edit, plan, titles, people, series.calendar, since, fingerprint(reservation)
    )
    lines = judge(reservation, edit, found.plan, dates, _most(found), actor=actor, now=now, offers=offers)
    broken = [*_broken_by_words(found), *_broken_by_plan(found, dates), *_broken_by_quota(found, now)]
    return replace(found, lines=lines, violations=tuple(broken))


def fingerprint(reservation: Reservation) -> str:
    """Return a name for the state of a reservation that an edit depends on."""
    whole = [getattr(reservation, name) for name in ("title", "people", "room_id", *OF_THE_WHOLE)]
    dates = [
        (
            each.id,
            each.state,
            each.sequence,
            each.room_id,
            each.starts_at.isoformat(),
            each.ends_at.isoformat(),
            each.own_title,
            each.own_people,
            each.proposal.id if each.proposal else None,
        )
        for each in sorted(reservation.occurrences, key=lambda each: each.id)
    ]
    text = json.dumps([whole, reservation.pattern, dates], sort_keys=True)
    return sha256(text.encode()).hexdigest()[:16]


def is_series(reservation: Reservation) -> bool:
    """Whether an edit can be of more than one date."""
    return len(reservation.occurrences) > 1 or reservation.pattern is not None


def _as_it_can_be(edit: Edit, reservation: Reservation) -> Edit:
    """A single use has one date to edit; only what has a pattern can get another."""
    if not is_series(reservation):
        edit = replace(edit, scope=Scope.ONE)
    if edit.expands and not reservation.pattern:
        raise RuleViolation([Violation("not_a_series", "repeat")])
    return edit


def _dated(each: Occurrence, now: datetime) -> Dated:
    room, move = room_of(each.room_id), move_of(each)
    deadline = cancellation_deadline(room.rules, each.starts_at, zone())
    return Dated(
        id=each.id,
        on=local_date(each.slot_starts_at, zone()),
        spot=Spot(room, Interval(each.starts_at, each.ends_at)),
        state=State(each.state),
        turnaround=timedelta(minutes=each.turnaround_minutes),
        is_exception=each.is_exception or (move is not None and move.is_alone),
        is_dropped=each.is_dropped,
        begun=each.starts_at <= now,
        too_late=each.state == State.CONFIRMED.value and deadline < now,
        move=Spot(room_of(move.room_id), Interval(move.starts_at, move.ends_at)) if move else None,
        title=each.title,
        people=each.people,
    )


def _chosen(dates: Iterable[Dated], edit: Edit) -> Dated:
    for each in dates:
        if each.id == edit.date_id:
            if each.begun:
                raise WrongState("already_begun")
            if not each.is_open:
                raise WrongState(state=each.state.value, step="edit")
            return each
    raise NotFound("unknown_occurrence")


def _series(reservation: Reservation, chosen: Dated, dates: Sequence[Dated]) -> Series:
    """New dates go where the chosen one is; where that is an exception, where the next regular one is."""
    regular = [each for each in (chosen, *dates) if each.is_open and not each.is_exception]
    home = room_of(reservation.room_id)
    room = regular[0].wanted.room if regular else home
    return Series(segments_of(reservation), Calendar(zone(), home.school_breaks), room, catalogue().room)


def _words(reservation: Reservation, dates: Sequence[Dated], edit: Edit) -> tuple[Spread[str], Spread[int]]:
    """A single use has no date that could tell something else than the reservation."""
    edit = edit if is_series(reservation) else replace(edit, scope=Scope.ALL)
    title = (edit.title or "").strip() or None
    titles = {each.id: each.own_title for each in reservation.occurrences}
    people = {each.id: each.own_people for each in reservation.occurrences}
    return (
        spread(title, reservation.title, titles, dates, edit),
        spread(edit.people, reservation.people, people, dates, edit),
    )


def _most(found: EditPreview) -> int:
    """Return how many people come at most on a date that something is asked of."""
    asked = found.plan.of(*ASKING)
    ids = {item.date.id for item in asked if item.date}
    counts = [found.people_of(each) for each in found.reservation.occurrences if each.id in ids]
    return max(counts + [found.people_of_new(item) for item in asked if item.date is None], default=1)


def _fields(reservation: Reservation, edit: Edit) -> dict[str, str]:
    wanted = {name: getattr(edit, name) for name in OF_THE_WHOLE}
    after = {name: value.strip() for name, value in wanted.items() if value is not None}
    return {name: value for name, value in after.items() if value != getattr(reservation, name)}


def _broken_by_words(found: EditPreview) -> list[Violation]:
    """Return what no room would take, and what is not one date's to have."""
    reservation, edit = found.reservation, found.edit
    first = reservation.occurrences[0]
    before = {name: getattr(reservation, name) for name in OF_THE_WHOLE}
    asked = ReservationRequest(
        room_slug="",
        start=first.starts_at,
        end=first.ends_at,
        title=reservation.title if edit.title is None else edit.title,
        people=reservation.people if edit.people is None else edit.people,
        **(before | found.fields),
    )
    broken = broken_by_form(asked)
    if "responsible" in found.fields and not found.fields["responsible"]:
        broken.append(Violation("responsible_missing", "responsible"))
    if is_series(reservation) and edit.scope is not Scope.ALL:
        broken += [Violation("only_for_all", name) for name in found.fields]
    return broken


def _broken_by_plan(found: EditPreview, dates: Sequence[Dated]) -> list[Violation]:
    """Return what is wrong with all dates together, and with the one that is edited alone."""
    edit, plan = found.edit, found.plan
    broken: list[Violation] = []
    if edit.scope is Scope.ONE and any(item.why is Why.TOO_LATE for item in plan.items):
        (chosen,) = in_scope(dates, edit)
        rules = chosen.spot.room.rules
        deadline = cancellation_deadline(rules, chosen.spot.use.start, zone())
        params = {"days": rules.cancellation_days, "moment": deadline}
        broken.append(Violation("too_late_to_change", "date", params))
    ended = {item.date.id for item in plan.of(*ENDING) if item.date}
    if ended and not plan.of(Outcome.ADDED) and ended.issuperset(each.id for each in dates if each.is_open):
        broken.append(Violation("no_dates_left", "fix"))
    return broken + _too_many_people(found, dates)


def _too_many_people(found: EditPreview, dates: Sequence[Dated]) -> list[Violation]:
    """Return the rooms of dates that stay which are too small; of those that move their own lines tell it."""
    if found.edit.people is None:
        return []
    moving = {item.date.id for item in found.plan.of(*ASKING, *ENDING) if item.date}
    staying = {each.id for each in in_scope(dates, found.edit) if each.is_open} - moving
    broken: list[Violation] = []
    for each in found.reservation.occurrences:
        if each.id in staying:
            rooms = {each.room_id} | ({each.proposal.room_id} if each.proposal else set())
            for room_id in rooms:
                broken += broken_by_people(room_of(room_id).capacity, found.people_of(each))
    return list(dict.fromkeys(broken))


def _broken_by_quota(found: EditPreview, now: datetime) -> list[Violation]:
    """Return the rooms that dates go to in which the association has as many reservations as it may have."""
    reservation = found.reservation
    active = (each for each in reservation.occurrences if each.state in ACTIVE and each.ends_at > now)
    counted = {each.room_id for each in active}
    rooms = {item.wish.room.id: item.wish.room for item in found.plan.of(*ASKING) if item.wish}
    broken: list[Violation] = []
    for room_id in rooms.keys() - counted:
        try:
            refuse_over_quota(rooms[room_id], reservation.organisation, now)
        except RuleViolation as error:
            broken += [replace(each, field="room") for each in error.violations]
    return broken
