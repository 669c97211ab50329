"""The pages of a room's rules and of an owner's defaults, as a keeper meets them."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.audit.service import history
from booking.desk.rules.service import preview_defaults, preview_rules
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.rooms.own_rules import RULES
from booking.rooms.rules import RoomRules
from tests.desk.rules.keeping import TYPED, address_of, edit, keep
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.support.client import PageClient
from tests.support.statements import statements

DEFAULTS = "/desk/rules/imatran-kaupunki"
EXAMPLE = {
    "try_date": "12.1.2027",
    "try_start": "18",
    "try_length": "2 t",
    "try_people": "10",
    "try_who": "association",
}


@pytest.fixture
def room(session: Any, frozen: Callable[..., None]) -> Room:
    frozen(NOW)
    owner = make_organisation(kind="city", slug="imatran-kaupunki", name="Imatran kaupunki")
    return make_room(owner=owner, name="Karelia-sali", slug="karelia-sali", capacity=50)


@pytest.fixture
def keeper(client: PageClient, room: Room) -> PageClient:
    return keep(client, room)


def text_of(answer: Any) -> str:
    body = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True).partition("<main")[2])
    return re.sub(r"\s+", " ", body)


def values(client: PageClient, address: str) -> dict[str, str]:
    return {name: each[-1] for name, each in client.form(action=address).values.items()}


def follow_all(client: PageClient, room: Room) -> None:
    """Have the room follow its owner's defaults in everything."""
    address = address_of(room)
    client.get(address)
    client.submit(dict.fromkeys(RULES, "") | {"preview": "1"}, action=address)
    assert client.submit({"save": "1"}, action=address).status_code == 303


def save_defaults(client: PageClient, **typed: str) -> Any:
    client.get(DEFAULTS)
    looked = client.submit(typed | {"preview": "1"}, action=DEFAULTS)
    assert looked.status_code == 200, text_of(looked)
    assert client.submit({"save": "1"}, action=DEFAULTS).status_code == 303
    return looked


def test_what_is_typed_is_what_is_shown_again(keeper: PageClient, room: Room) -> None:
    edit(keeper, room, shortest_minutes="1 t 30 min", notice_minutes="2 pv", most_active="3")
    address = address_of(room)
    keeper.get(address)
    found = values(keeper, address)
    assert (found["shortest_minutes"], found["notice_minutes"]) == ("1 t 30 min", "2 pv")
    assert (found["most_active"], found["pending_holds"]) == ("3", "no")
    rules = catalogue().room("karelia-sali").rules
    assert (rules.shortest_minutes, rules.notice_minutes, rules.most_active) == (90, 2880, 3)


def test_each_rule_is_explained_on_the_page(keeper: PageClient, room: Room) -> None:
    told = text_of(keeper.get(address_of(room)))
    for words in (
        "Yhdistyksen puolesta varaa sen varaaja",
        "joku päättää jokaisesta pyynnöstä",
        "samaa aikaa voi pyytää moni",
        "Muutos koskee vain uusia varauksia",
        "Toistuva varaus on yksi varaus",
    ):
        assert words in told


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"shortest_minutes": "2"}, "1 pv. Kirjoita vähintään 1 minuutti ja enintään 14 päivää."),
        ({"longest_minutes": "15 pv"}, "Kirjoita vähintään 1 minuutti ja enintään 14 päivää"),
        ({"turnaround_minutes": "1 pv 1 min"}, "enintään 24 tuntia"),
        ({"longest_ahead_months": "61"}, "enintään 60"),
        ({"cancellation_days": "seitsemän"}, "esimerkiksi 12. Kirjoita vähintään 0 ja enintään 365."),
        ({"cancellation_days": "7 tuntia"}, "Kirjoita luku numeroin"),
        ({"longest_ahead_months": "-1"}, "Kirjoita vähintään 0 ja enintään 60."),
        ({"most_active": "0"}, "Kirjoita vähintään 1"),
        ({"shortest_minutes": "3 t", "longest_minutes": "2 t"}, "Pisin varaus on lyhyempi kuin lyhin"),
        ({"approval": "joskus"}, "Valitse jokin vaihtoehdoista"),
    ],
)
@pytest.mark.parametrize("press", ["preview", "save", "try"])
def test_what_makes_no_sense_is_told_at_its_field_and_kept(
    keeper: PageClient, room: Room, typed: dict[str, str], said: str, press: str
) -> None:
    address = address_of(room)
    keeper.get(address)
    answer = keeper.submit(TYPED | typed | EXAMPLE | {press: "1"}, action=address)
    assert answer.status_code == 422
    assert said in text_of(answer)
    kept = values(keeper, address)
    assert all(kept[name] == text for name, text in typed.items() if name != "approval")


