"""Another owner's keeper and approver neither see nor touch a closure, by any of its routes."""

from typing import Any

import pytest

from booking.access.roles import Role
from booking.desk.closures.models import Closure, ClosureChoice
from booking.timetable.pattern import Pattern
from tests.desk.closures.closing import shut
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import sign_in
from tests.reservations.town import Town, of_choir, states

SECRET = ("Kuoron salainen ilta", "050 000 0000", "Salla Vastuullinen")


@pytest.fixture(autouse=True)
def at_now(frozen: Any) -> None:
    frozen(NOW)


def private(town: Town, **changes: Any) -> Any:
    return of_choir(
        town,
        EVENING,
        state="confirmed",
        title=SECRET[0],
        contact=SECRET[1],
        responsible=SECRET[2],
        visibility="private",
        **changes,
    )


@pytest.mark.parametrize("role", [Role.APPROVER, Role.MANAGER])
def test_a_stranger_sees_no_closure_and_changes_nothing(
    client: Any, session: Any, town: Town, role: Role
) -> None:
    hit = private(town)
    closure = shut(town.approver, town.room, pattern=Pattern("weekly", count=2))
    page, date = f"/desk/closures/{closure.id}", closure.block.dates[0].id
    parish = make_organisation(kind="parish")
    own = make_room(owner=parish)
    stranger = make_member(parish, role)
    sign_in(client, stranger)
    assert "Lattian hionta" not in client.get("/desk/closures").get_data(as_text=True)
    for address in (page, f"{page}/edit", f"{page}/edit?single={date}"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert not any(word in answer.get_data(as_text=True) for word in (*SECRET, "Lattian hionta"))
    client.get("/desk/closures/new")
    token = client.form(action="/desk/closures/new").values["csrf_token"]
    typed = {
        "csrf_token": token,
        "kind": "closure",
        "title": "Kaappaus",
        "rooms": own.slug,
        "date": "2027-01-12",
        "all_day": "y",
        "step": "save",
        "choice": "cancel",
        "reason": "Syy",
        "dates": hit.occurrences[0].id,
        "which": "chosen",
    }
    for address in (f"{page}/edit", f"{page}/choose", f"{page}/end", f"{page}/dates/{date}/drop"):
        assert client.post(address, data=typed).status_code == 404, address
    shown = client.post("/desk/closures/new", data=typed | {"rooms": town.room.slug})
    assert shown.status_code == 422
    assert SECRET[0] not in shown.get_data(as_text=True)
    assert states(hit) == ["confirmed"]
    assert (len(closure.block.dates), closure.block.title) == (2, "Lattian hionta")
    assert session.query(Closure).count() == 1
    assert session.query(ClosureChoice).count() == 0


def test_a_keeper_who_does_not_decide_sees_what_the_public_sees(
    client: Any, session: Any, town: Town
) -> None:
    hit = private(town)
    keeper = make_member(town.owner, Role.MANAGER)
    closure = shut(keeper, town.room)
    sign_in(client, keeper)
    answer = client.get(f"/desk/closures/{closure.id}").get_data(as_text=True)
    assert "varattu, yksityinen" in answer
    assert not any(word in answer for word in SECRET)
    assert "Varauksista päättää tilan hyväksyjä" in answer
    token = client.form(action=f"/desk/closures/{closure.id}/end").values["csrf_token"]
    sent = {"csrf_token": token, "choice": "cancel", "reason": "Syy", "dates": hit.occurrences[0].id}
    assert client.post(f"/desk/closures/{closure.id}/choose", data=sent).status_code == 403
    assert states(hit) == ["confirmed"]


def test_the_owner_of_half_a_hall_decides_nothing_about_the_other_owners_whole(
    client: Any, session: Any, town: Town
) -> None:
    half, _other, whole = make_divisible_hall(owner=town.owner)
    parish = make_organisation(kind="parish")
    half.owner = parish
    session.flush()
    hit = private(town, room=whole)
    parson = make_member(parish, Role.APPROVER)
    closure = shut(parson, half)
    sign_in(client, parson)
    answer = client.get(f"/desk/closures/{closure.id}").get_data(as_text=True)
    assert "varattu, yksityinen" in answer
    assert not any(word in answer for word in SECRET)
    token = client.form(action=f"/desk/closures/{closure.id}/choose").values["csrf_token"]
    for choice in ("keep", "offer", "cancel"):
        sent = {"csrf_token": token, "choice": choice, "reason": "Syy", "dates": hit.occurrences[0].id}
        assert client.post(f"/desk/closures/{closure.id}/choose", data=sent).status_code == 403
    assert states(hit) == ["confirmed"]
