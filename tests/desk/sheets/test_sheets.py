"""The page of sheets: out, looked at, in; and nobody else's anything."""

import io
import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from booking.access.roles import Role
from booking.audit.service import history
from booking.db import in_transaction
from booking.occupancy.models import Occupancy
from booking.organisations.models import Organisation
from booking.reservations.models import Reservation
from booking.reservations.sheets.columns import PLAIN
from booking.rooms.csv_file import read_table
from booking.rooms.exchange import export_rooms, import_rooms
from booking.rooms.faults import SheetRefused
from booking.rooms.kept_by import Keeper
from booking.rooms.models import Room, Venue
from booking.timetable.interval import Interval
from booking.web.carried import MOST_BYTES, packed, unpacked
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_divisible_hall, make_room
from tests.reservations.sheets import sheet, winter
from tests.support.statements import statements

ROOMS = "slug,name_fi,kind,venue"


@pytest.fixture
def city(session: Any) -> Organisation:
    return make_organisation(kind="city", slug="kaupunki")


@pytest.fixture
def approver(city: Organisation, client: Any) -> Any:
    person = make_member(city, Role.APPROVER, name="Hyväksyjä")
    client.sign_in(person)
    return person


def told(answer: Any) -> list[Any]:
    """Return what a script reads."""
    assert (answer.status_code, answer.mimetype) == (200, "application/x-ndjson")
    return [json.loads(line) for line in answer.text.splitlines()]


def send(client: Any, what: str, content: bytes, *, action: str = "check", headers: Any = None) -> Any:
    """Send a sheet as the page's form does."""
    client.get("/desk/sheets")
    token = client.page.forms[-1].values["csrf_token"][-1]
    file = FileStorage(io.BytesIO(content), filename="taulukko.csv")
    values = {"csrf_token": token, "what": what, "sheet": file, "action": action}
    # the test client's own way leaves large files open
    stream, _length, boundary = stream_encode_multipart(values, use_tempfile=False)
    kind = f"multipart/form-data; boundary={boundary}"
    return client.post("/desk/sheets", data=stream.read(), content_type=kind, headers=headers)


def rows(content: bytes, names: Any) -> list[dict[str, str]]:
    return [row.cells for row in read_table(content, names, ())]


def test_a_sheet_is_looked_at_first_and_taken_in_by_a_second_press(
    client: Any, city: Any, approver: Any
) -> None:
    make_room(owner=city, slug="sali")
    answer = send(client, "reservations", sheet(",sali,2030-01-15,18:00,20:00,,,Kerho,5"))
    assert answer.status_code == 200
    assert "1 uusi varaus" in answer.text
    assert Reservation.query.count() == Occupancy.query.count() == 0
    done = client.submit({"action": "take"}, action="/desk/sheets")
    assert (done.status_code, done.location) == (303, "/desk/sheets")
    assert "1 uusi varaus" in client.follow(done).text
    assert Reservation.query.one().responsible == "Hyväksyjä"
    again = send(client, "reservations", sheet(",sali,2030-01-15,19:00,20:00,,,Kerho,5"))
    assert "Aika on varattu: Kerho" in again.text


@pytest.mark.parametrize(
    ("language", "said"), [("fi", "Rivi 3"), ("sv", "Rad 3"), ("en", "Line 3")], ids=["fi", "sv", "en"]
)
def test_faults_are_told_by_line_in_the_readers_language(
    client: Any, city: Any, approver: Any, language: str, said: str
) -> None:
    make_room(owner=city, slug="sali", capacity=10)
    approver.language = language
    line = ",sali,2030-01-15,18:00,20:00,,,Kerho,5"
    answer = send(client, "reservations", sheet(line, ",sali,2030-01-16,18:00,20:00,,,Kerho,11"))
    assert answer.status_code == 422
    assert said in answer.text
    assert Reservation.query.count() == 0
    answer = send(client, "rooms", f"{ROOMS},capacity\na,A,hall,T,5\nb,B,hall,T,x\n".encode())
    assert answer.status_code == 422
    assert said in answer.text
    assert "sheet_" not in answer.text


