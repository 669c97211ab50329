"""Rooms that follow their owner's default rules, however they come to be, and the sheet that tells it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.clock import now
from booking.db import in_transaction
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.exchange import export_rooms, import_rooms
from booking.rooms.models import OwnerRules, Room, Space, Venue
from booking.rooms.own_rules import RULES, defaults_of, followed, put_rules
from booking.rooms.rules import RoomRules
from tests.factories.organisations import make_organisation
from tests.factories.rooms import make_room, make_venue

DEFAULTS = RoomRules(who_may_book="anyone", turnaround_minutes=45, shortest_minutes=60, most_active=3)
HEADER = "slug,name_fi,kind,venue,owner,owner_slug"


@pytest.fixture
def owner(session: Any) -> Organisation:
    found = make_organisation(slug="imatran-kaupunki", name="Imatran kaupunki", kind="city")
    row = OwnerRules(organisation_id=found.id, changed_at=now())
    put_rules(row, DEFAULTS)
    db.session.add(row)
    db.session.flush()
    return found


def take(text: str) -> Any:
    return in_transaction(lambda: import_rooms(text.encode()))


def room_of(slug: str) -> Room:
    return db.session.query(Room).filter_by(slug=slug).one()


def test_a_new_room_takes_the_defaults_for_what_it_does_not_say(owner: Organisation) -> None:
    room = Room(slug="uusi", name="Uusi", kind="hall", venue=make_venue(), owner=owner, grid_minutes=60)
    db.session.add(room)
    db.session.flush()
    assert (room.turnaround_minutes, room.shortest_minutes, room.most_active) == (45, 60, 3)
    assert room.own_rules == ["grid_minutes"]


def test_without_defaults_a_room_follows_those_of_the_service(session: Any) -> None:
    room = Room(slug="uusi", name="Uusi", kind="hall", venue=make_venue(), owner=make_organisation())
    db.session.add(room)
    db.session.flush()
    assert {name: getattr(room, name) for name in RULES} == {
        name: getattr(RoomRules(), name) for name in RULES
    }
    assert room.own_rules == []
    assert defaults_of(room.owner_id) == RoomRules()


def test_a_length_that_is_said_moves_the_one_that_is_not(owner: Organisation) -> None:
    long, short = make_room(owner=owner, shortest_minutes=900), make_room(owner=owner, longest_minutes=30)
    assert (long.longest_minutes, short.shortest_minutes) == (900, 30)
    assert "longest_minutes" in long.own_rules
    assert "shortest_minutes" in short.own_rules


def test_a_value_that_differs_is_the_rooms_own_whoever_sets_it(owner: Organisation) -> None:
    room = make_room(owner=owner)
    assert room.own_rules == []
    room.turnaround_minutes = 15
    db.session.flush()
    assert room.own_rules == ["turnaround_minutes"]


def test_a_room_that_changes_its_owner_keeps_what_is_in_force(owner: Organisation) -> None:
    room = make_room(owner=owner)
    room.owner = make_organisation()
    db.session.flush()
    assert room.turnaround_minutes == 45
    assert room.own_rules == ["who_may_book", "shortest_minutes", "turnaround_minutes", "most_active"]


def test_a_sheet_without_the_column_keeps_who_follows(owner: Organisation) -> None:
    make_room(owner=owner, slug="sali", name="Sali", venue=make_venue(name="Talo", slug="talo"))
    take("slug,name_fi,kind,venue,turnaround_minutes\nsali,Sali,hall,Talo,45\n")
    assert room_of("sali").own_rules == []
    take("slug,name_fi,kind,venue,turnaround_minutes\nsali,Sali,hall,Talo,30\n")
    assert room_of("sali").own_rules == ["turnaround_minutes"]
    take(f"{HEADER}\nuusi,Uusi,hall,Talo,,imatran-kaupunki\n")
    assert room_of("uusi").turnaround_minutes == 45


def test_a_sheet_with_the_column_says_which_are_its_own(owner: Organisation) -> None:
    cells = "sali,Sali,hall,Talo,,imatran-kaupunki"
    take(f"{HEADER},turnaround_minutes,own_rules\n{cells},45,turnaround_minutes; approval\n")
    assert room_of("sali").own_rules == ["approval", "turnaround_minutes"]
    take(f"{HEADER},turnaround_minutes,own_rules\n{cells},45,\n")
    assert room_of("sali").own_rules == []
    with pytest.raises(Exception, match="own_rules"):
        take(f"{HEADER},own_rules\n{cells},kaikki\n")


def test_an_export_brings_rooms_and_defaults_to_an_empty_database(owner: Organisation) -> None:
    make_room(owner=owner, slug="a", capacity=10)
    make_room(owner=owner, slug="b", turnaround_minutes=0)
    text = export_rooms()
    outcome = take(text)
    assert (outcome.changed, outcome.unchanged) == (0, 2)
    assert export_rooms() == text
    for model in (Room, OwnerRules, Space, Venue, Organisation):
        for each in db.session.query(model):
            if isinstance(each, Room):
                each.spaces = []
            db.session.delete(each)
        db.session.flush()
    db.session.commit()
    assert take(text).created == 2
    assert export_rooms() == text
    restored = room_of("a")
    assert restored.own_rules == []
    assert defaults_of(restored.owner_id) == DEFAULTS


def test_following_rooms_that_disagree_make_no_default(session: Any) -> None:
    lines = "a,A,hall,T,Koulu,koulu,10,\nb,B,hall,T,Koulu,koulu,20,\n"
    take(f"{HEADER},turnaround_minutes,own_rules\n{lines}")
    assert [room_of(slug).turnaround_minutes for slug in "ab"] == [10, 20]
    assert room_of("a").own_rules == room_of("b").own_rules == ["turnaround_minutes"]


@given(st.sets(st.sampled_from(RULES)))
def test_a_rule_is_either_ones_own_or_followed(own: set[str]) -> None:
    assert own | set(followed(own)) == set(RULES)
    assert not own & set(followed(own))
