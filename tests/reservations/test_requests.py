"""Asking for a room: what is let through, in which state, and every reason for refusing."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from booking.access.actor import VISITOR
from booking.access.roles import MEMBERSHIP_ROLES, Role
from booking.audit.service import history
from booking.errors import Forbidden, NotFound, SlotTaken
from booking.occupancy.models import Occupancy
from booking.occupancy.service import held
from booking.reservations.service import request_reservation
from booking.reservations.writing import REFERENCE_ALPHABET, REFERENCE_LENGTH
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.rooms import every_day, make_divisible_hall, make_room
from tests.factories.users import acting, make_user
from tests.reservations.requesting import ask, refused
from tests.reservations.town import Town

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_a_room_by_approval_makes_a_pending_request_that_holds_nothing(session: Any, town: Town) -> None:
    reservation = ask(town, title="  Kevätkonsertti ", people=24, note=" tuolit ", responsible="")
    (occurrence,) = reservation.occurrences
    assert (occurrence.state, occurrence.claim_id, occurrence.sequence) == ("pending", None, 0)
    assert (occurrence.starts_at, occurrence.ends_at) == (EVENING.start, EVENING.end)
    assert occurrence.slot_starts_at == EVENING.start
    assert reservation.title == "Kevätkonsertti"
    assert reservation.note == "tuolit"
    assert reservation.responsible == town.booker.name
    assert (reservation.booker_id, reservation.organisation_id) == (town.booker.id, town.choir.id)
    assert (reservation.created_at, reservation.changed_at) == (NOW, NOW)
    assert session.scalar(select(func.count()).select_from(Occupancy)) == 0


def test_a_room_at_once_confirms_by_itself_and_claims_the_turnaround(session: Any, town: Town) -> None:
    room = make_room(approval="at_once", turnaround_minutes=30)
    (occurrence,) = ask(town, room).occurrences
    assert occurrence.state == "confirmed"
    assert (occurrence.starts_at, occurrence.ends_at) == (EVENING.start, EVENING.end)
    assert occurrence.turnaround_minutes == 30
    assert occurrence.claim_id is not None
    assert held([occurrence.claim_id])[occurrence.claim_id] == [
        (room.spaces[0].id, EVENING.extend_end(30 * MINUTE))
    ]


def test_a_pending_request_holds_its_time_where_the_room_says_so(session: Any, town: Town) -> None:
    room = make_room(pending_holds=True)
    (occurrence,) = ask(town, room).occurrences
    assert occurrence.state == "pending"
    assert held([occurrence.claim_id])[occurrence.claim_id] == [(room.spaces[0].id, EVENING)]
    with pytest.raises(SlotTaken):
        ask(town, room, EVENING.shift(HOUR))


def test_requests_compete_for_a_room_that_does_not_hold(session: Any, town: Town) -> None:
    first, second = ask(town), ask(town)
    assert first.reference != second.reference
    assert first.occurrences[0].state == second.occurrences[0].state == "pending"


@pytest.mark.parametrize("approval", ["at_once", "by_approver"])
def test_nobody_gets_even_a_request_for_taken_time(session: Any, town: Town, approval: str) -> None:
    room = make_room(approval=approval)
    make_reservation(room)
    for use in (EVENING, EVENING.shift(HOUR), EVENING.shift(-HOUR)):
        with pytest.raises(SlotTaken) as caught:
            ask(town, room, use)
        assert caught.value.conflicts == (use,)
    ask(town, room, EVENING.shift(2 * HOUR))
    ask(town, room, EVENING.shift(-2 * HOUR))


def test_the_turnaround_counts_on_both_sides(session: Any, town: Town) -> None:
    room = make_room(approval="at_once", turnaround_minutes=60)
    make_reservation(room)
    for shift in (2 * HOUR, -2 * HOUR, 2.5 * HOUR, -2.5 * HOUR):
        with pytest.raises(SlotTaken):
            ask(town, room, EVENING.shift(shift))
    ask(town, room, EVENING.shift(3 * HOUR))
    ask(town, room, EVENING.shift(-3 * HOUR))


def test_the_turnaround_may_run_past_closing(session: Any, town: Town) -> None:
    room = make_room(approval="at_once", turnaround_minutes=60, hours=every_day(8 * 60, 20 * 60))
    assert ask(town, room).occurrences[0].state == "confirmed"


def test_a_later_change_of_the_turnaround_leaves_old_claims(session: Any, town: Town) -> None:
    room = make_room(approval="at_once", turnaround_minutes=0)
    old = ask(town, room)
    room.turnaround_minutes = 60
    session.flush()
    assert held([old.occurrences[0].claim_id])[old.occurrences[0].claim_id] == [(room.spaces[0].id, EVENING)]
    new = ask(town, room, EVENING.shift(2 * HOUR))
    assert held([new.occurrences[0].claim_id])[new.occurrences[0].claim_id][0][1] == EVENING.shift(
        2 * HOUR
    ).extend_end(HOUR)


def test_a_half_booked_hall_is_taken_as_a_whole(session: Any, town: Town) -> None:
    half_a, half_b, whole = make_divisible_hall(approval="at_once")
    ask(town, half_a)
    with pytest.raises(SlotTaken):
        ask(town, whole)
    ask(town, half_b)
    ask(town, whole, EVENING.shift(2 * HOUR))
    for half in (half_a, half_b):
        with pytest.raises(SlotTaken):
            ask(town, half, EVENING.shift(3 * HOUR))


def test_confirming_at_once_declines_the_requests_that_waited_for_the_same_space(
    session: Any, town: Town
) -> None:
    half_a, half_b, whole = make_divisible_hall()
    waiting, beside = ask(town, whole), ask(town, half_b)
    half_a.approval = "at_once"
    session.flush()
    ask(town, half_a)
    assert waiting.occurrences[0].state == "declined"
    assert beside.occurrences[0].state == "pending"


def test_the_reference_can_be_said_over_the_phone_and_the_uid_names_the_host(
    session: Any, town: Town
) -> None:
    reservation = ask(town)
    assert len(reservation.reference) == REFERENCE_LENGTH
    assert set(reservation.reference) <= set(REFERENCE_ALPHABET)
    assert reservation.occurrences[0].uid.endswith("@localhost")


def test_the_request_is_the_first_entry_of_the_history(session: Any, town: Town) -> None:
    pending, confirmed = ask(town), ask(town, make_room(approval="at_once"))
    for reservation, state in ((pending, "pending"), (confirmed, "confirmed")):
        (entry,) = history("reservation", reservation.id)
        assert (entry.action, entry.actor_id, entry.at) == ("request", town.booker.id, NOW)
        assert entry.details == {"state": state}


def test_the_terms_in_force_are_kept_with_the_reservation(session: Any, town: Town) -> None:
    town.room.terms_version = 3
    session.flush()
    assert ask(town).terms_version == 3


# Who


def test_a_visitor_is_refused(session: Any, town: Town) -> None:
    with pytest.raises(Forbidden):
        request_reservation(request_for(town.room), actor=VISITOR, now=NOW)


def test_only_bookers_managers_approvers_and_staff_book_for_an_organisation(session: Any, town: Town) -> None:
    request = request_for(town.room, organisation_slug=town.choir.slug)
    for role in MEMBERSHIP_ROLES:
        actor = acting(make_member(town.choir, role))
        if role is Role.MEMBER:
            with pytest.raises(Forbidden) as caught:
                request_reservation(request, actor=actor, now=NOW)
            assert caught.value.code == "not_a_booker"
        else:
            request_reservation(request, actor=actor, now=NOW)
    with pytest.raises(Forbidden):
        request_reservation(request, actor=acting(town.rival), now=NOW)
    with pytest.raises(Forbidden):
        request_reservation(request, actor=acting(make_user(is_admin=True)), now=NOW)


def test_an_unknown_room_or_one_not_published_is_not_found(session: Any, town: Town) -> None:
    for room in (make_room(state="draft"), make_room(state="retired")):
        with pytest.raises(NotFound):
            ask(town, room)
    with pytest.raises(NotFound):
        ask(town, room_slug="ei-ole")


def test_an_unknown_association_is_named(session: Any, town: Town) -> None:
    assert refused(lambda: ask(town, organisation_slug="ei-ole")) == [
        ("unknown_organisation", "organisation")
    ]


def test_a_room_for_associations_asks_for_whom(session: Any, town: Town) -> None:
    room = make_room(who_may_book="associations")
    assert refused(lambda: ask(town, room, organisation_slug=None)) == [("associations_only", "organisation")]
    ask(town, room)


def test_a_room_for_anyone_takes_a_person_for_themselves(session: Any, town: Town) -> None:
    reservation = ask(town, organisation_slug=None)
    assert reservation.organisation_id is None


def test_a_room_for_the_owners_members_takes_only_them(session: Any, town: Town) -> None:
    room = make_room(owner=town.owner, who_may_book="members")
    assert refused(lambda: ask(town, room)) == [("owners_members_only", "room")]
    member = acting(make_member(town.owner, Role.MEMBER))
    request = request_for(room)
    assert request_reservation(request, actor=member, now=NOW).organisation_id is None


def test_a_room_without_an_owner_or_for_rounds_only_takes_no_request(session: Any, town: Town) -> None:
    assert refused(lambda: ask(town, make_room(owner=None))) == [("owner_unknown", "room")]
    assert refused(lambda: ask(town, make_room(approval="by_round"))) == [("by_round_only", "room")]
