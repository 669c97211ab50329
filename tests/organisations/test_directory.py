"""The directory of organisations and each one's page."""

from typing import Any

import pytest

from booking.access.roles import Role
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import make_user, sign_in


def html(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_a_name_is_found_by_any_part_of_it_in_any_case(client: Any) -> None:
    make_organisation(name="Äitien kerho ry")
    make_organisation(name="Isien kerho ry")
    page = html(client.get("/organisations", query_string={"q": "ÄITIEN"}))
    assert "Äitien kerho ry" in page
    assert "Isien kerho ry" not in page


def test_kind_and_district_narrow_the_list(client: Any) -> None:
    make_organisation(name="Rautiolaiset", kind="group", district="Rautio")
    make_organisation(name="Rautiolaiset ry", kind="association", district="Rautio")
    make_organisation(name="Mansikkalan ryhmä", kind="group", district="Mansikkala")
    page = html(client.get("/organisations?kind=group&district=Rautio"))
    assert "Rautiolaiset<" in page
    assert "Rautiolaiset ry" not in page
    assert "Mansikkalan ryhmä" not in page


def test_an_invented_kind_finds_nothing_and_breaks_nothing(client: Any) -> None:
    make_organisation(name="Kerho ry")
    answer = client.get("/organisations?kind=castle")
    assert answer.status_code == 200
    assert "Kerho ry" not in html(answer)


def test_percent_signs_are_letters(client: Any) -> None:
    make_organisation(name="Kerho ry")
    assert "Kerho ry" not in html(client.get("/organisations?q=%25"))


def test_owners_come_first_and_say_how_many_rooms_they_have(client: Any) -> None:
    make_organisation(name="Aakkosten alku ry")
    owner = make_organisation(name="Omistaja ry")
    make_room(owner=owner)
    make_room(owner=owner)
    page = html(client.get("/organisations"))
    assert "2 tilaa" in page
    assert "Aakkosten alku ry" in page


def test_twenty_fit_on_a_page(client: Any) -> None:
    for number in range(21):
        make_organisation(name=f"Kerho {number:02} ry")
    first, second = (html(client.get(f"/organisations?page={number}")) for number in (1, 2))
    assert "Kerho 19 ry" in first
    assert "Kerho 20 ry" not in first
    assert "Kerho 20 ry" in second


@pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 40, "١"])
def test_an_odd_page_number_is_a_page(client: Any, page: str) -> None:
    make_organisation(name="Kerho ry")
    answer = client.get("/organisations", query_string={"page": page})
    assert answer.status_code == 200
    assert "Kerho ry" in html(answer)


def test_an_unknown_organisation_is_404(client: Any) -> None:
    assert client.get("/organisations/ei-ole").status_code == 404


def test_an_organisation_s_page_says_what_it_is_and_shows_its_rooms(client: Any) -> None:
    owner = make_organisation(name="Kyläyhdistys ry", description="Pitää kylätaloa.")
    make_room(owner=owner, name="Kylätalon sali")
    page = html(client.get(f"/organisations/{owner.slug}"))
    assert client.page.headings == ["Kyläyhdistys ry"]
    assert "Pitää kylätaloa." in page
    assert "Kylätalon sali" in page


def test_members_are_named_to_managers_only(client: Any, new_client: Any) -> None:
    choir = make_organisation(name="Kuoro ry")
    manager = make_member(choir, Role.MANAGER, name="Hoitaja")
    member = make_member(choir, Role.MEMBER, name="Laulaja")
    make_membership(member, choir, Role.BOOKER)
    make_membership(make_user(name="Entinen"), choir, ended_at=manager.created_at)
    make_member(choir, name="Lopettanut", closed_at=manager.created_at)

    for reader, sees in ((None, False), (make_user(), False), (member, False), (manager, True)):
        browser = new_client()
        if reader is not None:
            sign_in(browser, reader)
        page = html(browser.get(f"/organisations/{choir.slug}"))
        assert ("Laulaja <span" in page) is sees, reader
    assert "jäsen, varaaja" in page
    assert "Entinen" not in page
    assert "Lopettanut" not in page


def test_a_member_reads_their_own_role(client: Any) -> None:
    choir = make_organisation()
    sign_in(client, make_member(choir, Role.BOOKER))
    assert "oma rooli: varaaja" in html(client.get(f"/organisations/{choir.slug}"))
