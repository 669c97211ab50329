"""Rooms out of a sheet and into one."""

from datetime import date
from typing import Any

import pytest

from booking.db import in_transaction
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.catalogue import catalogue
from booking.rooms.exchange import SheetRefused, export_rooms, import_rooms
from booking.rooms.models import OpeningHoursRow, Room, Space, Venue
from booking.rooms.prices import RoomPriceRow
from booking.rooms.sheet import everyone_pays

HEADER = "slug,name_fi,kind,venue,owner,capacity,opening_hours"
PARTS = "halli-a; halli-b"
SHEET = f"""{HEADER},district,owner_kind,parts
halli,Halli,sports,Koulu,Imatran kaupunki,300,mon-thu 10:00-22:00; fri-sat 18:00-01:00,Rautio,city,{PARTS}
halli-a,"Halli, A-puoli",sports,Koulu,Imatran kaupunki,150,mon-thu 10:00-22:00,Rautio,city,
halli-b,"Halli, B-puoli",sports,Koulu,Imatran kaupunki,150,mon-thu 10:00-22:00,Rautio,city,
tupa,Tupa,village,Tupa,,,,,,
"""


def take(text: str | bytes) -> Any:
    content = text.encode() if isinstance(text, str) else text
    return in_transaction(lambda: import_rooms(content))


def refused(text: str | bytes) -> list[str]:
    with pytest.raises(SheetRefused) as caught:
        take(text)
    return [str(fault) for fault in caught.value.faults]


def test_a_sheet_makes_rooms_venues_owners_and_spaces(session: Any) -> None:
    outcome = take(SHEET)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (4, 0, 0)
    hall = catalogue().room("halli")
    assert (hall.name, hall.capacity, hall.venue, hall.district) == ("Halli", 300, "Koulu", "Rautio")
    assert (hall.owner_slug, hall.owner_kind) == ("imatran-kaupunki", "city")
    assert len(hall.space_ids) == 2
    assert {room.slug for room in catalogue().sharing(catalogue().room("halli-a"))} == {"halli", "halli-a"}
    cottage = catalogue().room("tupa")
    assert (cottage.bookable, cottage.capacity, cottage.hours.weekly) == (False, None, ())
    assert [(row.weekday, row.opens, row.closes) for row in hall.hours.weekly][-1] == (5, 18 * 60, 25 * 60)


def test_what_is_exported_and_imported_again_changes_nothing(session: Any) -> None:
    take(SHEET)
    text = export_rooms()
    outcome = take(text)
    assert (outcome.created, outcome.changed, outcome.unchanged) == (0, 0, 4)
    assert export_rooms() == text


def test_an_export_makes_the_same_rooms_in_an_empty_database(session: Any) -> None:
    take(SHEET)
    room = session.query(Room).filter_by(slug="halli").one()
    room.opening_hours[0].valid_to = date(2027, 5, 31)
    room.description = 'Kaksi riviä:\n"lainaus", pilkku; puolipiste'
    room.prices = [RoomPriceRow.of(everyone_pays(1250))]
    room.venue.latitude = 61.17128
    session.flush()
    text = export_rooms()
    for each in session.query(Room):
        each.spaces = []
        session.delete(each)
    session.flush()
    for model in (Space, Venue, Organisation):
        for each in session.query(model):
            session.delete(each)
    session.commit()
    assert take(text).created == 4
    assert export_rooms() == text
    assert len(catalogue().room("halli").space_ids) == 2


def test_a_column_that_is_missing_leaves_what_is_stored(session: Any) -> None:
    take(SHEET)
    take("slug,name_fi,kind,venue\nhalli,Uusi halli,sports,Koulu\n")
    hall = catalogue().room("halli")
    assert (hall.name, hall.capacity, hall.district, hall.owner_slug) == (
        "Uusi halli",
        300,
        "Rautio",
        "imatran-kaupunki",
    )


