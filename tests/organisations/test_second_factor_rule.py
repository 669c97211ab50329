"""Who must have a second factor and has none gets to the page that sets it up, and nowhere else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import User
from booking.audit.service import history
from booking.errors import Forbidden
from booking.extensions import db
from booking.organisations.models import Deputy, Organisation
from booking.organisations.second_factor import ask_for_second_factor
from booking.outbox.models import OutboxMessage
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements

SET_UP = "/profile/second-factor"
NOW = datetime(2027, 1, 12, 16, tzinfo=UTC)
DUE = NOW + timedelta(days=14)


@pytest.fixture
def owner(session: Any, frozen: Any) -> Organisation:
    """An owner that has asked for it at this moment."""
    frozen(NOW)
    made = make_organisation(kind="city", name="Kaupunki")
    manager = make_member(made, Role.MANAGER)
    ask_for_second_factor(made.slug, asked=True, actor=acting(manager), now=NOW)
    return made


def is_led(client: Any, user: User, address: str = "/my") -> bool:
    sign_in(client, user)
    answer = client.get(address)
    return bool(answer.status_code == 303 and answer.location == SET_UP)


class TestAdministrators:
    """They must, unless the service is a demonstration."""

    def test_one_without_a_factor_sees_set_up_help_and_the_way_out(self, client: Any) -> None:
        user = make_user(is_admin=True, second_factor_at=None)
        for address in ("/admin", "/", "/my", "/rooms", "/profile"):
            assert is_led(client, user, address), address
        assert client.post("/profile", data={}).status_code == 400  # a missing token is still looked at first
        page = client.get(SET_UP)
        assert "Ylläpitäjänä tarvitset" in page.get_data(as_text=True)
        for address in (
            f"{SET_UP}/qr.svg",
            "/privacy",
            "/accessibility",
            "/static/css/site.css",
            f"{SET_UP}?lang=sv",
        ):
            assert client.get(address).status_code == 200, address
        client.get("/privacy")
        assert client.submit(action="/logout").location == "/"
        assert client.get("/").status_code == 200

    def test_one_with_a_factor_goes_where_they_please(self, client: Any) -> None:
        assert not is_led(client, make_user(is_admin=True), "/admin")

    def test_a_demonstration_asks_nothing_of_them(
        self, client: Any, app: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "DEMO", True)
        assert not is_led(client, make_user(is_admin=True, second_factor_at=None), "/admin")

    def test_a_form_that_is_posted_leads_there_too(self, client: Any) -> None:
        user = make_user(is_admin=True, second_factor_at=None)
        sign_in(client, user)
        client.get("/privacy")
        token = client.page.forms[0].values["csrf_token"][-1]
        answer = client.post("/profile", data={"csrf_token": token, "name": "Uusi", "language": "fi"})
        assert answer.location == SET_UP
        assert user.name != "Uusi"

    def test_their_token_may_read_and_not_write(self, client: Any) -> None:
        user = make_user(is_admin=True, second_factor_at=None)
        bearer = {"Authorization": f"Bearer {create_api_token(user, 'avain', now=NOW)}"}
        assert client.get("/api/v1/me", headers=bearer).status_code == 200
        answer = client.post("/api/v1/reservations", headers=bearer, json={})
        assert (answer.status_code, answer.json["code"]) == (403, "second_factor_needed")
        assert "Ota se käyttöön" in answer.json["detail"]


class TestApprovers:
    """They must from 14 days after the owner has said so."""

    @pytest.mark.parametrize("role", [Role.APPROVER, Role.MANAGER, Role.STAFF, Role.BOOKER, Role.MEMBER])
    def test_approvers_and_no_others_are_asked(
        self, client: Any, owner: Organisation, frozen: Any, role: Role
    ) -> None:
        person = make_member(owner, role)
        frozen(DUE - timedelta(seconds=1))
        assert not is_led(client, person)
        frozen(DUE)
        assert is_led(client, person) == (role is Role.APPROVER)

    def test_a_deputy_is_asked_while_being_one(self, client: Any, owner: Organisation, frozen: Any) -> None:
        deputy = make_user()
        membership = make_membership(make_user(), owner, Role.APPROVER)
        ends_at = DUE + timedelta(days=2)
        db.session.add(
            Deputy(membership=membership, user=deputy, starts_at=NOW, ends_at=ends_at, created_at=NOW)
        )
        frozen(DUE)
        assert is_led(client, deputy)
        frozen(ends_at)
        assert not is_led(client, deputy)

    def test_another_owner_s_approver_is_not(self, client: Any, owner: Organisation, frozen: Any) -> None:
        frozen(DUE)
        assert not is_led(client, make_member(make_organisation(), Role.APPROVER))

    def test_one_with_a_factor_is_not(self, client: Any, owner: Organisation, frozen: Any) -> None:
        frozen(DUE)
        assert not is_led(client, make_member(owner, Role.APPROVER, second_factor_at=NOW))

    def test_the_page_says_who_asks_and_until_when(
        self, client: Any, owner: Organisation, frozen: Any
    ) -> None:
        sign_in(client, make_member(owner, Role.APPROVER))
        page = client.get(SET_UP).get_data(as_text=True)
        assert "Kaupunki vaatii hyväksyjiltään" in page
        assert "viimeistään ti 26.1.2027" in page
        frozen(DUE)
        assert "Muut sivut avautuvat" in client.get(SET_UP).get_data(as_text=True)

    def test_the_duty_costs_no_statement(self, owner: Organisation, frozen: Any) -> None:
        frozen(DUE)
        free, asked = make_member(make_organisation(), Role.APPROVER), make_member(owner, Role.APPROVER)
        for person, owes in ((free, False), (asked, True)):
            with statements() as sent:
                assert acting(person).owes_second_factor is owes
            assert len(sent) == 1


class TestAsking:
    """On the owner's desk, by its managers and approvers."""

    def test_those_who_decide_are_told_by_mail(self, client: Any, frozen: Any) -> None:
        frozen(NOW)
        city = make_organisation(name="Kaupunki")
        approver = make_member(city, Role.APPROVER)
        other = make_member(city, Role.APPROVER, second_factor_at=NOW)
        make_member(city, Role.MEMBER)
        sign_in(client, approver)
        client.get("/desk/second-factor")
        answer = client.submit({"asked": "yes"}, action=f"/desk/second-factor/{city.slug}")
        assert "14 päivän päästä" in client.follow(answer).get_data(as_text=True)
        told = {each.recipient: each.body for each in db.session.query(OutboxMessage)}
        assert set(told) == {approver.email, other.email}
        assert "viimeistään ti 26.1.2027" in told[approver.email]
        assert "Mitään ei tarvitse tehdä" in told[other.email]
        client.submit({"asked": "no"}, action=f"/desk/second-factor/{city.slug}")
        assert [each.action for each in history("organisation", city.id)] == [
            "ask_for_factor",
            "stop_asking_factor",
        ]
        frozen(DUE)
        assert not is_led(client, approver)

    def test_said_twice_the_day_stays(self, owner: Organisation) -> None:
        actor = acting(make_member(owner, Role.APPROVER))
        ask_for_second_factor(owner.slug, asked=True, actor=actor, now=NOW + timedelta(days=3))
        assert len(history("organisation", owner.id)) == 1

    @pytest.mark.parametrize("role", [Role.MEMBER, Role.BOOKER, Role.STAFF])
    def test_others_may_not(self, owner: Organisation, role: Role) -> None:
        with pytest.raises(Forbidden):
            ask_for_second_factor(owner.slug, asked=False, actor=acting(make_member(owner, role)), now=NOW)

    def test_another_owner_s_manager_sees_and_changes_nothing(self, client: Any, owner: Organisation) -> None:
        stranger = make_member(make_organisation(), Role.MANAGER)
        sign_in(client, stranger)
        assert "Kaupunki" not in client.get("/desk/second-factor").get_data(as_text=True)
        with pytest.raises(Forbidden):
            ask_for_second_factor(owner.slug, asked=False, actor=acting(stranger), now=NOW)
