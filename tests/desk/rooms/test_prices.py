"""The prices of a room, as their keeper writes them."""

from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.audit.models import AuditEntry
from booking.desk.rooms.prices import MOST_PRICES, set_prices
from booking.errors import Forbidden, RuleViolation
from booking.extensions import db
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.rooms.notation import read_prices, write_prices
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW
from tests.factories.rooms import make_room, make_space, make_venue
from tests.factories.users import acting
from tests.reservations.asking import text_of
from tests.support.client import PageClient
from tests.support.statements import statements

ROOM = "karelia-sali"
PAGE = f"/desk/rooms/{ROOM}/prices"


@pytest.fixture
def room(session: Any) -> Room:
    return make_room(slug=ROOM, name="Karelia-sali", prices=read_prices("association hour 10"))


@pytest.fixture
def keeper(client: PageClient, room: Room) -> PageClient:
    """The page client of a manager of the room's owner."""
    client.sign_in(make_member(room.owner, Role.MANAGER))
    return client


def row(number: int, text: str) -> dict[str, str]:
    """Return what a row of the form sends: `association/any hour 12,50`."""
    whom, basis, *euros = text.split()
    customer, _, age = whom.partition("/")
    values = {"customer": customer, "age": age or "any", "basis": basis, "euros": " ".join(euros)}
    return {f"price-{number}-{name}": value for name, value in values.items()}


def send(client: PageClient, *rows: str, **more: str) -> Any:
    """Send the form with these rows, numbered from 1."""
    client.get(PAGE)
    values: dict[str, Any] = {"row": [str(number) for number in range(1, len(rows) + 1)]}
    for number, text in enumerate(rows, start=1):
        values |= row(number, text)
    return client.submit(values | more, action=PAGE)


def stored() -> str:
    return write_prices(catalogue().room(ROOM).prices)


def test_prices_are_shown_with_what_they_come_to(keeper: PageClient, room: Room) -> None:
    words = text_of(keeper.get(PAGE))
    assert "Kuoro, 2 tuntia 20 €" in words
    assert "Kuoro, joka tiistai 10 kertaa, 2 tuntia kerralla 200 €" in words
    assert "Yksityishenkilö, 2 tuntia ei tietoa" in words
    form = keeper.form(action=PAGE)
    assert (form.values["price-1-customer"], form.values["price-1-euros"]) == (["association"], ["10"])


def test_new_prices_take_the_place_of_the_old(keeper: PageClient, room: Room) -> None:
    answer = send(
        keeper,
        "everyone hour 20,5",
        "association hour 12.50 €",
        "association season 1 200",
        "everyone/under_18 free",
    )
    assert answer.status_code == 303
    assert "maksavat sen, mitä niille luvattiin" in text_of(keeper.follow(answer))
    assert stored() == (
        "everyone hour 20.50; association hour 12.50; association season 1200; everyone/under_18 free"
    )
    page = text_of(keeper.get(f"/rooms/{ROOM}"))
    assert "kaikille 20,50 €/t yhdistyksille 12,50 €/t yhdistyksille 1 200 €/kausi" in page
    assert "kaikille, alle 18-vuotiaat maksuton" in page
    (entry,) = db.session.scalars(select(AuditEntry))
    assert (entry.action, entry.details) == ("price_room", {"rows": 4})


def test_sending_the_same_again_changes_nothing(keeper: PageClient, room: Room) -> None:
    assert send(keeper, "association hour 10").status_code == 303
    assert list(db.session.scalars(select(AuditEntry))) == []


def test_a_row_is_added_and_taken_away_with_everything_typed_kept(keeper: PageClient, room: Room) -> None:
    answer = send(keeper, "association hour kymmenen", "company/over_65 use 7", add="1")
    assert answer.status_code == 200
    values = keeper.form(action=PAGE).values
    assert values["row"] == ["1", "2", "3"]
    assert (values["price-1-euros"], values["price-2-age"]) == (["kymmenen"], ["over_65"])
    assert values["price-3-customer"] == [""]
    assert keeper.submit({"remove": "1"}, action=PAGE).status_code == 200
    values = keeper.form(action=PAGE).values
    assert (values["row"], values["price-2-euros"]) == (["2", "3"], ["7"])
    assert stored() == "association hour 10"
    assert keeper.submit(action=PAGE).status_code == 303  # the empty row says nothing
    assert stored() == "company/over_65 use 7"


