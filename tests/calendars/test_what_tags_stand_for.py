"""A feed's tag stands for what the feed tells: what changes elsewhere in the town leaves it as it was."""

from typing import Any

import pytest

from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.models import OpeningHoursRow, Room
from booking.rooms.notation import read_prices
from booking.rooms.prices import RoomPriceRow
from tests.factories.organisations import make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room


@pytest.fixture
def feeds(client: Any, session: Any, frozen: Any) -> Any:
    """Two owners with a room each, and a choir that has booked both; returns a reader of all tags."""
    frozen(NOW)
    choir = make_organisation(slug="kuoro", name="Kuoro")
    for side in ("east", "west"):
        owner = make_organisation(kind="city", slug=f"owner-{side}")
        make_reservation(make_room(slug=f"room-{side}", owner=owner), organisation=choir)
    paths = ["all", "events", "organisations/kuoro"]
    paths += [f"{of}-{side}" for of in ("rooms/room", "owners/owner") for side in ("east", "west")]

    def tags() -> dict[str, str]:
        return {each: client.get(f"/calendars/{each}.ics").headers["ETag"] for each in paths}

    return tags


def room(slug: str) -> Any:
    return db.session.query(Room).filter_by(slug=slug).one()


def changed(feeds: Any, before: dict[str, str]) -> set[str]:
    return {path for path, tag in feeds().items() if tag != before[path]}


def test_hours_prices_and_pictures_leave_every_tag(feeds: Any) -> None:
    before, east = feeds(), room("room-east")
    east.prices.extend(RoomPriceRow.of(each) for each in read_prices("everyone hour 10"))
    db.session.flush()
    db.session.delete(db.session.query(OpeningHoursRow).filter_by(room_id=east.id).first())
    db.session.flush()
    assert changed(feeds, before) == set()


def test_a_rooms_new_name_is_new_to_those_that_tell_of_it(feeds: Any) -> None:
    before = feeds()
    room("room-east").name = "Itäsali"
    db.session.flush()
    found = changed(feeds, before)
    assert {"all", "rooms/room-east", "owners/owner-east", "organisations/kuoro"} <= found
    assert not found & {"rooms/room-west", "owners/owner-west"}


def test_an_associations_new_name_is_new_everywhere(feeds: Any) -> None:
    before = feeds()
    db.session.query(Organisation).filter_by(slug="kuoro").one().name = "Kosket"
    db.session.flush()
    assert changed(feeds, before) == set(before)