def test_all_that_makes_no_sense_is_named_at_once(keeper: PageClient, room: Room) -> None:
    typed = {
        "shortest_minutes": "3 t",
        "longest_minutes": "2 t",
        "cancellation_days": "x",
        "grid_minutes": "7",
    }
    for address, more in ((address_of(room), {}), (DEFAULTS, {"notice_minutes": ""})):
        keeper.get(address)
        told = text_of(keeper.submit(TYPED | typed | more | {"preview": "1"}, action=address))
        assert "Pisin varaus on lyhyempi kuin lyhin" in told
        assert "Kirjoita luku numeroin" in told
        assert "Valitse jokin vaihtoehdoista" in told
        assert ("Täytä tämä kohta" in told) is bool(more)


def test_the_unit_may_be_written_after_a_number(keeper: PageClient, room: Room) -> None:
    edit(keeper, room, cancellation_days="2 vk", longest_ahead_months="6 månader", most_active="5 varausta")
    rules = catalogue().room("karelia-sali").rules
    assert (rules.cancellation_days, rules.longest_ahead_months, rules.most_active) == (14, 6, 5)


def test_a_start_and_an_end_off_the_grid_are_told_once(keeper: PageClient, room: Room) -> None:
    address = address_of(room)
    keeper.get(address)
    tried = TYPED | EXAMPLE | {"grid_minutes": "30", "try_start": "18.10", "try": "1"}
    assert text_of(keeper.submit(tried, action=address)).count("30 minuutin välein.") == 1


def test_a_room_follows_the_default_until_it_has_its_own(
    keeper: PageClient, room: Room, session: Any
) -> None:
    other = make_room(owner=room.owner, slug="kirjasto", turnaround_minutes=15)
    follow_all(keeper, room)
    assert catalogue().room("karelia-sali").rules.who_may_book == "associations"
    looked = save_defaults(keeper, turnaround_minutes="45 min", shortest_minutes="1 t")
    assert "Karelia-sali: Lyhin varaus, Siivousaika käytön jälkeen" in text_of(looked)
    rules = catalogue().room("karelia-sali").rules
    assert (rules.turnaround_minutes, rules.shortest_minutes) == (45, 60)
    assert catalogue().room("kirjasto").rules.turnaround_minutes == 15, "its own stays"
    assert catalogue().room("kirjasto").rules.shortest_minutes == 60, "what follows follows"
    assert history("room", room.id)[-1].details["by"] == "default"
    assert history("organisation", room.owner_id or 0)[-1].details["rules"] == [
        "shortest_minutes",
        "turnaround_minutes",
    ]
    assert other.own_rules == ["who_may_book", "turnaround_minutes"]


def test_a_new_room_begins_with_the_defaults(keeper: PageClient, room: Room) -> None:
    save_defaults(keeper, notice_minutes="1 pv", approval="at_once")
    new = make_room(owner=room.owner, slug="uusi")
    assert (new.notice_minutes, new.approval, new.own_rules) == (1440, "at_once", ["who_may_book"])


def test_a_default_that_contradicts_a_rooms_own_rule_names_the_room(keeper: PageClient, room: Room) -> None:
    make_room(owner=room.owner, name="Kirjasto", shortest_minutes=240)
    keeper.get(DEFAULTS)
    answer = keeper.submit({"longest_minutes": "2 t", "preview": "1"}, action=DEFAULTS)
    assert answer.status_code == 422
    assert "näissä tiloissa, joilla toinen on oma: Kirjasto" in text_of(answer)


def test_dates_that_break_new_rules_are_told_and_stay(keeper: PageClient, room: Room) -> None:
    choir = make_organisation(name="Kuoro Koskisointu")
    reservation = make_reservation(room, EVENING, organisation=choir, title="Harjoitus")
    address = address_of(room)
    edit(keeper, room)
    keeper.get(address)
    looked = keeper.submit({"longest_minutes": "1 t", "preview": "1"}, action=address)
    told = text_of(looked)
    assert "1 varattu aika ei ole uusien sääntöjen mukainen" in told
    assert "Kuoro Koskisointu, Harjoitus" in told
    assert "Pisin varaus on 1 tunti" in told
    saved = keeper.submit({"save": "1"}, action=address)
    assert "1 varattu aika ei ole niiden mukainen" in text_of(keeper.follow(saved))
    assert reservation.occurrences[0].state == "confirmed"
    assert history("room", room.id)[-1].details["hit"] == 1