def test_an_empty_cell_makes_a_fact_unknown(session: Any) -> None:
    take(SHEET)
    take("slug,name_fi,kind,venue,capacity,opening_hours,owner\nhalli,Halli,sports,Koulu,,,\n")
    hall = catalogue().room("halli")
    assert (hall.capacity, hall.hours.weekly, hall.bookable) == (None, (), False)


def test_hours_are_replaced_not_added(session: Any) -> None:
    take(SHEET)
    take("slug,name_fi,kind,venue,opening_hours\ntupa,Tupa,village,Tupa,mon 09:00-12:00; mon 13:00-21:00\n")
    take("slug,name_fi,kind,venue,opening_hours\ntupa,Tupa,village,Tupa,sun 00:00-24:00\n")
    rows = session.query(OpeningHoursRow).join(Room).filter(Room.slug == "tupa").all()
    assert [(row.weekday, row.opens, row.closes) for row in rows] == [(6, 0, 1440)]


def test_features_with_dates_and_exceptions_come_back(session: Any) -> None:
    take(
        "slug,name_fi,kind,venue,features,opening_exceptions\n"
        "tupa,Tupa,village,Tupa,lift=no; step_free=yes 2026-03-01,2026-12-24 closed; 2026-12-31 18:00-02:00\n"
    )
    room = catalogue().room("tupa")
    assert (room.features["step_free"].present, room.features["step_free"].checked_on) == (
        True,
        date(2026, 3, 1),
    )
    assert room.features["lift"].present is False
    assert room.hours.exceptions[1].hours == ((1080, 1560),)
    assert "lift=no; step_free=yes 2026-03-01" in export_rooms()


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("tupa,Tupa,village,Tupa,,0,", "line 3: capacity: '0' is not a whole number of at least 1"),
        ("tupa,Tupa,village,Tupa,,paljon,", "line 3: capacity: 'paljon' is not a whole number of at least 1"),
        ("tupa,Tupa,castle,Tupa,,,", "line 3: kind: 'castle' must be one of hall, meeting"),
        ("Tupa!,Tupa,village,Tupa,,,", "line 3: slug: 'Tupa!' must be"),
        (",Tupa,village,Tupa,,,", "line 3: slug: is empty"),
        ("tupa,,village,Tupa,,,", "line 3: name_fi: is empty"),
        (f"tupa,{'x' * 121},village,Tupa,,,", "line 3: name_fi: has 121 letters"),
        ("sali,Tupa,village,Tupa,,,", "line 3: slug: 'sali' is on line 2 already"),
        ("tupa,Tupa,village,Tupa,,,ma 10-22", "line 3: opening_hours: '10-22' is not hours like 10:00-22:00"),
        ("tupa,Tupa,village,Tupa,,,fri-mon 10:00-22:00", "line 3: opening_hours: 'fri-mon' must go"),
        ("tupa,Tupa,village,Tupa,,,mon 10:00-24:30", "line 3: opening_hours: '10:00-24:30' is not hours"),
        ("tupa,Tupa,village,Tupa", "line 3: has 4 cells, the header 7"),
        ("tupa,Tupa,village,Tupa,???,,", "line 3: owner: there is no organisation '???'"),
    ],
)
def test_a_fault_names_its_line_and_nothing_is_taken(session: Any, cells: str, said: str) -> None:
    faults = refused(f"{HEADER}\nsali,Sali,hall,Talo,,,\n{cells}\n")
    assert len(faults) == 1
    assert faults[0].startswith(said)
    assert session.query(Room).count() == 0
    assert session.query(Venue).count() == 0