def test_a_check_shows_the_dates_as_they_will_be_saved(client: Any, city: Any, approver: Any) -> None:
    make_room(owner=city, slug="sali", name="Juhlasali")
    lines = [f",sali,2030-02-{day:02},18:00,20:00,,,Kerho {day},5" for day in range(1, 29)]
    lines += [f",sali,2030-03-{day:02},18:00,20:00,,,Kerho {day},5" for day in range(1, 26)]
    content = sheet(",sali,2030-01-15,20:00,01:00,,,Tanssit,5", *lines)
    text = " ".join(send(client, "reservations", content).text.split())
    assert "Katso ensimmäiset 50 aikaa" in text
    assert "Juhlasali, ti 15.1.2030 klo 20.00 – ke 16.1. klo 01.00, Tanssit" in text
    assert text.count("Jatkuu seuraavaan päivään") == 1
    assert text.count("<strong>Rivi") == 50
    assert Reservation.query.count() == 0


STEPS = {"Accept": "application/x-ndjson"}


def test_a_script_is_told_each_step_and_gets_the_page_last(client: Any, city: Any, approver: Any) -> None:
    slugs = [make_room(owner=city).slug for _ in range(3)]
    content = sheet(*winter(slugs, 250, date(2030, 1, 7)))
    *steps, last = told(send(client, "reservations", content, headers=STEPS))
    assert [(each["done"], each["saves"]) for each in steps] == [
        *((done, False) for done in (0, 100, 200, 250)),
    ]
    assert {each["of"] for each in steps} == {250}
    assert "250 uutta varausta" in last["page"]
    assert Reservation.query.count() == 0
    *steps, last = told(send(client, "reservations", content, action="take", headers=STEPS))
    assert steps[-1] == {"done": 250, "of": 250, "saves": True}
    assert "Taulukko on tuotu. 250 uutta varausta" in last["page"]
    assert Reservation.query.count() == Occupancy.query.count() == 250
    *_steps, last = told(send(client, "reservations", content, action="take", headers=STEPS))
    assert "Mitään ei tallennettu" in last["page"]
    assert "Lisäksi 150 muuta virhettä." in last["page"]
    assert Reservation.query.count() == 250
    rooms = f"{ROOMS}\ntupa,Tupa,village,Talo\n".encode()
    *steps, last = told(send(client, "rooms", rooms, action="take", headers=STEPS))
    assert steps[-1] == {"done": 1, "of": 1, "saves": True}
    assert "1 uusi tila" in last["page"]


def test_a_long_check_without_a_script_is_a_page_that_grows(client: Any, city: Any, approver: Any) -> None:
    slugs = [make_room(owner=city).slug for _ in range(3)]
    content = sheet(*winter(slugs, 1000, date(2030, 1, 7)), f",{slugs[0]},x" + " " * 20_000)
    answer = send(client, "reservations", content, headers={"Accept-Encoding": "gzip"})
    assert "Content-Length" not in answer.headers
    assert answer.text.index("0 / 1") < answer.text.index("300 / 1") < answer.text.index("Rivi 1002")
    assert "Taulukossa on korjattavaa" in answer.text
    assert Reservation.query.count() == 0


def test_without_a_file_the_page_says_so(client: Any, city: Any, approver: Any) -> None:
    for what in ("rooms", "reservations"):
        client.get("/desk/sheets")
        token = client.page.forms[-1].values["csrf_token"][-1]
        answer = client.post("/desk/sheets", data={"csrf_token": token, "what": what, "action": "check"})
        assert answer.status_code == 422
        assert f'href="#{what}-sheet"' in answer.text


