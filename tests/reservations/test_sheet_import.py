"""Reservations into the service out of a sheet."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.occupancy.models import Occupancy
from booking.organisations.models import Organisation
from booking.outbox.models import OutboxMessage
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.sheets.importing import Stale, Taken, judging, taking, write
from booking.rooms.faults import SheetRefused
from booking.rooms.steps import finished
from booking.timetable.interval import Interval
from booking.versions.service import Scope, current
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting
from tests.reservations.sheets import NOW, refused, sheet, take, winter
from tests.support.statements import statements


@pytest.fixture
def city(session: Any) -> Organisation:
    return make_organisation(kind="city")


@pytest.fixture
def approver(city: Organisation) -> Any:
    return acting(make_member(city, Role.APPROVER))


def held(session: Any) -> int:
    return int(session.query(Occupancy).count())


def test_a_line_makes_a_confirmed_reservation_that_takes_its_space(
    session: Any, city: Any, approver: Any
) -> None:
    room = make_room(owner=city, slug="sali", turnaround_minutes=30)
    choir = make_organisation(slug="kuoro")
    taken = take(sheet(",sali,2027-01-12,18:00,20:00,,kuoro,Harjoitus,24"), approver)
    assert (taken.reservations, taken.dates, taken.unchanged) == (1, 1, 0)
    (date,) = session.query(Occurrence)
    whole = date.reservation
    assert (date.starts_at, date.ends_at, date.state) == (EVENING.start, EVENING.end, "confirmed")
    assert (whole.room_id, whole.organisation_id, whole.booker_id) == (room.id, choir.id, approver.user_id)
    assert (whole.title, whole.people, whole.purpose, whole.visibility) == (
        "Harjoitus",
        24,
        "other",
        "public",
    )
    (row,) = session.query(Occupancy)
    assert (row.starts_at, row.ends_at) == (EVENING.start, EVENING.end + timedelta(minutes=30))
    assert date.claim_id == row.claim_id
    (step,) = history("reservation", whole.id)
    assert (step.action, step.actor_id, step.details) == (
        "import",
        approver.user_id,
        {"occurrences": [date.id]},
    )
    assert session.query(OutboxMessage).count() == 0
    assert current(Scope.ROOM, [room.id])[room.id] == 1


def test_lines_of_one_reference_are_one_reservation_with_a_new_reference(
    session: Any, city: Any, approver: Any
) -> None:
    make_room(owner=city, slug="sali")
    make_room(owner=city, slug="tupa")
    take(
        sheet(
            "kuoro-ti,sali,2027-01-12,18:00,20:00,confirmed,,Harjoitus,24",
            "kuoro-ti,tupa,19.1.2027,18.00,20.30,pending,,Kenraali,30",
            ",sali,2027-01-26,18,20,confirmed,,Muu,5",
        ),
        approver,
    )
    series, single = session.query(Reservation).order_by(Reservation.id)
    assert [len(series.occurrences), len(single.occurrences)] == [2, 1]
    assert series.reference != "kuoro-ti"
    second = series.occurrences[1]
    assert (second.title, second.people, second.own_title, second.state) == (
        "Kenraali",
        30,
        "Kenraali",
        "pending",
    )
    assert series.occurrences[0].own_title is None


def test_a_use_past_midnight_and_over_both_clock_changes_is_what_the_clock_says(
    session: Any, city: Any, approver: Any
) -> None:
    make_room(owner=city, slug="sali")
    header = "room,date,start,end_date,end,title,people"
    take(
        sheet(
            "sali,2027-01-12,20:00,,01:00,Tanssit,5",
            "sali,2027-03-27,20:00,2027-03-28,08:00,Yö,5",
            "sali,2027-10-31,03:30+02:00,,04:00,Toinen,5",
            "sali,2027-06-01,18:00,,24:00,Ilta,5",
            header=header,
        ),
        approver,
    )
    uses = {each.title: (each.starts_at, each.ends_at) for each in session.query(Occurrence)}
    assert uses["Tanssit"][1] == datetime(2027, 1, 12, 23, tzinfo=UTC)
    assert uses["Yö"][1] - uses["Yö"][0] == timedelta(hours=11)
    assert uses["Toinen"] == (
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
        datetime(2027, 10, 31, 2, tzinfo=UTC),
    )
    assert uses["Ilta"][1] == datetime(2027, 6, 1, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",sali,2027-01-12,18:00,20:00,,,,5", "line 3: title: is empty"),
        (",sali,2027-01-12,18:00,20:00,,,Kerho,nolla", "line 3: people: 'nolla' is not a whole number"),
        (",sali,2027-01-12,18:00,20:00,,,Kerho,31", "line 3: people: 31 are more than the room's 30"),
        (",sali,2027-02-30,18:00,20:00,,,Kerho,5", "line 3: date: '2027-02-30' is not a date"),
        (",sali,2027-01-12,25:00,20:00,,,Kerho,5", "line 3: start: '25:00' is not a time"),
        (",sali,2027-03-28,03:30,05:00,,,Kerho,5", "line 3: start: '03:30' does not exist on that date"),
        (",muu,2027-01-12,18:00,20:00,,,Kerho,5", "line 3: room: 'muu' is no room whose reservations you"),
        (",sali,2027-01-12,18:00,20:00,,olematon,Kerho,5", "line 3: association: there is no organisation"),
        (",sali,2027-01-12,18:00,20:00,used,,Kerho,5", "line 3: state: 'used' is not imported here"),
        (",sali,2027-01-12,18:00,20:00,varattu,,Kerho,5", "line 3: state: 'varattu' must be one of pending"),
        (",sali,2027-01-03,18:00,20:00,pending,,Kerho,5", "line 3: state: a request cannot wait"),
        (",sali,2027-01-12,09:00,10:30,,,Kerho,5", "line 3: start: overlaps line 2"),
        (",sali,2027-01-12,09:00,10:30,pending,,Kerho,5", "line 3: start: overlaps line 2"),
        (
            ",sali,2027-01-13,18:00,20:00,,,Kerho,5",
            "line 3: start: is taken: Kuoro, Keikka, 2027-01-13 16:30",
        ),
        ("a,sali,2027-01-14,18:00,20:00,,kuoro,Kerho,5", "line 3: association: differs from line 2"),
    ],
)
def test_a_fault_names_its_line_and_nothing_is_made(
    session: Any, city: Any, approver: Any, line: str, said: str
) -> None:
    room = make_room(owner=city, slug="sali", capacity=30)
    choir = make_organisation(slug="kuoro", name="Kuoro")
    start = datetime(2027, 1, 13, 16, 30, tzinfo=UTC)
    make_reservation(room, Interval(start, start + timedelta(hours=1)), organisation=choir, title="Keikka")
    faults = refused(sheet("a,sali,2027-01-12,10:00,12:00,,,Kerho,5", line), approver)
    assert len(faults) == 1
    assert faults[0].startswith(said)
    assert session.query(Reservation).count() == 1
    assert held(session) == 1


ROW = "room,date,start,end_date,end,state,association,booker,title,purpose,people,visibility"


def test_every_fault_of_every_line_is_named_in_one_pass(session: Any, city: Any, approver: Any) -> None:
    make_room(owner=city, slug="sali", capacity=30)
    faults = refused(
        sheet(
            "sali,2027-01-12,12:00,,11:00,varattu,ei-ole,ei@example.org,,juhla,99,salainen",
            "sali,2027-01-12,10:00,,12:00,confirmed,,,Kerho,other,5,public",
            "sali,2027-01-12,11:00,,13:00,confirmed,ei-ole,,,other,5,public",
            "sali,2027-01-13,10:00",
            "muu,2027-02-30,10:00,,12:00,used,,,Kerho,other,5,public",
            header=ROW,
        ),
        approver,
    )
    assert [fault.split(": ")[:2] for fault in faults] == [
        *(["line 2", name] for name in ("association", "booker", "end", "people", "purpose", "state")),
        ["line 2", "title"],
        ["line 2", "visibility"],
        *(["line 4", name] for name in ("association", "start", "title")),
        ["line 5", "has 3 cells, the header 12"],
        *(["line 6", name] for name in ("date", "room", "state")),
    ]
    assert session.query(Reservation).count() == held(session) == 0


@pytest.mark.parametrize(
    ("times", "hours"),
    [
        ("20:00,,01:00", 5),
        ("20:00,,08:00", 12),
        ("20:00,,08:01", None),
        ("12:00,,11:00", None),
        ("12:00,,12:00", None),
        ("00:00,,24:00", 24),
        ("24:00,,01:00", 1),
        ("12:00,2027-01-13,11:00", 23),
        ("12:00,2027-01-13,12:00", 24),
        ("12:00,2027-01-12,11:00", None),
    ],
)
def test_an_end_without_a_date_runs_past_midnight_only_where_that_is_certain(
    session: Any, city: Any, approver: Any, times: str, hours: int | None
) -> None:
    make_room(owner=city, slug="sali")
    content = sheet(f"sali,2027-01-12,{times},,,,Kerho,,5,", header=ROW)
    if hours is None:
        (said,) = refused(content, approver)
        assert said.startswith("line 2: end: is not after the start")
    else:
        take(content, approver)
        date = session.query(Occurrence).one()
        assert date.ends_at - date.starts_at == timedelta(hours=hours)


def test_a_plan_falls_when_something_changes_in_its_rooms_and_only_then(
    session: Any, city: Any, approver: Any
) -> None:
    make_room(owner=city, slug="sali")
    make_room(owner=city, slug="tupa")
    content = sheet(",sali,2027-01-12,18:00,20:00,,,Kerho,5")
    plan = finished(judging(content, actor=approver, now=NOW))
    take(sheet(",tupa,2027-01-12,18:00,20:00,,,Muu,5"), approver)
    still = finished(judging(content, actor=approver, now=NOW))
    assert in_transaction(lambda: write(plan, actor=approver, now=NOW)) == Taken(1, 1, 0)
    with pytest.raises(Stale):
        in_transaction(lambda: write(still, actor=approver, now=NOW))
    assert held(session) == 2


def test_a_sheet_that_is_overtaken_is_judged_again_and_then_named(
    session: Any, city: Any, approver: Any
) -> None:
    make_room(owner=city, slug="sali")
    work = taking(
        sheet(",sali,2027-01-12,18:00,20:00,,,Kerho,5"),
        reader=lambda: approver,
        run=lambda work: in_transaction(lambda: work(approver)),
        now=NOW,
    )
    while not next(work).saves:
        pass
    take(sheet(",sali,2027-01-12,19:00,21:00,,,Nopea,5"), approver)
    with pytest.raises(SheetRefused) as caught:
        finished(work)
    assert [str(each) for each in caught.value.faults] == [
        "line 2: start: is taken: Nopea, 2027-01-12 17:00-19:00 UTC"
    ]
    assert session.query(Reservation).one().title == "Nopea"


def test_a_right_that_is_lost_meanwhile_writes_nothing(session: Any, city: Any, approver: Any) -> None:
    make_room(owner=city, slug="sali")
    work = taking(
        sheet(",sali,2027-01-12,18:00,20:00,,,Kerho,5"),
        reader=lambda: approver,
        run=lambda work: in_transaction(lambda: work(acting(make_member(city, Role.STAFF)))),
        now=NOW,
    )
    with pytest.raises(SheetRefused, match="no room whose reservations you decide on"):
        finished(work)
    assert session.query(Reservation).count() == 0


def test_what_is_private_is_not_named_to_another_owner(session: Any, city: Any, approver: Any) -> None:
    half, _other, whole = make_divisible_hall(owner=city)
    whole.owner = make_organisation(kind="parish")
    session.flush()
    make_reservation(whole, EVENING, title="Terapiaryhmä", visibility="private")
    (said,) = refused(sheet(f",{half.slug},2027-01-12,18:00,20:00,,,Kerho,5"), approver)
    assert said == "line 2: start: is taken: 2027-01-12 16:00-18:00 UTC"


def test_two_requests_may_compete_but_not_with_what_is_confirmed(
    session: Any, city: Any, approver: Any
) -> None:
    make_room(owner=city, slug="sali")
    line = ",sali,2027-01-12,18:00,20:00,pending,,Kerho,5"
    assert take(sheet(line, line), approver).dates == 2
    assert held(session) == 0


def test_a_confirmed_line_declines_the_requests_it_beats(session: Any, city: Any, approver: Any) -> None:
    room = make_room(owner=city, slug="sali")
    beaten = make_reservation(room, EVENING, state="pending")
    beside = make_reservation(room, Interval(EVENING.end, EVENING.end + timedelta(hours=1)), state="pending")
    take(sheet(",sali,2027-01-12,18:00,20:00,confirmed,,Kerho,5"), approver)
    session.expire_all()
    assert beaten.occurrences[0].state == State.DECLINED
    assert beside.occurrences[0].state == State.PENDING
    assert [each.kind for each in session.query(OutboxMessage)] == ["competing_lost"]


def test_a_half_and_the_whole_hall_do_not_go_together(session: Any, city: Any, approver: Any) -> None:
    half, other, whole = make_divisible_hall(owner=city)
    lines = [f",{room.slug},2027-01-12,18:00,20:00,,,Kerho,5" for room in (half, other, whole)]
    assert refused(sheet(*lines), approver) == ["line 4: start: overlaps line 2"]


def test_nobody_brings_reservations_into_rooms_they_do_not_decide_on(session: Any, city: Any) -> None:
    make_room(owner=city, slug="sali")
    parish = make_organisation(kind="parish")
    people = [
        make_member(parish, Role.APPROVER),
        make_member(city, Role.MANAGER),
        make_member(city, Role.STAFF),
    ]
    for person in people:
        (said,) = refused(sheet(",sali,2027-01-12,18:00,20:00,,,Kerho,5"), acting(person))
        assert said == "line 2: room: 'sali' is no room whose reservations you decide on"


def test_an_owner_cannot_bring_names_of_calendars_or_people(session: Any, city: Any, approver: Any) -> None:
    header = "room,date,start,end,title,people,uid,association_name"
    faults = refused(sheet(header=header), approver)
    assert faults == [
        "line 1: association_name: is no column of this sheet",
        "line 1: uid: is no column of this sheet",
    ]


def test_more_lines_cost_no_more_statements(session: Any, city: Any, approver: Any) -> None:
    costs = []
    for number, lines in enumerate((50, 500)):
        slugs = [make_room(owner=city).slug for _ in range(3)]
        session.commit()
        content = sheet(*winter(slugs, lines))
        with statements() as sent:
            assert take(content, approver).dates == lines
        costs.append(len(sent))
        assert number or costs[0] < 40
    assert costs[1] - costs[0] <= 1


def test_five_hundred_lines_with_three_bad_ones_name_them_and_change_nothing(
    session: Any, city: Any, approver: Any
) -> None:
    slugs = [make_room(owner=city, capacity=30).slug for _ in range(5)]
    lines = winter(slugs, 500)
    assert_three_bad_ones_change_nothing(session, lines, approver)


def test_five_thousand_lines_with_three_bad_ones_name_them_and_change_nothing(
    databases: Any, tmp_path: Any
) -> None:
    from booking.app import create_app
    from booking.extensions import db
    from tests.support.settings import settings_for

    app = create_app(settings_for(databases.copy("sqlite"), tmp_path))
    with app.app_context():
        city = make_organisation(kind="city")
        approver = acting(make_member(city, Role.APPROVER))
        slugs = [make_room(owner=city, capacity=30).slug for _ in range(20)]
        db.session.commit()
        lines = winter(slugs, 5000)
        assert_three_bad_ones_change_nothing(db.session, lines, approver)
        assert take(sheet(*lines), approver).dates == 5000
        assert held(db.session) == 5000
        said = refused(sheet(*lines, *lines, *lines, *lines, lines[0]), approver)
        assert said == ["line 20002: has more than 20000 lines; divide it"]
        db.session.remove()
        db.engine.dispose()


def assert_three_bad_ones_change_nothing(session: Any, lines: list[str], approver: Any) -> None:
    """Break three lines, each in its own way, and see that they alone are named."""
    last = len(lines) - 1
    bad = list(lines)
    bad[10] = bad[10].replace(",5", ",99")
    bad[last // 2] = bad[last // 2].replace("Kerho", "=Kerho").replace(",confirmed", ",sure")
    bad[last] = bad[0]
    session.commit()
    faults = refused(sheet(*bad), approver)
    assert [fault.partition(":")[0] for fault in faults] == [
        "line 12",
        f"line {last // 2 + 2}",
        f"line {last + 2}",
    ]
    assert "overlaps line 2" in faults[2]
    for table in (Reservation, Occurrence, Occupancy):
        assert session.query(table).count() == 0
    assert NOW
