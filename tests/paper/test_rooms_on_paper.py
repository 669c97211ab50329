"""A room on paper: its week, its season, its door."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest

from booking.access.roles import Role
from booking.desk.sheets import papers
from booking.errors import NotFound
from booking.paper import answer as paper_answer
from booking.timetable.interval import Interval
from booking.timetable.zone import IsoWeek
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import every_day, make_opening_exception, make_room
from tests.paper.reading import decode, language_of, read_pdf, tags_of, text_of

WEEK = "2027-W02"  # of EVENING


def pdf(client: Any, address: str) -> Any:
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    return read_pdf(answer.data)


def evening(days: int, hour: int = 16) -> Interval:
    start = datetime(2027, 1, 11, hour, tzinfo=UTC) + timedelta(days=days)
    return Interval(start, start + timedelta(hours=1))


def test_a_week_is_read_out_in_order_as_a_table_and_as_a_list(client: Any, frozen: Any) -> None:
    frozen(NOW)
    room = make_room(name="Karelia-sali", contact="virta@demo.example")
    choir = make_organisation(name="Kuoro Koskisointu")
    make_reservation(room, EVENING, organisation=choir, title="Harjoitus")
    make_reservation(room, evening(3), title="Kokous")
    reader = pdf(client, f"/rooms/{room.slug}/week.pdf?week={WEEK}")
    text = text_of(reader)
    order = [
        "Karelia-sali",
        "Viikko 2, ma 11.1.–su 17.1.2027 · ",
        "Harjoitus",
        "Kokous",
        "ti 12.1.2027",
        "Harjoitus",
    ]
    places = [0]
    for word in order:
        places.append(text.index(word, places[-1]))
    assert language_of(reader) == "fi"
    assert reader.metadata.title == "Karelia-sali, viikko 2 – Imatran tilat"
    assert len(reader.pages) == 2
    tags = tags_of(reader)
    assert tags.count("H1") == 1
    assert tags.count("H2") == 2
    assert {"Table", "Caption", "TH", "L", "LI"} <= set(tags)


@pytest.mark.parametrize(("language", "said"), [("fi", "Viikko 2"), ("sv", "Vecka 2"), ("en", "Week 2")])
def test_a_week_is_there_in_each_language(client: Any, language: str, said: str) -> None:
    room = make_room()
    reader = pdf(client, f"/rooms/{room.slug}/week.pdf?week={WEEK}&lang={language}")
    assert said in text_of(reader)
    assert language_of(reader) == language
    assert len(reader.pages) == 1  # an empty week has no list


@pytest.mark.parametrize(
    ("week", "hours"),
    [
        ("2027-W12", every_day(0, 1440)),
        ("2027-W43", every_day(420, 1560)),
        ("2026-W53", every_day(600, 1320)),
    ],
)
def test_any_week_stays_on_one_sheet(client: Any, week: str, hours: list[tuple[int, int, int]]) -> None:
    room = make_room(hours=hours, grid_minutes=15)
    monday = IsoWeek.parse(week).days()[0]
    quarter = datetime(monday.year, monday.month, monday.day, 15, 15, tzinfo=UTC)
    make_reservation(room, Interval(quarter, quarter + timedelta(minutes=45)))
    make_reservation(
        room, Interval(quarter + timedelta(days=5, hours=9), quarter + timedelta(days=5, hours=14))
    )
    reader = pdf(client, f"/rooms/{room.slug}/week.pdf?week={week}")
    assert len(reader.pages) == 2
    assert "ma " in reader.pages[0].extract_text()


def test_a_sunday_whose_clocks_change_tells_wall_clock_times(client: Any) -> None:
    room = make_room(hours=every_day(0, 1440))
    start = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)  # 3.30 the first time
    make_reservation(room, Interval(start, start + timedelta(hours=2)), title="Yövalvojaiset")
    assert "03.30–04.30 Yövalvojaiset" in text_of(pdf(client, f"/rooms/{room.slug}/week.pdf?week=2027-W43"))


def test_long_names_stay_within_the_sheet(client: Any) -> None:
    room = make_room(
        name="Vuoksenniskan monitoimitalon alakerran pieni harjoitushuone kakkonen " * 1 + "x" * 40
    )
    long = make_organisation(name="Kansainvälinenmaahanmuuttajanaistenyhdistystoiminnankehittämisliitto ry")
    for day in range(7):
        make_reservation(room, evening(day), organisation=long, title="Pitkänimisentilaisuudenharjoitus " * 3)
    for document in (f"week.pdf?week={WEEK}", "season.pdf?season=2026-winter", "door.pdf"):
        assert "Vuoksenniskan" in text_of(pdf(client, f"/rooms/{room.slug}/{document}"))
    assert len(pdf(client, f"/rooms/{room.slug}/door.pdf").pages) == 1


def test_a_wall_never_names_what_is_private_whoever_prints_it(client: Any) -> None:
    city = make_organisation(kind="city")
    room = make_room(owner=city)
    booker = make_member(make_organisation(name="Salainen seura"), Role.BOOKER)
    make_reservation(room, EVENING, title="Terapiaryhmä", visibility="private", responsible="Nimi Salattu")
    make_reservation(room, evening(2), title="Odottava", state="pending", booker=booker)
    approver = make_member(city, Role.APPROVER)
    for person in (None, booker, approver):
        if person is not None:
            client.sign_in(person)
        for document in (f"week.pdf?week={WEEK}", "season.pdf?season=2026-winter"):
            text = text_of(pdf(client, f"/rooms/{room.slug}/{document}"))
            assert "varattu" in text
            assert not {"Terapiaryhmä", "Salattu", "Odottava"} & set(text.split())


def test_only_the_owners_approver_gets_the_details_of_a_season(client: Any) -> None:
    city, parish = make_organisation(kind="city"), make_organisation(kind="parish")
    room = make_room(owner=city)
    make_reservation(
        room, title="Terapiaryhmä", visibility="private", responsible="Vastaava", contact="040 123", people=7
    )
    address = f"/rooms/{room.slug}/season.pdf?season=2026-winter&details=1"
    assert client.get(address).status_code == 403
    strangers = (
        make_member(parish, Role.APPROVER),
        make_member(city, Role.MANAGER),
        make_member(city, Role.STAFF),
    )
    for stranger in strangers:
        client.sign_in(stranger)
        assert client.get(address).status_code == 403
    client.sign_in(make_member(city, Role.APPROVER))
    text = text_of(pdf(client, address))
    assert all(word in text for word in ("Terapiaryhmä", "Vastaava", "040 123", "ei seinälle"))
    assert client.get(address).headers["Cache-Control"] == "private, no-store"


def test_a_season_has_its_dates_and_no_others(client: Any) -> None:
    room = make_room()
    for on, title in (
        (datetime(2026, 8, 31, 16, tzinfo=UTC), "Elokuu"),
        (datetime(2026, 9, 1, 16, tzinfo=UTC), "Syyskuu"),
        (datetime(2027, 5, 31, 16, tzinfo=UTC), "Toukokuu"),
        (datetime(2027, 6, 1, 16, tzinfo=UTC), "Kesäkuu"),
    ):
        make_reservation(room, Interval(on, on + timedelta(hours=1)), title=f"{title}kerho")
    winter = text_of(pdf(client, f"/rooms/{room.slug}/season.pdf?season=2026-winter"))
    assert [word for word in winter.split() if word.endswith("kerho")] == ["Syyskuukerho", "Toukokuukerho"]
    summer = text_of(pdf(client, f"/rooms/{room.slug}/season.pdf?season=2027-summer"))
    assert [word for word in summer.split() if word.endswith("kerho")] == ["Kesäkuukerho"]
    assert "ei ole varauksia" in text_of(pdf(client, f"/rooms/{room.slug}/season.pdf?season=2030-winter"))


@pytest.mark.parametrize(
    "document", ["week.pdf?week=2027-W54", "season.pdf?season=2027-autumn", "season.pdf?season=1-winter"]
)
def test_what_is_no_week_or_season_is_not_found(client: Any, document: str) -> None:
    assert client.get(f"/rooms/{make_room().slug}/{document}").status_code == 404


def test_a_draft_is_on_no_paper(client: Any) -> None:
    room = make_room(state="draft")
    for document in ("week", "season", "door"):
        assert client.get(f"/rooms/{room.slug}/{document}.pdf").status_code == 404


def test_a_season_asked_for_by_its_name_is_that_season() -> None:
    assert papers.season_asked("2026-winter", date(2027, 7, 1)).last == date(2027, 5, 31)
    assert papers.season_asked("2027-summer", date(2027, 1, 1)).first == date(2027, 6, 1)
    assert papers.season_code(papers.season_asked(None, date(2027, 1, 1))) == "2026-winter"
    with pytest.raises(NotFound):
        papers.season_asked("2000-winter", date(2027, 1, 1))


def test_a_door_tells_facts_hours_and_how_to_ask(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    room = make_room(
        name="Tiinan tupa",
        features={"step_free": True, "lift": False},
        contact="040 55 66",
        hours=every_day(480, 1260),
    )
    make_opening_exception(room, date(2027, 12, 24))
    pages: list[str] = []
    real = paper_answer.pdf_of
    monkeypatch.setattr(paper_answer, "pdf_of", lambda html, style: pages.append(html) or real(html, style))
    reader = pdf(client, f"/rooms/{room.slug}/door.pdf?lang=sv")
    text = text_of(reader)
    assert all(word in text for word in ("Tiinan tupa", "08.00–21.00", "040 55 66", room.owner.name))
    codes = [
        unquote(each) for each in re.findall(r'src="data:image/svg\+xml;charset=utf-8,([^"]+)"', pages[0])
    ]
    assert [decode(each) for each in codes] == [
        f"http://localhost/rooms/{room.slug}?lang=sv",
        f"http://localhost/rooms/{room.slug}/request?lang=sv",
    ]
    assert tags_of(reader).count("Figure") == 2


def test_a_room_nobody_can_book_has_no_code_to_ask_for_it(client: Any) -> None:
    reader = pdf(client, f"/rooms/{make_room(owner=None, hours=()).slug}/door.pdf")
    assert tags_of(reader).count("Figure") == 1