def test_every_fault_of_every_line_is_named_in_one_pass(session: Any) -> None:
    columns = f"{HEADER},features,owner_kind,parts,prices,price_eur_per_hour,shortest_minutes,longest_minutes"
    faults = refused(
        "\n".join(
            [
                columns,
                "sali,Sali,hall,Talo,???,paljon,ma 10-22,lift=ehkä,,,,,60,30",
                "tupa,Tupa",
                "halli,Halli,hall,,Ei ole,5,,,kyla,olematon,everyone hour 3,5,,",
                "sali,Sali,hall,Talo,,5,,,,,,,,",
                "pari,Pari,hall,Talo,,5,,,,sali; tyhja,everyone hour 3,5,,",
                "yksi,Yksi,hall,Talo,???,5,,,,tyhja,,,,",
                "Iso!,Iso,castle,!!!,Oma,5,,,,,,,90,60",
                "",
            ]
        )
    )
    assert [fault.split(": ")[:2] for fault in faults] == [
        *(["line 2", name] for name in ("capacity", "features", "longest_minutes", "opening_hours", "owner")),
        ["line 3", "has 2 cells, the header 14"],
        *(["line 4", name] for name in ("owner_kind", "venue")),
        ["line 5", "slug"],
        ["line 6", "prices"],
        ["line 7", "owner"],
        *(["line 8", name] for name in ("kind", "longest_minutes", "slug", "venue")),
    ]
    assert session.query(Room).count() == session.query(Venue).count() == 0


def test_all_faults_are_said_at_once(session: Any) -> None:
    assert len(refused(f"{HEADER}\na,A,hall,T,,-1,\nb,B,cave,T,,x,\n")) == 3


def test_lines_are_counted_over_cells_of_several_lines(session: Any) -> None:
    text = 'slug,name_fi,kind,venue,description,capacity\na,A,hall,T,"yksi\nkaksi\n",10\n\nb,B,hall,T,,x\n'
    assert refused(text)[0].startswith("line 6: capacity")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the file is empty"),
        ("slug,name_fi,kind\n", "line 1: venue: this column is missing"),
        ("slug,name_fi,kind,venue,size\n", "line 1: size: is no column of this sheet"),
        ("slug,name_fi,kind,venue,slug\n", "line 1: slug: this column is there twice"),
        ('slug,name_fi,kind,venue\na,"A,hall,T\n', "line 2: is not CSV"),
        (b"slug,name_fi,kind,venue\na,\xe4,hall,T\n", "line 2: is not in UTF-8"),
        ("slug,name_fi,kind,venue\na,\0,hall,T\n", "line 2: is not text"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused(session: Any, text: str | bytes, said: str) -> None:
    assert refused(text)[0].startswith(said)


def test_a_sheet_saved_by_an_office_program_is_read(session: Any) -> None:
    text = "\ufeffslug;name_fi;kind;venue;price_eur_per_hour\r\ntupa;Tupa;village;Tupa;12,50\r\n"
    take(text)
    assert catalogue().room("tupa").price_cents_per_hour == 1250


def test_two_lines_may_not_say_different_things_of_a_venue(session: Any) -> None:
    text = "slug,name_fi,kind,venue,district\na,A,hall,T,Rautio\nb,B,hall,T,Vuoksenniska\n"
    assert refused(text) == ["line 3: district: differs from line 2, which has the same venue"]


@pytest.mark.parametrize("parts", ["halli-c", "tupa", "halli"])
def test_a_hall_consists_of_rooms_of_its_own_venue(session: Any, parts: str) -> None:
    sheet = SHEET.replace("halli-a; halli-b", f"halli-a; {parts}")
    assert refused(sheet) == [f"line 2: parts: '{parts}' is no undivided room of the same venue"]


def test_what_a_room_consists_of_cannot_be_changed(session: Any) -> None:
    take(SHEET)
    said = "parts: what a room consists of cannot be changed once it is there"
    assert refused(SHEET.replace("halli-a; halli-b", "halli-a"))[0] == f"line 2: {said}"


def test_a_longest_use_below_the_shortest_is_refused(session: Any) -> None:
    text = "slug,name_fi,kind,venue,shortest_minutes\na,A,hall,T,800\n"
    assert refused(text) == ["line 2: longest_minutes: 720 is less than shortest_minutes, 800"]


def test_the_catalogue_sees_an_import_at_once(session: Any) -> None:
    take(SHEET)
    before = catalogue().stamp
    take("slug,name_fi,kind,venue,capacity\ntupa,Tupa,village,Tupa,30\n")
    assert catalogue().stamp != before
    assert catalogue().room("tupa").capacity == 30
    assert db.session.query(Room).count() == 4
