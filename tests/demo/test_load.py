"""The demonstration as a whole: people, their month, and that it is loaded once."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from booking.access.roles import Right, Role
from booking.accounts.demo import ACCOUNTS, PASSWORD
from booking.accounts.models import User
from booking.accounts.passwords import verify_password
from booking.accounts.service import user_with_email
from booking.app import create_app
from booking.db import in_transaction
from booking.demo.load import RoomsAreThere, is_loaded, load
from booking.demo.people import ASSOCIATIONS, CHOIR
from booking.extensions import db
from booking.occupancy.models import Occupancy
from booking.organisations.membership import actor_of
from booking.organisations.models import Membership, Organisation
from booking.outbox.delivery import Tally, deliver_due
from booking.outbox.models import OutboxMessage
from booking.reservations.after_use.review import open_cases
from booking.reservations.changes import competing_with
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.waiting.models import WaitingDate
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from tests.factories.rooms import make_room
from tests.support.settings import settings_for

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(databases: Any, backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application with the demonstration loaded, once for all tests that only read it."""
    url = databases.copy(backend)
    app = create_app(settings_for(url, tmp_path_factory.mktemp("demo")))
    with app.app_context():
        in_transaction(lambda: load(password_hash="hash", now=NOW))
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()
    databases.drop(url)


@pytest.fixture
def demo(loaded: Flask) -> Iterator[Any]:
    with loaded.app_context():
        yield db.session


def person(mailbox: str) -> User:
    found = user_with_email(f"{mailbox}@demo.example")
    assert found is not None
    return found


def test_the_seven_sign_ins_have_their_roles(demo: Any) -> None:
    roles = {
        (membership.user.email.partition("@")[0], membership.organisation.slug, membership.role)
        for membership in demo.query(Membership)
    }
    assert {
        ("varaaja", CHOIR, Role.BOOKER),
        ("hallinto", CHOIR, Role.MANAGER),
        ("jasen", CHOIR, Role.MEMBER),
        ("paattaja", "imatran-kaupunki", Role.APPROVER),
        ("seurakunta", "imatran-seurakunta", Role.APPROVER),
        ("palvelu", "imatran-kaupunki", Role.STAFF),
    } <= roles
    assert person("yllapito").is_admin
    assert actor_of(person("yllapito")).roles == frozenset()
    assert [each.email for each in demo.query(User).filter_by(is_admin=True)] == ["yllapito@demo.example"]


def test_only_the_sign_ins_have_a_password(demo: Any) -> None:
    with_password = {user.email for user in demo.query(User) if user.password_hash}
    assert with_password == {account.email for account in ACCOUNTS}


def test_every_association_has_a_booker(demo: Any) -> None:
    for each in ASSOCIATIONS:
        organisation = demo.query(Organisation).filter_by(slug=each.slug).one()
        assert actor_of(person(each.mailbox)).has(Right.BOOK, organisation.id)
    assert len(ASSOCIATIONS) == 14
    assert [each.slug for each in ASSOCIATIONS if each.kind == "group"] == ["lautapeliporukka-noppa"]


def test_the_month_goes_two_weeks_back_and_four_ahead(demo: Any) -> None:
    first, last = demo.query(func.min(Occurrence.starts_at), func.max(Occurrence.starts_at)).one()
    assert NOW - timedelta(days=15) <= first <= NOW - timedelta(days=12)
    assert NOW + timedelta(days=25) <= last <= NOW + timedelta(days=29)
    assert demo.query(Reservation).count() > 180


def test_it_shows_every_state_that_there_is_today(demo: Any) -> None:
    states = Counter(state for (state,) in demo.query(Occurrence.state))
    assert states["confirmed"] > 150
    assert states["pending"] >= 5
    for state in ("declined", "withdrawn", "expired", "cancelled", "used", "no_show"):
        assert states[state] >= 1
    assert set(Counter(v for (v,) in demo.query(Reservation.visibility))) == {"public", "private", "event"}


def test_nothing_past_is_pending(demo: Any) -> None:
    assert (
        demo.query(Occurrence).filter(Occurrence.state == "pending", Occurrence.starts_at <= NOW).count() == 0
    )


def test_two_pending_requests_compete_for_one_evening(demo: Any) -> None:
    hall = demo.query(Room).filter_by(slug="karelia-sali").one()
    pending = demo.query(Occurrence).filter_by(state="pending", room_id=hall.id).all()
    assert len(pending) == 2
    assert pending[0].starts_at < pending[1].ends_at
    assert pending[1].starts_at < pending[0].ends_at


