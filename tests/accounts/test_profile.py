"""The page on which people change what is known of them."""

from typing import Any

import pytest

from booking.accounts.models import User
from booking.audit.service import history
from tests.factories.users import make_user, sign_in

GOOD = {"name": "Maija Meikäläinen", "language": "sv", "invitations": "yes"}


@pytest.fixture
def person(client: Any) -> User:
    """Somebody who is signed in and looks at their profile."""
    user = make_user(name="Maija", email="maija@example.org")
    sign_in(client, user)
    client.get("/profile")
    return user


def test_nobody_gets_invitations_without_having_chosen_so(client: Any, person: User) -> None:
    values = client.form(action="/profile").values
    assert (values["name"], values["language"], values["invitations"]) == (["Maija"], ["fi"], ["no"])
    assert person.wants_invitations is False


def test_what_is_changed_is_kept_said_and_written_down_without_the_words(client: Any, person: User) -> None:
    other = make_user(name="Toinen")
    answer = client.submit(GOOD, action="/profile")
    assert (answer.status_code, answer.location) == (303, "/profile")
    text = client.follow(answer).get_data(as_text=True)
    assert "Uppgifterna har sparats." in text
    assert 'lang="sv"' in text
    assert (person.name, person.language, person.wants_invitations) == ("Maija Meikäläinen", "sv", True)
    (step,) = history("user", person.id)
    assert (step.action, step.actor_id) == ("change_profile", person.id)
    assert step.details == {"changed": ["name", "language", "wants_invitations"]}
    assert (other.name, other.language, other.wants_invitations) == ("Toinen", "fi", False)


def test_saving_it_as_it_is_writes_no_history(client: Any, person: User) -> None:
    assert client.submit({}, action="/profile").status_code == 303
    assert history("user", person.id) == []


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"language": "ru"}, "language"),
        ({"invitations": "ehkä"}, "invitations"),
    ],
)
def test_what_cannot_be_kept_comes_back_with_all_that_was_typed(
    client: Any, person: User, typed: dict[str, str], field: str
) -> None:
    token = client.form(action="/profile").values["csrf_token"][-1]
    answer = client.post("/profile", data={**GOOD, **typed, "csrf_token": token})
    assert answer.status_code == 422
    text = answer.get_data(as_text=True)
    assert f'href="#{field}"' in text
    assert "Tietoja ei tallennettu" in text
    if field != "name":
        assert 'value="Maija Meikäläinen"' in text
    assert (person.name, person.wants_invitations) == ("Maija", False)


def test_whose_profile_it_is_cannot_be_said(client: Any, person: User) -> None:
    other = make_user(name="Toinen")
    token = client.form(action="/profile").values["csrf_token"][-1]
    client.post("/profile", data={**GOOD, "csrf_token": token, "id": other.id, "email": other.email})
    assert (other.name, other.wants_invitations) == ("Toinen", False)
    assert person.email == "maija@example.org"
    assert client.get(f"/profile/{other.id}").status_code == 404


def test_a_visitor_and_a_stale_page_change_nothing(client: Any, person: User) -> None:
    assert client.post("/profile", data=GOOD).status_code == 400
    client.sign_out()
    assert client.get("/profile").location == "/login?next=/profile"
    assert person.wants_invitations is False


@pytest.mark.parametrize("page", ["/my", "/calendars"])
def test_the_page_is_found_from_where_one_would_look(client: Any, person: User, page: str) -> None:
    assert 'href="/profile"' in client.get(page).get_data(as_text=True)