def test_a_room_without_rows_costs_nobody_knows_what(keeper: PageClient, room: Room) -> None:
    assert send(keeper).status_code == 303
    assert catalogue().room(ROOM).prices == ()
    assert "hinta: ei tietoa" in text_of(keeper.get("/rooms"))
    keeper.get(PAGE)
    assert keeper.form(action=PAGE).values["price-1-customer"] == ["everyone"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["everyone hour 10", "everyone use 5"], "Tälle ryhmälle ja iälle on jo hinta ylempänä."),
        (["everyone hour 10", "everyone hour 10"], "Tälle ryhmälle ja iälle on jo hinta ylempänä."),
        (["everyone hour"], "Kirjoita hinta euroina, tai valitse ”maksuton”."),
        (["everyone free 5"], "Maksuttomalla ei ole hintaa."),
        (["everyone hour 0"], "Kirjoita hinta euroina, tai valitse ”maksuton”."),
        (["everyone hour ilmainen"], "Kirjoita hinta euroina, esimerkiksi 12 tai 12,50."),
        (["everyone hour -5"], "Kirjoita hinta euroina, esimerkiksi 12 tai 12,50."),
        (["everyone hour 100001"], "Luku on liian suuri."),
        (["/any hour 10"], "Valitse, kenelle hinta on."),
        (["pupils hour 10"], "Valitse jokin vaihtoehdoista."),
        (["everyone week 10"], "Valitse jokin vaihtoehdoista."),
    ],
)
def test_what_cannot_be_is_said_at_its_row_and_kept(
    keeper: PageClient, room: Room, rows: list[str], said: str
) -> None:
    answer = send(keeper, *rows)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert keeper.form(action=PAGE).values["row"] == [str(number + 1) for number in range(len(rows))]
    assert stored() == "association hour 10"


def test_a_season_stands_beside_a_price_for_single_uses(keeper: PageClient, room: Room) -> None:
    assert send(keeper, "everyone hour 10", "everyone season 50").status_code == 303
    assert send(keeper, "everyone season 10", "everyone season 50").status_code == 422


def test_too_many_rows_are_refused(keeper: PageClient, room: Room) -> None:
    answer = send(keeper, *["everyone hour 1"] * (MOST_PRICES + 1))
    assert answer.status_code == 422
    assert "Hintoja on liian monta, enintään 20." in text_of(answer)


def test_a_part_costs_a_share_of_its_whole_or_prices_of_its_own(keeper: PageClient, room: Room) -> None:
    venue = make_venue()
    left, right = make_space(venue), make_space(venue)
    room.spaces = [left]
    whole = make_room(
        owner=room.owner, name="Koko sali", spaces=[left, right], prices=read_prices("everyone hour 25")
    )
    assert "Tila on osa tilaa Koko sali." in text_of(keeper.get(PAGE))
    answer = send(keeper, "everyone hour 10", percent="50")
    assert answer.status_code == 422
    assert "Valitse toinen: osuus kokonaisen tilan hinnasta tai omat hinnat." in text_of(answer)
    assert send(keeper, percent="0").status_code == 422
    assert send(keeper, percent="60").status_code == 303
    assert stored() == "everyone hour 15"
    assert "Kuoro, 2 tuntia 30 €" in text_of(keeper.get(PAGE))
    assert keeper.form(action=PAGE).values["percent"] == ["60"]
    whole.prices[0].amount = 3000
    db.session.flush()
    assert stored() == "everyone hour 18"


def test_a_room_that_is_no_part_has_no_share(keeper: PageClient, room: Room) -> None:
    keeper.get(PAGE)
    assert not keeper.form(action=PAGE).has("percent")
    person = acting(make_member(room.owner, Role.APPROVER))
    with pytest.raises(RuleViolation) as caught:
        set_prices(ROOM, read_prices("share 50"), actor=person, now=NOW)
    assert [each.code for each in caught.value.violations] == ["share_of_nothing"]


def test_keepers_of_another_owner_change_nothing(client: PageClient, room: Room) -> None:
    stranger = make_member(make_organisation(), Role.APPROVER)
    client.sign_in(stranger)
    client.get("/privacy")
    token = {"csrf_token": client.form(action="/logout").values["csrf_token"][-1]}
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, data=token | {"row": "1"} | row(1, "everyone free")).status_code == 403
    assert client.post(PAGE, data=token | {"add": "1"}).status_code == 403
    with pytest.raises(Forbidden):
        set_prices(ROOM, [], actor=acting(stranger), now=NOW)
    assert stored() == "association hour 10"
    room.state = "draft"
    db.session.flush()
    assert client.get(PAGE).status_code == 404


def test_the_page_asks_as_often_for_one_price_as_for_many(keeper: PageClient, room: Room) -> None:
    counts = []
    for rows in (["everyone hour 1"], ["everyone hour 1", "group hour 2", "company/over_65 use 9"]):
        send(keeper, *rows)
        keeper.get(PAGE)
        with statements() as seen:
            keeper.get(PAGE)
        counts.append(len(seen))
    assert counts[0] == counts[1] > 0
