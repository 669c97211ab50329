"""Edit upon edit, without a database: what the segments give is what is there, and no exception is lost."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from booking.availability.fixes import Fix, FixKind
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.plan import Dated, Item, Outcome, Spot
from booking.reservations.editing.rewriting import segments_after
from booking.reservations.editing.stretches import by_last_date, in_force, slots_in
from booking.reservations.editing.wanted import first_slot, planned
from booking.reservations.lifecycle import State
from booking.reservations.segments import Segment
from booking.timetable.pattern import Pattern, PatternError
from tests.editing.pure import AT_ONCE, CALENDAR, DAY, HALL, HELSINKI, NOW, STUDIO, TUESDAY, WEEK, series, use
from tests.timetable.patterns import patterns

SOME_TIMES = [
    Times(time(18), time(20)),
    Times(time(17), time(20)),
    Times(time(22), time(1), 1),
    Times(time(8), time(9)),
]
ENDED = [State.CANCELLED, State.DECLINED, State.WITHDRAWN, State.EXPIRED]

numbers = st.integers(0, 1000)
fixes = st.builds(
    Fix,
    st.integers(0, 15).map(lambda n: TUESDAY + n * WEEK),
    st.sampled_from([FixKind.SKIP, FixKind.KEEP, FixKind.WAIT]),
)


@dataclass
class World:
    """One series as it is stored, the clock, and what no edit may change."""

    segments: list[Segment]
    dates: list[Dated]
    now: datetime = NOW
    exceptions: dict[int, Dated] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return self.now.astimezone(HELSINKI).date()

    def clock(self, now: datetime) -> None:
        self.now = now
        self.dates = [
            replace(
                each,
                begun=each.spot.use.start <= now,
                too_late=each.spot.use.start <= now + 7 * DAY,
                state=self._by_time(each),
            )
            for each in self.dates
        ]

    def _by_time(self, each: Dated) -> State:
        begun = each.spot.use.start <= self.now
        return State.EXPIRED if begun and each.state is State.PENDING else each.state

    def edit(self, edit: Edit) -> None:
        """Do what the plan says, as the service does."""
        at = first_slot(self.dates, edit, self.today)
        edit, plan = planned(self.dates, edit, series(*self.segments), self.today)
        done = {item.date.id: self._done(item, edit) for item in plan.items if item.date}
        after = [
            replace(
                done.get(each.id, each),
                on=plan.names.get(each.id, each.on),
                is_dropped=done.get(each.id, each).is_dropped or each.id in plan.lost,
            )
            for each in self.dates
        ]
        if edit.scope is not Scope.ONE:
            self.segments = segments_after(self.segments, at, edit, plan.left_out, CALENDAR)
        for item in plan.of(Outcome.ADDED):
            assert item.wish is not None
            if item.wish.use is not None:
                spot = Spot(item.wish.room, item.wish.use)
                after.append(Dated(len(after) + 1, item.on, spot, State.PENDING))
        self.dates = after
        self.clock(self.now)

    def _done(self, item: Item, edit: Edit) -> Dated:
        each, wish = item.date, item.wish
        assert each is not None
        if item.outcome is Outcome.CANCELLED:
            return replace(each, state=State.CANCELLED, is_dropped=True, move=None)
        if item.outcome is Outcome.WITHDRAWN:
            return replace(each, state=State.WITHDRAWN, is_dropped=True, move=None)
        if item.outcome is Outcome.REVERTED:
            return replace(each, move=None)
        if item.outcome not in (Outcome.CHANGED, Outcome.CONSENT) or wish is None or wish.use is None:
            return each
        alone = each.is_exception or edit.scope is Scope.ONE
        spot = Spot(wish.room, wish.use)
        if item.outcome is Outcome.CONSENT:
            return replace(each, move=spot, is_exception=alone)
        state = State.CONFIRMED if wish.room is AT_ONCE else each.state
        return replace(each, spot=spot, move=None, state=state, is_exception=alone)

    def check(self) -> None:
        named = [each.on for each in self.dates if not each.is_dropped]
        assert len(named) == len(set(named)), "two dates of one slot"
        given = {slot.date for slot in slots_in(self.segments, CALENDAR) if slot.interval}
        assert {on for on in given if on > self.today} <= set(named), "a date of the pattern is missing"
        regular = {
            each.on for each in self.dates if each.is_open and not each.is_exception and not each.too_late
        }
        assert regular <= given, "a date is there that no segment gives"
        for number, kept in self.exceptions.items():
            (now,) = (each for each in self.dates if each.id == number)
            assert now.spot == kept.spot, "an exception was moved"


@st.composite
def edits(draw: st.DrawFn, world: World) -> Edit | None:
    coming = [each for each in world.dates if each.is_open]
    if not coming:
        return None
    chosen = coming[draw(numbers) % len(coming)]
    scope = draw(st.sampled_from(Scope))
    pattern = None
    if scope is not Scope.ONE and draw(st.booleans()):
        pattern = draw(patterns(chosen.on))
        if draw(st.booleans()) and (found := in_force(world.segments, chosen.on, CALENDAR)):
            pattern = by_last_date(found, CALENDAR).pattern
    return Edit(
        scope,
        chosen.id,
        times=draw(st.none() | st.sampled_from(SOME_TIMES)),
        room=draw(st.none() | st.sampled_from([HALL.slug, STUDIO.slug, AT_ONCE.slug])),
        days=draw(st.sampled_from([0, 0, 0, 1, -1, 7])),
        pattern=pattern,
        fixes=tuple(draw(st.lists(fixes, max_size=2))),
    )


def begin(pattern: Pattern) -> World:
    segment = Segment(TUESDAY, time(18), time(20), 0, pattern)
    slots = slots_in([segment], CALENDAR)
    dates = [
        Dated(n + 1, slot.date, Spot(HALL, use(slot.date)), State.PENDING) for n, slot in enumerate(slots)
    ]
    world = World([segment], dates)
    world.clock(NOW)
    return world


@settings(max_examples=150)
@given(st.data())
def test_whatever_is_edited_the_segments_give_what_is_there_and_exceptions_stay(data: st.DataObject) -> None:
    try:
        world = begin(data.draw(patterns(TUESDAY)))
    except PatternError:
        return
    for _step in range(data.draw(st.integers(1, 12))):
        which = data.draw(st.sampled_from(["edit", "edit", "edit", "decide", "end", "accept", "time"]))
        coming = [each for each in world.dates if each.is_open]
        world.exceptions = {}  # what only an edit must leave alone: a move that is accepted goes through
        if which == "time":
            world.clock(world.now + data.draw(st.integers(1, 30)) * DAY)
        elif which == "edit":
            _edit(world, data)
        elif coming:
            chosen = coming[data.draw(numbers) % len(coming)]
            world.dates = [_other(each, which, data) if each is chosen else each for each in world.dates]
        world.check()


def _edit(world: World, data: st.DataObject) -> None:
    edit = data.draw(edits(world))
    if edit is None:
        return
    one = edit.scope is Scope.ONE
    world.exceptions = {
        each.id: each
        for each in world.dates
        if each.is_exception and each.is_open and not (one and each.id == edit.date_id)
    }
    try:
        world.edit(edit)
    except PatternError:  # it cannot be: nothing is edited
        return


def _other(each: Dated, which: str, data: st.DataObject) -> Dated:
    if which == "decide":
        return replace(each, state=State.CONFIRMED)
    if which == "end":
        return replace(each, state=data.draw(st.sampled_from(ENDED)), move=None)
    if each.move is not None:
        return replace(each, spot=each.move, move=None)
    return each


def test_nothing_of_a_date_that_ended_by_itself_comes_back() -> None:
    world = begin(Pattern("weekly", count=4))
    first, *rest = world.dates
    world.dates = [replace(first, state=State.CANCELLED), *rest]
    longer = Pattern("weekly", until=TUESDAY + 5 * WEEK)
    world.edit(Edit(Scope.ALL, 2, pattern=longer))
    assert [each.on for each in world.dates if each.is_open] == [TUESDAY + n * WEEK for n in range(1, 6)]
    world.edit(Edit(Scope.ALL, 2, pattern=Pattern("weekly", 2, until=longer.until)))
    world.edit(Edit(Scope.ALL, 2, pattern=longer))
    assert [each.on for each in world.dates if each.is_open] == [TUESDAY + n * WEEK for n in (1, 3, 5, 2, 4)]
    assert len(world.dates) == 8
    assert timedelta(0) == world.dates[0].turnaround