@pytest.mark.parametrize(
    ("typed", "who", "broken"),
    [
        ({"who_may_book": "associations"}, "person", True),
        ({"who_may_book": "associations"}, "choir", False),
        ({"who_may_book": "members"}, "choir", True),
        ({"who_may_book": "members"}, "member", False),
        ({"most_active": "1"}, "choir", False),
        ({"longest_ahead_months": "0"}, "person", True),
        ({"grid_minutes": "60"}, "person", False),
        ({"notice_minutes": "30 pv"}, "person", False),
        ({"approval": "by_round"}, "person", False),
        ({"turnaround_minutes": "1 t"}, "person", False),
    ],
)
def test_which_dates_a_rule_breaks(
    keeper: PageClient, room: Room, typed: dict[str, str], who: str, broken: bool
) -> None:
    assert room.owner is not None
    choir = make_organisation() if who == "choir" else None
    booker = make_member(room.owner if who == "member" else make_organisation(), Role.MEMBER)
    edit(keeper, room)
    make_reservation(room, EVENING, organisation=choir, booker=booker)
    address = address_of(room)
    keeper.get(address)
    told = text_of(keeper.submit(typed | {"preview": "1"}, action=address))
    assert ("1 varattu aika ei ole uusien sääntöjen mukainen" in told) is broken


def test_a_quota_that_is_exceeded_names_every_date(keeper: PageClient, room: Room) -> None:
    choir = make_organisation()
    edit(keeper, room)
    for n in range(3):
        make_reservation(room, EVENING.shift(timedelta(days=n)), organisation=choir)
    address = address_of(room)
    keeper.get(address)
    told = text_of(keeper.submit({"most_active": "2", "preview": "1"}, action=address))
    assert "3 varattua aikaa ei ole uusien sääntöjen mukaisia" in told


def test_what_changes_meanwhile_is_looked_at_again(keeper: PageClient, room: Room) -> None:
    address = address_of(room)
    keeper.get(address)
    keeper.submit(TYPED | {"longest_minutes": "1 t", "preview": "1"}, action=address)
    make_reservation(room, EVENING)
    answer = keeper.submit({"save": "1"}, action=address)
    assert answer.status_code == 409
    assert "1 varattu aika ei ole uusien" in text_of(answer)
    assert catalogue().room("karelia-sali").rules.longest_minutes == 720
    assert keeper.submit({"save": "1"}, action=address).status_code == 303


@pytest.mark.parametrize(
    ("rules", "example", "outcome", "said"),
    [
        ({}, {}, "vahvistuu heti", "vahvistuu: käy Varaus vahvistuu heti."),
        ({"approval": "by_approver"}, {}, "odottaa päätöstä", "vahvistuu: käy Omistaja käsittelee pyynnön."),
        (
            {"approval": "by_round"},
            {},
            "ei onnistu",
            "vahvistuu: ei käy Tilan vuorot jaetaan hakukierroksella.",
        ),
        ({"shortest_minutes": "3 t"}, {}, "ei onnistu", "Lyhin varaus: ei käy Lyhin varaus on 3 tuntia."),
        ({"who_may_book": "associations"}, {"try_who": "person"}, "ei onnistu", "Vain yhdistyksille"),
        ({"who_may_book": "members"}, {"try_who": "own_member"}, "vahvistuu heti", "käy"),
        ({"who_may_book": "members"}, {"try_who": "own_group"}, "vahvistuu heti", "käy"),
        ({"most_active": "2"}, {"try_active": "1"}, "vahvistuu heti", "2 voimassa olevaa"),
        ({"most_active": "2"}, {"try_active": "2"}, "ei onnistu", "Enempää ei voi olla"),
        ({}, {"try_people": "51"}, "ei onnistu", "Tilaan mahtuu 50 henkeä"),
        ({"turnaround_minutes": "30 min"}, {}, "vahvistuu heti", "varattu klo 18.00–20.30"),
        ({"cancellation_days": "7"}, {}, "vahvistuu heti", "perua ti 5.1.2027 klo 18.00 asti"),
        (
            {"notice_minutes": "2 pv"},
            {"try_sent_date": "10.1.2027", "try_sent_time": "18.01"},
            "ei onnistu",
            "vähintään 2 päivää ennen alkua",
        ),
        (
            {"notice_minutes": "2 pv"},
            {"try_sent_date": "10.1.2027", "try_sent_time": "18"},
            "vahvistuu heti",
            "vähintään 2 päivää ennen alkua",
        ),
    ],
)
def test_unsaved_rules_are_tried_on_an_example(
    keeper: PageClient, room: Room, rules: dict[str, str], example: dict[str, str], outcome: str, said: str
) -> None:
    address = address_of(room)
    keeper.get(address)
    before = catalogue().room("karelia-sali").rules
    answer = keeper.submit(TYPED | rules | EXAMPLE | example | {"try": "1"}, action=address)
    assert answer.status_code == 200
    told = text_of(answer)
    assert f"Näillä säännöillä: {outcome}" in told
    assert said in told
    assert catalogue().room("karelia-sali").rules == before, "nothing is saved"
    assert values(keeper, address)["shortest_minutes"] == (rules.get("shortest_minutes") or "15 min")


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ({"try_date": ""}, "Täytä tämä kohta"),
        ({"try_length": "2"}, "Kirjoita luku ja yksikkö"),
        ({"try_people": "-1"}, "Luvun pitää olla 1–100000"),
        ({"try_start": "25"}, "Kellonaikaa 25 ei ole"),
        ({"try_date": "28.3.2027", "try_start": "3.30"}, "kello siirtyy silloin kesäaikaan"),
    ],
)
def test_a_bad_example_is_told_at_its_field(
    keeper: PageClient, room: Room, example: dict[str, str], said: str
) -> None:
    address = address_of(room)
    keeper.get(address)
    answer = keeper.submit(TYPED | EXAMPLE | example | {"try": "1"}, action=address)
    assert answer.status_code == 422
    assert said in text_of(answer)
    looked = keeper.submit({"preview": "1"}, action=address)
    assert looked.status_code == 200, "the example is not looked at for saving"