def test_a_sheet_that_is_too_large_is_refused(client: Any, city: Any, approver: Any) -> None:
    answer = send(client, "rooms", b"x" * (MOST_BYTES + 1))
    assert answer.status_code == 422
    assert "Enintään 5 Mt" in answer.text
    assert send(client, "rooms", b"x" * (MOST_BYTES + 200_000)).status_code == 413


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"\x00\x01", b"PK\x03\x04 an office's own", b""])
def test_a_file_that_is_no_sheet_is_a_fault_and_no_more(
    client: Any, city: Any, approver: Any, content: bytes
) -> None:
    for what in ("rooms", "reservations"):
        assert send(client, what, content).status_code == 422


@pytest.mark.parametrize(
    ("what", "content", "said"),
    [
        ("rooms", b"", "Tiedosto on tyhjä."),
        ("reservations", b"\xef\xbb\xbf\r\n", "Tiedosto on tyhjä."),
        ("rooms", b"PK\x03\x04\xff", "Tämä on Excel-työkirja. Tallenna se CSV UTF-8 -muotoon."),
        ("reservations", b"slug,name_fi,kind,venue\n", "Tämä on tilojen taulukko."),
        ("rooms", b"room;date;start;end;title;people\n", "Tämä on varausten taulukko."),
    ],
)
def test_a_wrong_file_is_named_in_one_sentence(
    client: Any, city: Any, approver: Any, what: str, content: bytes, said: str
) -> None:
    answer = send(client, what, content)
    assert answer.status_code == 422
    assert said in answer.text
    assert answer.text.count("<strong>Rivi") == 1


def test_sheets_come_before_the_papers_of_many_rooms(client: Any, city: Any, approver: Any) -> None:
    for _ in range(4):
        make_room(owner=city)
    text = client.get("/desk/sheets").text
    assert text.index('id="rooms"') < text.index('id="reservations"') < text.index('id="paper"')
    assert "4 tilan tulosteet" in text


def test_a_hidden_field_holds_no_bomb() -> None:
    assert unpacked(str(packed(b"a;b"))) == b"a;b"
    assert unpacked(str(packed(b"x" * (MOST_BYTES + 10)))) is None
    assert unpacked("not base64!") is None
    assert packed(bytes(range(256)) * 10_000 + str(list(range(99_999))).encode()) is None


def test_one_gets_ones_own_rooms_with_instructions_and_no_others(
    client: Any, city: Any, approver: Any
) -> None:
    make_room(owner=city, slug="sali", access_instructions="Koodi 1234", area_m2=62.5)
    make_room(slug="muiden", access_instructions="Koodi 9999")
    answer = client.get("/desk/sheets/rooms.csv?format=office")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = answer.data.decode()
    assert text.startswith("\ufeffslug;")
    assert "Koodi 1234" in text
    assert "62,5" in text
    assert "muiden" not in text
    assert "9999" not in text
    outcome = in_transaction(lambda: import_rooms(answer.data))
    assert (outcome.unchanged, outcome.changed, outcome.created) == (1, 0, 0)


def test_an_approver_gets_the_reservations_of_their_rooms_in_a_span(
    client: Any, city: Any, approver: Any
) -> None:
    room, foreign = make_room(owner=city), make_room()
    for place in (room, foreign):
        make_reservation(place, EVENING, contact=f"p-{place.slug}", visibility="private")
        make_reservation(
            place, Interval(EVENING.start + timedelta(days=40), EVENING.end + timedelta(days=40))
        )
    answer = client.get("/desk/sheets/reservations.csv?first=2027-01-12&last=31.1.2027&format=plain")
    (line,) = rows(answer.data, [column.name for column in PLAIN])
    assert (line["room"], line["contact"]) == (room.slug, f"p-{room.slug}")
    bad = client.get("/desk/sheets/reservations.csv?first=2027-02-01&last=2027-01-01&format=plain")
    assert bad.status_code == 422
    assert "ennen ensimmäistä" in bad.text


