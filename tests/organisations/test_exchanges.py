"""What organisations offer and look for: who writes it, how long it is shown, who could answer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking import clock
from booking.access.roles import Role
from booking.errors import Forbidden, NotFound, RuleViolation
from booking.organisations.directory import exchanges
from booking.organisations.directory.exchanges import Line
from booking.organisations.directory.models import Exchange
from booking.organisations.models import Organisation
from tests.factories.organisations import make_member, make_organisation
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements


def write(organisation: Organisation, side: str, kind: str, words: str, **changes: Any) -> Exchange:
    manager = make_member(organisation, Role.MANAGER)
    line = Line(side, kind, words, **changes)
    return exchanges.write_line(organisation.slug, None, line, actor=acting(manager), now=clock.now())


def shown(client: Any, address: str) -> str:
    return str(client.get(address).get_data(as_text=True))


@pytest.fixture
def choir(session: Any) -> Organisation:
    return make_organisation(name="Kuoro ry", district="Rautio")


def test_a_line_is_shown_to_everybody_for_half_a_year(client: Any, choir: Organisation) -> None:
    line = write(choir, "offers", "equipment", "Nuottitelineitä lainaksi")
    assert timedelta(days=182) < line.ends_at - clock.now() < timedelta(days=185)
    for address in ("/organisations/offers", f"/organisations/{choir.slug}"):
        assert "Nuottitelineitä lainaksi" in shown(client, address)
    line.ends_at = clock.now() - timedelta(seconds=1)
    for address in ("/organisations/offers", f"/organisations/{choir.slug}"):
        assert "Nuottitelineitä lainaksi" not in shown(client, address)


def test_the_common_page_is_narrowed_by_side_kind_and_district(client: Any, choir: Organisation) -> None:
    write(choir, "offers", "rooms", "Kylätalo iltaisin")
    write(make_organisation(district="Mansikkala"), "seeks", "transport", "Kyytejä talkoisiin")
    for question, first, second in (
        ("", True, True),
        ("?side=offers", True, False),
        ("?kind=transport", False, True),
        ("?district=Rautio", True, False),
        ("?side=seeks&district=Rautio", False, False),
        ("?kind=castle", False, False),
    ):
        page = shown(client, f"/organisations/offers{question}")
        assert ("Kylätalo iltaisin" in page, "Kyytejä talkoisiin" in page) == (first, second), question


def test_the_newest_line_stands_first_and_thirty_fit_on_a_page(client: Any, choir: Organisation) -> None:
    manager = acting(make_member(choir, Role.MANAGER))
    for number in range(31):
        at = clock.now() + timedelta(seconds=number)
        exchanges.write_line(
            choir.slug, None, Line("offers", "other", f"Asia {number:02}"), actor=manager, now=at
        )
    first, second = (shown(client, f"/organisations/offers?page={page}") for page in (1, 2))
    assert first.index("Asia 30") < first.index("Asia 29")
    assert "Asia 00" not in first
    assert "Asia 00" in second


def test_its_own_people_see_who_could_answer_and_a_visitor_does_not(client: Any, choir: Organisation) -> None:
    write(choir, "offers", "transport", "Pakettiauto lainaksi")
    write(choir, "seeks", "rooms", "Varasto")
    for number in range(3):
        write(make_organisation(), "seeks", "transport", f"Kyyti {number}")
    twice = make_organisation()
    write(twice, "offers", "transport", "Oma auto")  # offers the same: no answer
    over = write(make_organisation(), "seeks", "transport", "Vanha")
    over.ends_at = clock.now() - timedelta(days=1)
    assert "yhdistystä etsii tätä" not in shown(client, f"/organisations/{choir.slug}")
    sign_in(client, make_member(choir, Role.MEMBER))
    page = shown(client, f"/organisations/{choir.slug}")
    assert "3 yhdistystä etsii tätä" in page
    assert "tarjoaa tätä" not in page  # nobody offers a room
    assert "side=seeks&amp;kind=transport" in page


def test_a_line_is_changed_renewed_and_removed_by_its_own_manager_only(
    client: Any, choir: Organisation
) -> None:
    line = write(choir, "offers", "staff", "Yhteinen siivooja")
    stranger = acting(make_member(make_organisation(name="Muu ry"), Role.MANAGER))
    other = make_organisation()
    manager_of_other = acting(make_member(other, Role.MANAGER))
    now = clock.now()
    for step in (exchanges.renew_line, exchanges.remove_line):
        with pytest.raises(Forbidden):
            step(choir.slug, line.id, actor=stranger, now=now)
        with pytest.raises(NotFound):  # under the own organisation's address it is not there
            step(other.slug, line.id, actor=manager_of_other, now=now)
    with pytest.raises(Forbidden):
        exchanges.renew_ending(choir.id, actor=acting(make_user()), now=now)
    manager = acting(make_member(choir, Role.MANAGER))
    exchanges.write_line(choir.slug, line.id, Line("seeks", "staff", "Siivooja"), actor=manager, now=now)
    assert (line.side, line.words) == ("seeks", "Siivooja")
    exchanges.remove_line(choir.slug, line.id, actor=manager, now=now)
    assert "Siivooja" not in shown(client, "/organisations/offers")


def test_a_manager_writes_changes_and_renews_on_the_page(
    client: Any, session: Any, choir: Organisation
) -> None:
    sign_in(client, make_member(choir, Role.MANAGER))
    client.get(f"/organisations/{choir.slug}/offers")
    answer = client.submit(
        {"side": "offers", "kind": "rooms", "words": "Tupa", "last_day": "1.1.2020"}, having="words"
    )
    assert answer.status_code == 422
    assert "Tupa" in answer.get_data(as_text=True)
    assert "on jo mennyt" in answer.get_data(as_text=True)
    client.get(f"/organisations/{choir.slug}/offers")
    assert (
        client.submit({"side": "offers", "kind": "rooms", "words": "Tupa"}, having="words").status_code == 303
    )
    line = session.scalars(select(Exchange)).one()
    line.ends_at = clock.now() - timedelta(days=3)
    session.flush()
    page = shown(client, f"/organisations/{choir.slug}/offers?edit={line.id}")
    assert "Ei enää näy" in page
    assert client.submit(action=f"/organisations/{choir.slug}/offers/{line.id}/renew").status_code == 303
    session.expire_all()
    assert line.ends_at > clock.now() + timedelta(days=180)


@pytest.mark.parametrize(
    ("line", "code", "field"),
    [
        (Line("gives", "rooms", "x"), "unknown_tag", "side"),
        (Line("offers", "castles", "x"), "unknown_tag", "kind"),
        (Line("offers", "rooms", ""), "exchange_says_nothing", "words"),
        (Line("offers", "rooms", "x" * 301), "profile_too_long", "words"),
        (
            Line("offers", "rooms", "x", datetime(2020, 1, 1, tzinfo=UTC).date()),
            "exchange_day_past",
            "last_day",
        ),
        (
            Line("offers", "rooms", "x", datetime(2090, 1, 1, tzinfo=UTC).date()),
            "exchange_day_far",
            "last_day",
        ),
    ],
)
def test_what_makes_no_line_is_refused_at_its_field(
    session: Any, choir: Organisation, line: Line, code: str, field: str
) -> None:
    manager = acting(make_member(choir, Role.MANAGER))
    with pytest.raises(RuleViolation) as refused:
        exchanges.write_line(choir.slug, None, line, actor=manager, now=clock.now())
    assert [(each.code, each.field) for each in refused.value.violations] == [(code, field)]


def test_forty_lines_are_enough_for_one(session: Any, choir: Organisation) -> None:
    manager, now = acting(make_member(choir, Role.MANAGER)), clock.now()
    for number in range(exchanges.MOST):
        line = exchanges.write_line(
            choir.slug, None, Line("seeks", "other", f"{number}"), actor=manager, now=now
        )
    with pytest.raises(RuleViolation):
        exchanges.write_line(choir.slug, None, Line("seeks", "other", "yli"), actor=manager, now=now)
    exchanges.write_line(choir.slug, line.id, Line("seeks", "other", "muutettu"), actor=manager, now=now)
    assert line.words == "muutettu"


def test_the_common_page_costs_the_same_however_many_lines_there_are(
    client: Any, choir: Organisation
) -> None:
    counts = []
    for _round in range(2):
        for number in range(5):
            write(make_organisation(), "offers", "rooms", f"Tila {number}")
        client.get("/organisations/offers")
        with statements() as sent:
            client.get("/organisations/offers")
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 6