def test_the_page_asks_as_much_of_many_dates_and_rooms_as_of_one(
    keeper: PageClient, room: Room, session: Any
) -> None:
    owner = room.owner
    assert owner is not None
    actor = acting(make_member(owner, Role.APPROVER))
    rules = replace(RoomRules(), longest_minutes=60, who_may_book="members")

    def sent() -> tuple[tuple[int, int], int]:
        session.expire_all()
        catalogue()
        with statements() as of_room:
            preview_rules(room.slug, rules, RULES, actor=actor, now=NOW)
        session.expire_all()
        with statements() as of_all:
            change = preview_defaults("imatran-kaupunki", rules, actor=actor, now=NOW)
        return (len(of_room), len(of_all)), change.hit

    one = make_room(owner=owner)
    make_reservation(one, EVENING)
    few, hit = sent()
    assert hit == 1
    for n in range(10):
        another = make_room(owner=owner)
        make_reservation(another, *(EVENING.shift(timedelta(days=n)) for n in range(30)))
    many, hit = sent()
    assert hit == 301
    assert many == few


def test_defaults_are_tried_in_a_room_of_the_owner(keeper: PageClient, room: Room) -> None:
    keeper.get(DEFAULTS)
    typed = {"shortest_minutes": "3 t", "try_room": "karelia-sali"} | EXAMPLE | {"try": "1"}
    told = text_of(keeper.submit(typed, action=DEFAULTS))
    assert "Näillä säännöillä: ei onnistu" in told
    empty = keeper.submit({"shortest_minutes": "", "preview": "1"}, action=DEFAULTS)
    assert empty.status_code == 422


def test_an_owner_without_rooms_has_defaults(client: PageClient, session: Any) -> None:
    village = make_organisation(slug="kylaseura")
    client.sign_in(make_member(village, Role.MANAGER))
    address = "/desk/rules/kylaseura"
    assert client.get(address).status_code == 200
    assert client.submit({"try": "1"}, action=address).status_code in (200, 422)
    client.submit({"who_may_book": "anyone", "preview": "1"}, action=address)
    assert client.submit({"save": "1"}, action=address).status_code == 303


@pytest.mark.parametrize("role", [Role.APPROVER, Role.MANAGER])
def test_keepers_of_another_owner_are_refused_and_see_nobody(
    client: PageClient, room: Room, role: Role
) -> None:
    make_reservation(room, EVENING, responsible="Salainen Vastuu", title="Salainen tilaisuus")
    client.sign_in(make_member(make_organisation(kind="parish"), role))
    client.get("/privacy")
    token = client.page.forms[0].values["csrf_token"][-1] if client.page else ""
    for address in (address_of(room), DEFAULTS):
        assert client.get(address).status_code == 403
        for press in ("preview", "save", "try"):
            answer = client.post(address, data=TYPED | {"csrf_token": token, press: "1"})
            assert answer.status_code == 403
            assert "Salainen" not in answer.get_data(as_text=True)
    assert catalogue().room("karelia-sali").rules.shortest_minutes == 30