@pytest.mark.parametrize("role", [Role.MANAGER, Role.STAFF, Role.MEMBER, Role.BOOKER])
def test_who_does_not_decide_gets_no_contact_details(client: Any, city: Any, role: Role) -> None:
    room = make_room(owner=city)
    make_reservation(room, EVENING, contact="040 salainen")
    client.sign_in(make_member(city, role))
    answer = client.get("/desk/sheets/reservations.csv?first=2027-01-01&last=2027-12-31&format=plain")
    assert answer.status_code == 403
    if role is Role.MANAGER:
        assert "vain tilan hyväksyjä" in client.get("/desk/sheets").text
        answer = send(client, "reservations", sheet(f",{room.slug},2030-01-15,18:00,20:00,,,Kerho,5"))
        assert answer.status_code == 403


def test_another_owners_approver_gets_and_changes_nothing(client: Any, city: Any) -> None:
    room = make_room(owner=city, slug="sali", name="Sali")
    make_reservation(room, EVENING, contact="040 salainen", title="Terapia", visibility="private")
    parish = make_organisation(kind="parish")
    make_room(owner=parish)
    client.sign_in(make_member(parish, Role.APPROVER))
    out = client.get("/desk/sheets/reservations.csv?first=2027-01-01&last=2027-12-31&format=plain")
    assert rows(out.data, [column.name for column in PLAIN]) == []
    assert "sali" not in client.get("/desk/sheets/rooms.csv?format=plain").text
    assert "/rooms/sali" not in client.get("/desk/sheets").text
    answer = send(client, "reservations", sheet(",sali,2027-01-12,18:00,20:00,,,Kerho,5"))
    assert answer.status_code == 422
    assert "Terapia" not in answer.text
    answer = send(client, "rooms", f"{ROOMS}\nsali,Vallattu,hall,{room.venue.name}\n".encode(), action="take")
    assert answer.status_code == 422
    assert Room.query.filter_by(slug="sali").one().name == "Sali"


@pytest.fixture
def keeper(city: Any) -> Keeper:
    return Keeper(frozenset({city.id}))


def refused(text: str, keeper: Keeper) -> list[str]:
    with pytest.raises(SheetRefused) as caught:
        in_transaction(lambda: import_rooms(text.encode(), keeper=keeper))
    return [str(fault) for fault in caught.value.faults]


def test_a_keepers_sheet_makes_a_room_of_their_own(session: Any, city: Any, keeper: Keeper) -> None:
    outcome = in_transaction(
        lambda: import_rooms(f"{ROOMS}\ntupa,Tupa,village,Talo\n".encode(), keeper=keeper)
    )
    assert outcome.created == 1
    assert session.query(Room).one().owner_id == city.id


def test_a_keepers_sheet_touches_no_other_owner(session: Any, city: Any, keeper: Keeper) -> None:
    parish = make_organisation(kind="parish", slug="seurakunta")
    half, other, _whole = make_divisible_hall(owner=parish)
    venue = half.venue
    mine = make_room(owner=city, slug="oma", venue=venue)
    head = f"{ROOMS},venue_slug,owner_slug,district,parts"
    own = f"oma,{mine.name},meeting,{venue.name},{venue.slug},kaupunki"
    cases = {
        f"{half.slug},Nimi,hall,{venue.name},{venue.slug},kaupunki,,": "slug: '",
        f"uusi,Nimi,hall,{venue.name},{venue.slug},seurakunta,,": "owner: 'seurakunta' is no organisation",
        "uusi,Nimi,hall,Uusi talo,,uusi-yhdistys,,": "owner: 'uusi-yhdistys' is no organisation whose",
        f"oma,{mine.name},meeting,{venue.name},{venue.slug},,,": "owner: name the owner",
        f"{own},Muualla,": "district: differs from what is stored; the venue has rooms of other",
        f"uusi,Nimi,hall,{venue.name},{venue.slug},kaupunki,,{half.slug}; {other.slug}": "parts: '",
    }
    for line, said in cases.items():
        faults = refused(f"{head}\n{line}\n", keeper)
        assert faults[0].startswith(f"line 2: {said}"), line
    assert session.query(Venue).one().district == ""


