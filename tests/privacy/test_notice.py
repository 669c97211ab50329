"""The privacy notice tells what the service does."""

import re
from typing import Any

from booking import clock
from booking.access.roles import RIGHTS, Right, Role
from booking.audit.models import AuditEntry
from booking.extensions import db
from booking.i18n import LANGUAGES
from booking.privacy.export import data_of
from tests.factories.users import make_user, sign_in

PASSWORD = "kevään ensimmäinen päivä"


def test_the_notice_names_every_cookie_that_a_sign_in_sets(client: Any) -> None:
    user = make_user(password=PASSWORD)
    client.get("/login")
    answer = client.submit({"email": user.email, "password": PASSWORD})
    assert answer.status_code == 303
    kept = {each.partition("=")[0] for each in answer.headers.getlist("Set-Cookie")}
    for language in LANGUAGES:
        page = client.get(f"/privacy?lang={language}").get_data(as_text=True)
        assert set(re.findall(r"<code>([^<]+)</code>", page)) == kept == {"session", "device"}


def test_the_notice_names_everybody_who_sees_contacts(client: Any) -> None:
    """Who gives a role one of these rights says so in the notice first."""
    seeing = {role for role, rights in RIGHTS.items() if Right.SEE in rights}
    assert set(Role) - seeing == {Role.DEPUTY}
    assert {role for role, rights in RIGHTS.items() if Right.DECIDE in rights} == {
        Role.APPROVER,
        Role.DEPUTY,
        Role.STAND_IN_DECIDER,
    }
    page = client.get("/privacy").get_data(as_text=True)
    for word in (
        "kaikki jäsenet",
        "hyväksyjät ja heidän sijaisensa",
        "Palvelupisteen henkilökunta",
        "ylläpitäjät",
    ):
        assert word in page


def test_a_look_at_the_list_of_accounts_is_told_to_everybody_once_a_day(client: Any, new_client: Any) -> None:
    administrator, person = make_user(is_admin=True, name="Ylli Ylläpitäjä"), make_user()
    sign_in(client, administrator)
    for _look in range(2):
        assert client.get("/admin/users").status_code == 200
    (entry,) = db.session.query(AuditEntry).filter_by(action="see_accounts")
    assert (entry.actor_id, entry.subject_kind, entry.details) == (administrator.id, "accounts", {})
    looked = [each["viewer"] for each in data_of(person, now=clock.now())["looks_at_the_list_of_accounts"]]
    assert looked == ["Ylli Ylläpitäjä"]
    assert data_of(administrator, now=clock.now())["looks_at_the_list_of_accounts"] == []
    theirs = new_client()
    sign_in(theirs, person)
    assert "Ylli Ylläpitäjä" in theirs.get("/profile/data").get_data(as_text=True)
