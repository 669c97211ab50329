"""Reservations out of the service as a sheet, and back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.app import create_app
from booking.clock import zone
from booking.extensions import db
from booking.reservations.behalf.models import Behalf
from booking.reservations.models import Companion, Occurrence, Reservation
from booking.reservations.sheets.columns import KEPT, PLAIN
from booking.reservations.sheets.dates import dates_in
from booking.reservations.sheets.export import written
from booking.reservations.sheets.notation import read_clock, read_day, use_of, write_use
from booking.rooms.csv_file import read_table
from booking.rooms.exchange import export_rooms, import_rooms
from booking.timetable.interval import Interval
from tests.factories.organisations import make_organisation
from tests.factories.reservations import EVENING, make_occurrence, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import make_user
from tests.reservations.sheets import NOW, refused, take
from tests.support.settings import settings_for
from tests.support.statements import statements

MOMENTS = st.integers(0, 4 * 366 * 96).map(
    lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * n)
)


@given(MOMENTS, st.integers(1, 14 * 96 - 1))
def test_any_use_is_read_as_it_was_written(start: datetime, quarters: int) -> None:
    from zoneinfo import ZoneInfo

    local = ZoneInfo("Europe/Helsinki")
    end = start + timedelta(minutes=15 * quarters)
    cells = write_use(start, end, local)
    end_on = read_day(cells["end_date"]) if cells["end_date"] else None
    read = use_of(
        read_day(cells["date"]), read_clock(cells["start"]), end_on, read_clock(cells["end"]), local
    )
    assert read == (start, end)


def evening(days: int) -> Interval:
    return Interval(EVENING.start + timedelta(days=days), EVENING.end + timedelta(days=days))


def fill_town() -> None:
    """Write reservations of every state, with exceptions, a series, a companion and awkward texts."""
    half, other, whole = make_divisible_hall(turnaround_minutes=15)
    choir = make_organisation(slug="kuoro", name='Kuoro; "lauluilta"', kind="group")
    booker = make_user(email="varaaja@example.org", name="Varaaja, Kuoro")
    series = make_reservation(
        half,
        evening(0),
        evening(7),
        organisation=choir,
        booker=booker,
        title="=SUMMA(A1)",
        note="Kaksi\nriviä",
        contact="+358 40 123",
        visibility="private",
        price_cents=1250,
        price_terms={"unit": "hour"},
        pattern={"segments": [{"first": "2027-01-12", "pattern": {"kind": "weekly", "ä": [1]}}]},
    )
    moved = series.occurrences[1]
    moved.own_title, moved.own_people, moved.is_exception, moved.sequence = "-Kenraali", 30, True, 3
    moved.slot_starts_at = EVENING.start + timedelta(days=8)
    for state in ("declined", "withdrawn", "expired", "cancelled"):
        make_occurrence(series, evening(14), state=state)
    make_occurrence(series, evening(-7), state="used", attendance=12)
    make_occurrence(series, evening(-14), state="no_show", room=other)
    pending = make_reservation(whole, evening(21), state="pending", booker=booker, people=9)
    holding = make_reservation(other, evening(28), booker=booker, on_behalf=True)
    db.session.add(Behalf(reservation_id=holding.id, caller="Soittaja", language="sv", created_at=NOW))
    make_occurrence(holding, evening(35), state="pending", pending_holds=True)
    db.session.add(Companion(reservation_id=pending.id, main_id=series.id))
    doubled = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    make_reservation(other, Interval(doubled, doubled + timedelta(hours=1)), booker=booker)
    make_reservation(half, Interval(doubled + timedelta(hours=1), doubled + timedelta(hours=1, minutes=30)))
    db.session.commit()


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_what_goes_out_comes_back_into_an_empty_database_byte_by_byte(
    databases: Any, tmp_path: Any, backend: str
) -> None:
    sheets: list[tuple[str, str]] = []
    held: list[list[Any]] = []
    for number in range(2):
        app = create_app(settings_for(databases.copy(backend), tmp_path / str(number)))
        with app.app_context():
            if number == 0:
                fill_town()
            else:
                import_rooms(sheets[0][0].encode())
                db.session.commit()
                assert take(sheets[0][1].encode(), None).dates == 13
            sheets.append((export_rooms(), written(dates_in(None), kept=True)))
            rows = db.session.execute(
                db.text(
                    "SELECT spaces.name, occupancy.starts_at, occupancy.ends_at, uid FROM occupancy"
                    " JOIN spaces ON spaces.id = space_id JOIN occurrences USING (claim_id) ORDER BY 2, 1"
                )
            )
            held.append([tuple(row)[1:] for row in rows])
            if number:
                assert take(sheets[0][1].encode(), None).unchanged == 13
                assert db.session.query(Companion).count() == 1
                assert {each.own_title for each in db.session.query(Occurrence)} == {None, "-Kenraali"}
            db.session.remove()
            db.engine.dispose()
    assert sheets[0] == sheets[1]
    assert held[0] == held[1]
    assert len(held[0]) > 5


def test_every_column_of_the_tables_is_in_the_sheet() -> None:
    """A column that somebody adds must come along, or be named here with the reason."""
    names = {column.name for column in (*PLAIN, *KEPT)}
    said = {
        "id": "the database's own",
        "claim_id": "made anew by the claim",
        "reservation_id": "reference",
        "room_id": "room, asked_room",
        "organisation_id": "association",
        "booker_id": "booker",
        "starts_at": "date, start",
        "ends_at": "end_date, end",
        "own_title": "title beside whole_title",
        "own_people": "people beside whole_people",
    }
    for model, prefix in ((Reservation, ""), (Occurrence, "date_")):
        for column in model.__table__.columns.keys():  # noqa: SIM118 - a collection of columns
            assert {column, f"{prefix}{column}"} & names or column in said, column


def test_an_owners_sheet_is_plain_and_opens_in_an_office(session: Any) -> None:
    room = make_room(slug="sali")
    make_reservation(room, EVENING, title="@kokous", people=7, responsible="Nimi")
    text = written(dates_in([room.id]), office=True)
    header, line = text.removeprefix("\ufeff").split("\r\n")[:2]
    assert text.startswith("\ufeff")
    assert header.split(";") == [column.name for column in PLAIN]
    cells = line.split(";")
    assert cells[1:6] == ["sali", "2027-01-12", "18:00", "", "20:00"]
    assert "'@kokous" in cells
    (row,) = read_table(text.encode(), [column.name for column in PLAIN], ())
    assert row.cells["title"] == "@kokous"


def test_a_span_holds_its_first_and_last_day_alone(session: Any) -> None:
    room, other = make_room(), make_room()
    for place in (room, other):
        make_reservation(place, evening(0), evening(1), evening(2))
    days = Interval(datetime(2027, 1, 12, 22, tzinfo=UTC), datetime(2027, 1, 13, 22, tzinfo=UTC))
    (found,) = dates_in([room.id], days)
    assert found.starts_at.astimezone(zone()).date() == date(2027, 1, 13)


def test_the_number_of_dates_costs_no_statements(session: Any) -> None:
    room = make_room()
    for days in range(20):
        make_reservation(room, evening(days))
    with statements() as sent:
        assert len(dates_in([room.id])) == 20
    assert len(sent) == 1


def test_an_operators_sheet_says_who_is_missing_and_which_names_are_taken(session: Any) -> None:
    room = make_room(slug="sali")
    make_reservation(room, EVENING)
    (stored,) = dates_in(None)
    header = "room,date,start,end,title,people,booker,booker_name,uid"
    lines = [
        "sali,2027-02-01,10:00,11:00,A,5,uusi@example.org,Uusi,x@y",
        "sali,2027-02-02,10:00,11:00,A,5,puuttuu@example.org,,z@y",
        "sali,2027-02-03,10:00,11:00,A,5,,,w@y",
        "sali,2027-02-04,10:00,11:00,A,5,uusi@example.org,Uusi,x@y",
        f"sali,2027-02-05,10:00,11:00,A,5,uusi@example.org,Uusi,{stored.uid}",
        "olematon,2027-02-05,10:00,11:00,A,5,uusi@example.org,Uusi,",
    ]
    faults = refused("\n".join([header, *lines]).encode(), None)
    assert [fault.partition(":")[0] for fault in faults] == [f"line {n}" for n in (3, 4, 5, 6, 7)]
    assert "nobody has an account with 'puuttuu@example.org'" in faults[0]


def test_what_is_stored_is_not_changed_by_a_sheet(session: Any) -> None:
    room = make_room(slug="sali")
    make_reservation(room, EVENING, title="Kokous")
    text = written(dates_in(None), kept=True)
    assert take(text.encode(), None).unchanged == 1
    assert "differs from what is stored" in refused(text.replace("Kokous", "Muu").encode(), None)[0]
    assert (
        "has no such date" in refused(text.replace("2027-01-12,18:00", "2027-01-13,18:00").encode(), None)[0]
    )
    assert NOW