def test_a_keepers_faults_are_named_beside_those_of_cells(session: Any, city: Any, keeper: Keeper) -> None:
    make_room(owner=make_organisation(kind="parish"), slug="muiden")
    faults = refused(
        f"{ROOMS},capacity,opening_hours,owner_slug\n"
        "uusi,Uusi,hall,Talo,paljon,ma 10,kaupunki\n"
        "lyhyt,Lyhyt\n"
        "muiden,Minun,hall,Talo,5,,kaupunki\n"
        "toinen,Toinen,hall,Talo,nolla,,seurakunta\n",
        keeper,
    )
    assert [fault.split(": ")[:2] for fault in faults] == [
        ["line 2", "capacity"],
        ["line 2", "opening_hours"],
        ["line 3", "has 2 cells, the header 7"],
        ["line 4", "slug"],
        ["line 5", "capacity"],
        ["line 5", "owner"],
    ]


def test_a_keepers_sheet_has_an_end(session: Any, city: Any, keeper: Keeper) -> None:
    lines = [f"tila-{n},Tila,hall,Talo" for n in range(1001)]
    assert refused("\n".join([ROOMS, *lines, ""]), keeper) == [
        "line 1002: has more than 1000 lines; divide it"
    ]


def test_imported_rooms_are_in_the_record(client: Any, city: Any, approver: Any) -> None:
    send(client, "rooms", f"{ROOMS}\ntupa,Tupa,village,Talo\n".encode())
    client.submit({"action": "take"}, action="/desk/sheets")
    (step,) = history("room", Room.query.one().id)
    assert (step.action, step.actor_id) == ("import", approver.id)


def test_the_template_is_a_sheet_that_can_be_taken(client: Any, city: Any, approver: Any) -> None:
    make_room(owner=city, slug="sali")
    answer = client.get("/desk/sheets/template.csv")
    assert len(rows(answer.data, [column.name for column in PLAIN])) == 3
    assert "2 uutta varausta" in send(client, "reservations", answer.data).text


def test_more_rooms_cost_the_page_no_more_statements(client: Any, city: Any, approver: Any) -> None:
    costs = []
    for _ in range(2):
        for _number in range(8):
            make_room(owner=city)
        client.get("/desk/sheets")
        with statements() as sent:
            client.get("/desk/sheets")
        costs.append(len(sent))
    assert costs[0] == costs[1]


def test_five_thousand_rooms_with_three_bad_ones_name_them_and_change_nothing(
    databases: Any, tmp_path: Any
) -> None:
    from booking.app import create_app
    from booking.extensions import db
    from tests.support.settings import settings_for

    app = create_app(settings_for(databases.copy("sqlite"), tmp_path))
    with app.app_context():
        lines = [f"tila-{n},Tila {n},hall,Talo {n // 5},{n % 90 + 1}" for n in range(5000)]
        good = "\n".join([f"{ROOMS},capacity", *lines[:300], ""])
        bad = list(lines)
        bad[9], bad[2500], bad[4999] = "tila-9,,hall,Talo 1,5", "tila-2500,A,cave,Talo 500,5", bad[0]
        with pytest.raises(SheetRefused) as caught:
            in_transaction(lambda: import_rooms("\n".join([f"{ROOMS},capacity", *bad, ""]).encode()))
        assert [fault.line for fault in caught.value.faults] == [11, 2502, 5001]
        assert db.session.query(Room).count() == db.session.query(Venue).count() == 0
        assert in_transaction(lambda: import_rooms(good.encode())).created == 300
        assert in_transaction(lambda: import_rooms(export_rooms().encode())).unchanged == 300
        db.session.remove()
        db.engine.dispose()


def test_pages_are_reached_from_the_desk_and_the_room(client: Any, city: Any, approver: Any) -> None:
    room = make_room(owner=city)
    assert 'href="/desk/sheets"' in client.get("/desk").text
    assert re.search(rf'href="/rooms/{room.slug}/week.pdf\?week=', client.get(f"/rooms/{room.slug}").text)
    assert f"/rooms/{room.slug}/season.pdf?season=" in client.get("/desk/sheets").text