def series(demo: Any, title: str) -> list[Occurrence]:
    """The dates of a series, by start."""
    found = demo.query(Reservation).filter_by(title=title).one()
    assert found.pattern is not None
    return sorted(found.occurrences, key=lambda each: each.starts_at)


def test_the_choirs_series_is_confirmed_but_for_one_date_and_one_offer(demo: Any) -> None:
    dates = series(demo, "Suurteoksen harjoitukset")
    coming = [each for each in dates if each.starts_at > NOW]
    assert [each.state for each in coming] == ["confirmed", "declined", "pending", "confirmed"]
    (offer,) = [each.proposal for each in coming if each.proposal]
    assert (offer.side, offer.room.slug) == ("owner", "kosken-koulukeskus")
    assert offer.deadline_at > NOW + timedelta(days=3)
    assert [each.state for each in dates if each.ends_at < NOW] == ["used", "confirmed"]


def test_a_pending_series_competes_on_three_of_its_dates(demo: Any) -> None:
    dates = series(demo, "Parkourin alkeet")
    assert {each.state for each in dates} == {"pending"}
    assert sorted(map(len, competing_with(dates).values())) == [0, 1, 1, 1]


def test_somebody_waits_and_an_association_is_to_be_looked_at(demo: Any) -> None:
    assert [each.state for each in demo.query(WaitingDate)] == ["waiting"]
    city = demo.query(Organisation).filter_by(slug="imatran-kaupunki").one()
    (case,) = open_cases([city.id], NOW)
    assert (case.organisation_slug, len(case.no_shows)) == ("e-urheiluseura-viive", 3)


def test_the_schools_have_their_breaks_this_year_and_next(demo: Any) -> None:
    breaks = catalogue().room("karelia-sali").school_breaks
    assert {each.first.year for each in breaks if each.name == "talviloma"} >= {NOW.year, NOW.year + 1}


def test_no_two_uses_of_a_space_overlap(demo: Any) -> None:
    other = aliased(Occupancy)
    overlaps = (
        select(func.count())
        .select_from(Occupancy)
        .join(
            other,
            (Occupancy.space_id == other.space_id)
            & (Occupancy.starts_at < other.starts_at)
            & (Occupancy.ends_at > other.starts_at),
        )
    )
    assert demo.scalar(overlaps) == 0
    assert demo.query(Occupancy).count() > 150


def test_its_mail_is_there_to_read_and_none_waits(demo: Any) -> None:
    kinds = Counter(kind for (kind,) in demo.query(OutboxMessage.kind))
    assert {"request_received", "confirmed", "declined", "withdrawn", "cancelled", "competing_lost"} <= set(
        kinds
    )
    assert deliver_due(now=lambda: NOW + timedelta(days=30)) == Tally()


@pytest.mark.parametrize(
    "today",
    [
        datetime(2026, 3, 16, 8, tzinfo=UTC),
        datetime(2026, 10, 12, 8, tzinfo=UTC),
        datetime(2026, 12, 20, 22, 30, tzinfo=UTC),
    ],
)
def test_it_can_be_loaded_on_any_day(
    fresh_database: Callable[[str], str], tmp_path: Path, today: datetime
) -> None:
    app = create_app(settings_for(fresh_database("sqlite"), tmp_path))
    with app.app_context():
        made = in_transaction(lambda: load(password_hash="hash", now=today))
        assert made.rooms == 28
        assert made.reservations > 150
        assert is_loaded()
        db.session.remove()
        db.engine.dispose()


def test_a_database_with_other_rooms_is_left_alone(session: Any) -> None:
    make_room()
    with pytest.raises(RoomsAreThere):
        in_transaction(lambda: load(password_hash="hash", now=NOW))
    assert session.query(Room).count() == 1


def test_the_command_loads_once_and_says_so(fresh_database: Callable[[str], str], tmp_path: Path) -> None:
    # On one database: what it loads is looked at on both above
    app: Flask = create_app(settings_for(fresh_database("sqlite"), tmp_path))
    first = app.test_cli_runner().invoke(args=["demo", "load"])
    assert first.exit_code == 0, first.output
    assert "28 rooms" in first.output
    with app.app_context():
        before = db.session.query(Reservation).count()
        assert verify_password(person("varaaja").password_hash, PASSWORD)
        db.session.remove()
    second = app.test_cli_runner().invoke(args=["demo", "load"])
    assert second.exit_code == 0
    assert "nothing was changed" in second.output
    with app.app_context():
        assert db.session.query(Reservation).count() == before
        db.session.remove()
        db.engine.dispose()
