"""The map of who may do what: complete in words, and drawn on its page as it is decided by."""

from typing import Any

import pytest

from booking.access import words
from booking.access.roles import MEMBERSHIP_ROLES, RIGHTS, Right, Role
from booking.access.scopes import ALL_SCOPES, TokenScope, held, stored
from booking.i18n import LANGUAGES, speaking
from tests.factories.users import make_user, sign_in


def texts() -> dict[str, Any]:
    """Return every text of the map by what it is for."""
    found: dict[str, Any] = {f"{role} is called": words.ROLES[role] for role in Role}
    found |= {f"{role} means": words.ROLE_NOTES[role] for role in Role}
    for right in Right:
        found[f"{right} is called"], found[f"{right} means"] = words.RIGHTS[right]
    for scope in TokenScope:
        found[f"{scope} is called"], found[f"{scope} means"] = words.SCOPES[scope]
    return found


def test_every_role_right_and_scope_has_words_in_every_language(app: Any) -> None:
    spoken = {}
    for language in LANGUAGES:
        with app.app_context(), speaking(language):
            spoken[language] = {name: str(text) for name, text in texts().items()}
    for name, finnish in spoken["fi"].items():
        assert finnish.strip(), name
        others = [spoken[language][name] for language in LANGUAGES if language != "fi"]
        assert all(other.strip() and other != finnish for other in others), f"{name}: {finnish}"


def test_two_roles_or_rights_are_never_called_the_same() -> None:
    assert len({str(each) for each in words.ROLES.values()}) == len(Role)
    assert len({str(name) for name, _ in words.RIGHTS.values()}) == len(Right)


def test_every_role_has_its_rights_and_an_administrator_standing_in_those_of_a_manager() -> None:
    assert set(RIGHTS) == set(Role)
    assert RIGHTS[Role.STAND_IN] == RIGHTS[Role.MANAGER]
    assert RIGHTS[Role.STAND_IN_DECIDER] - RIGHTS[Role.STAND_IN] == {Right.DECIDE}
    assert not {Role.DEPUTY, Role.STAND_IN, Role.STAND_IN_DECIDER} & set(MEMBERSHIP_ROLES)


def test_the_page_says_of_each_role_and_right_what_the_map_says(client: Any) -> None:
    page = client.get("/roles").text
    head = page[page.index("<thead") : page.index("</thead>")]
    assert [head.index(f">{words.ROLES[role]}<") for role in Role] == sorted(
        head.index(f">{words.ROLES[role]}<") for role in Role
    )
    body = page[page.index("<tbody") : page.index("</tbody>")]
    rows = body.split("<tr ")[1:]
    assert len(rows) == len(Right)
    for right, row in zip(Right, rows, strict=True):
        assert str(words.RIGHTS[right][0]) in row
        cells = row.split("<td ")[1:]
        assert [">kyllä<" in cell for cell in cells] == [right in RIGHTS[role] for role in Role], right


@pytest.mark.parametrize("language", LANGUAGES)
def test_anyone_can_read_the_page_in_their_language(client: Any, language: str) -> None:
    assert client.get(f"/roles?lang={language}").status_code == 200
    sign_in(client, make_user())
    assert client.get(f"/roles?lang={language}").status_code == 200


def test_scopes_are_kept_as_codes_and_reading_belongs_to_all() -> None:
    assert stored({TokenScope.DECIDE}) == "read decide"
    assert held(stored(ALL_SCOPES)) == ALL_SCOPES
    assert held(stored(())) == {TokenScope.READ}
