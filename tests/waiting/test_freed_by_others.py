"""A slot frees up in many ways that know nothing of the line: it is offered all the same."""

from datetime import time, timedelta
from typing import Any

from booking.db import in_transaction
from booking.reservations.decisions import confirm, withdraw
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import apply_edit
from booking.reservations.giving_back import give_back
from booking.reservations.proposals import accept, expire_proposals, refuse, take_back
from tests.factories.reservations import EVENING, NOW
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.offering import HOUR, WEEK, moved, offered
from tests.reservations.town import Town, of_choir
from tests.waiting.line import states, the_date, wait

NEXT = EVENING.shift(WEEK)


def test_a_counter_offer_that_is_refused_lapses_or_is_taken_back(session: Any, town: Town) -> None:
    booker, approver = acting(town.booker), acting(town.approver)
    for number, end in enumerate(("refused", "lapsed", "taken back", "the request withdrawn")):
        slot, other = EVENING.shift(number * WEEK), make_room(owner=town.owner)
        asked = of_choir(town, slot)
        made = in_transaction(
            lambda asked=asked, slot=slot, other=other: offered(town, asked, slot, room=other)
        )
        entry = wait(make_user(), other, slot)
        reference, deadline = asked.reference, made.deadline_at
        work = {
            "refused": lambda it=made.id, at=reference: refuse(at, it, actor=booker, now=NOW),
            "lapsed": lambda at=deadline: expire_proposals(now=at),
            "taken back": lambda it=made.id, at=reference: take_back(at, it, actor=approver, now=NOW),
            "the request withdrawn": lambda at=reference: withdraw(at, None, actor=booker, now=NOW),
        }[end]
        assert states(entry) == ["waiting"]
        in_transaction(work)
        assert states(entry) == ["offered"], end


def test_a_date_that_takes_a_counter_offer_leaves_what_it_held(session: Any, town: Town) -> None:
    town.room.pending_holds = True
    session.flush()
    asked, other = of_choir(town), make_room(owner=town.owner)
    made = in_transaction(lambda: offered(town, asked, NEXT, room=other))
    entry = wait(make_user(), town.room)
    in_transaction(lambda: accept(asked.reference, made.id, actor=acting(town.booker), now=NOW))
    assert states(entry) == ["offered"]


def test_a_date_that_moves_holds_both_slots_until_it_is_decided(session: Any, town: Town) -> None:
    series = of_choir(town, state="confirmed")
    in_transaction(lambda: moved(town, (series.occurrences[0], NEXT)))
    old, new = wait(make_user(), town.room), wait(make_user(), town.room, NEXT)
    assert states(old, new) == ["waiting", "waiting"]
    in_transaction(lambda: confirm(series.reference, None, actor=acting(town.approver), now=NOW))
    assert states(old, new) == ["offered", "waiting"]


def test_a_date_that_is_given_back_late(session: Any, town: Town) -> None:
    town.room.cancellation_days = 7
    session.flush()
    series = of_choir(town, state="confirmed")
    entry = wait(make_user(), town.room)
    ids, moment = [each.id for each in series.occurrences], EVENING.start - 6 * HOUR
    in_transaction(lambda: give_back(series.reference, ids, actor=acting(town.booker), now=moment))
    assert states(entry) == ["offered"]
    assert the_date(entry).deadline_at == EVENING.start - 3 * HOUR


def test_an_edit_that_takes_less_leaves_the_rest_to_who_waits(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, NEXT, state="confirmed")
    early, late = wait(make_user(), town.room), wait(make_user(), town.room, EVENING.shift(HOUR))
    edit = Edit(Scope.ONE, series.occurrences[0].id, times=Times(time(18), time(19)))
    in_transaction(lambda: apply_edit(series.reference, edit, actor=acting(town.booker), now=NOW))
    assert states(early, late) == ["waiting", "offered"]
    assert series.occurrences[0].ends_at == EVENING.start + HOUR


def test_a_series_that_becomes_an_hour_later_leaves_its_first_hour(session: Any, town: Town) -> None:
    town.room.approval = "at_once"
    session.flush()
    series = of_choir(town, EVENING, NEXT, state="confirmed")
    first_hour = EVENING.extend_end(-HOUR)
    waiting = [wait(make_user(), town.room, use) for use in (first_hour, first_hour.shift(WEEK))]
    same = wait(make_user(), town.room)
    edit = Edit(Scope.ALL, series.occurrences[0].id, times=Times(time(19), time(21)))
    in_transaction(lambda: apply_edit(series.reference, edit, actor=acting(town.booker), now=NOW))
    assert states(*waiting, same) == ["offered", "offered", "waiting"]


def test_the_offers_of_a_freed_slot_never_stand_in_the_way_of_who_freed_it(session: Any, town: Town) -> None:
    """What a transaction releases and takes again is its own: the line is asked last."""
    town.room.approval = "at_once"
    session.flush()
    series = of_choir(town, state="confirmed")
    entry = wait(make_user(), town.room, EVENING.shift(timedelta(minutes=30)))
    edit = Edit(Scope.ONE, series.occurrences[0].id, times=Times(time(18, 30), time(20)))
    in_transaction(lambda: apply_edit(series.reference, edit, actor=acting(town.booker), now=NOW))
    assert states(entry) == ["waiting"]
