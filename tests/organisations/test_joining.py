"""People come in by invitation or by asking; an association is archived and brought back."""

from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.access.roles import Right, Role
from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.audit.service import history
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.organisations import archiving, invitations, inviting, joining, members
from booking.organisations.models import MembershipInvitation, Organisation
from booking.organisations.queries import find_organisations
from booking.outbox.filling import body_of
from booking.outbox.models import OutboxMessage
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements

NOW = clock.now().replace(microsecond=0)
MAIL = "uusi@example.org"


@pytest.fixture(autouse=True)
def database(session: Any) -> Any:
    return session


@pytest.fixture
def choir() -> Organisation:
    return make_organisation(name="Kuoro ry", slug="kuoro")


@pytest.fixture
def manager(choir: Organisation) -> User:
    return make_member(choir, Role.MANAGER)


def html(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def invite(choir: Any, manager: Any, role: Role = Role.BOOKER, mail: str = MAIL) -> MembershipInvitation:
    return inviting.invite(choir.id, mail, role, actor=acting(manager), now=NOW)


def refused(work: Any) -> str:
    with pytest.raises(RuleViolation) as found:
        work()
    return str(found.value.violations[0].code)


def test_the_secret_of_the_link_is_put_in_when_the_mail_is_sent(
    choir: Any, manager: Any, app: Any, session: Any
) -> None:
    made = invite(choir, manager)
    mail = session.query(OutboxMessage).one()
    token = inviting.token_of(made)
    assert mail.recipient == MAIL
    assert token not in mail.body
    base = app.config["SETTINGS"].base_url
    assert f"\n{base}/invitations/{token}\n" in body_of(mail)


def test_who_has_no_account_makes_one_without_a_password(
    choir: Any, manager: Any, client: Any, session: Any
) -> None:
    address = f"/invitations/{inviting.token_of(invite(choir, manager))}"
    client.get(address)
    assert session.query(User).filter_by(email=MAIL).count() == 0  # opening it takes nothing
    assert client.submit({"name": "", "accept": None}, action=address).status_code == 422
    answer = client.submit({"name": "Uusi Varaaja", "accept": "y"}, action=address)
    assert answer.status_code == 303
    assert answer.location.endswith("/organisations/kuoro")
    assert "oma rooli: varaaja" in html(client.follow(answer))
    user = user_with_email(MAIL)
    assert user is not None
    assert user.is_active
    assert user.password_hash is None
    told = session.query(OutboxMessage).filter_by(kind="invitation_accepted").one()
    assert told.recipient == manager.email
    answer = client.get(address)
    assert answer.status_code == 404  # it works once
    assert "<h1>Kutsu ei ole enää voimassa</h1>" in answer.get_data(as_text=True)
    assert "Pyydä kutsujaa" in answer.get_data(as_text=True)


def test_an_account_that_was_never_confirmed_loses_the_password_somebody_gave_it(
    choir: Any, manager: Any, client: Any
) -> None:
    squatted = make_user(email=MAIL, name="Joku", confirmed_at=None, password_hash="x")
    address = f"/invitations/{inviting.token_of(invite(choir, manager))}"
    client.get(address)
    assert client.submit({"name": "Oikea", "accept": "y"}, action=address).status_code == 303
    assert (squatted.name, squatted.password_hash, squatted.is_active) == ("Oikea", None, True)


def test_who_has_an_account_signs_in_to_it(choir: Any, manager: Any, client: Any) -> None:
    user = make_user(email=MAIL)
    token = inviting.token_of(invite(choir, manager))
    address = f"/invitations/{token}"
    page = html(client.get(address))
    assert f"/login?next=/invitations/{token}" in page.replace("%2F", "/")
    assert 'name="name"' not in page
    with pytest.raises(RuleViolation):
        inviting.accept_as_new(token, "Joku muu", "fi", now=NOW)
    sign_in(client, user)
    client.get(address)
    assert client.submit(action=address).status_code == 303
    assert acting(user).has(Right.BOOK, choir.id)


def test_an_invitation_for_another_address_is_not_accepted_silently(
    choir: Any, manager: Any, client: Any, session: Any
) -> None:
    other = make_user()
    address = f"/invitations/{inviting.token_of(invite(choir, manager))}"
    sign_in(client, other)
    assert MAIL in html(client.get(address))
    assert client.submit(action=address).status_code == 422
    assert acting(other).roles == frozenset()
    assert client.submit({"other_address": "y"}, action=address).status_code == 303
    assert acting(other).has(Right.BOOK, choir.id)
    told = session.query(OutboxMessage).filter_by(kind="invitation_accepted").one()
    assert other.email in told.body
    assert MAIL in told.body


def test_a_link_ends_when_it_is_sent_anew_withdrawn_declined_or_old(choir: Any, manager: Any) -> None:
    actor, later = acting(manager), NOW + timedelta(minutes=6)
    made = invite(choir, manager)
    first = inviting.token_of(made)
    with pytest.raises(WrongState):
        inviting.send_again(made.id, actor=actor, now=NOW + timedelta(minutes=4))
    inviting.send_again(made.id, actor=actor, now=later)
    second = inviting.token_of(made)
    ends = made.expires_at
    assert ends == later + timedelta(days=14)
    assert inviting.invitation_of(second, now=ends - timedelta(seconds=1)) is made
    for token, at in (
        (first, later),
        (second, ends),
        ("", later),
        (f"{made.id}.", later),
        ("\ud800.x", later),
        (f"{made.id}.{second[-5:]}", later),
    ):
        with pytest.raises(NotFound):
            inviting.invitation_of(token, now=at)
    inviting.withdraw(made.id, actor=actor, now=later)
    with pytest.raises(NotFound):
        inviting.accept(second, actor=acting(make_user(email=MAIL)), now=later)
    again = invite(choir, manager)
    inviting.decline(inviting.token_of(again), actor=acting(make_user()), now=NOW)
    with pytest.raises(NotFound):
        inviting.invitation_of(inviting.token_of(again), now=NOW)


def test_what_cannot_be_invited(choir: Any, manager: Any) -> None:
    singer = make_member(choir, Role.MEMBER)
    assert refused(lambda: invite(choir, manager, Role.APPROVER)) == "role_not_given"
    assert refused(lambda: invite(choir, manager, mail=singer.email)) == "member_already"
    invite(choir, manager)
    assert refused(lambda: invite(choir, manager, mail=MAIL.upper())) == "invited_already"
    for number in range(inviting.MOST_OPEN - 1):
        invite(choir, manager, mail=f"n{number}@example.org")
    assert refused(lambda: invite(choir, manager, mail="x@example.org")) == "too_many_invitations"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.BOOKER, None])
def test_only_managers_invite_and_let_in(choir: Any, manager: Any, role: Role | None) -> None:
    other = make_member(make_organisation(), Role.MANAGER)
    if role is not None:
        make_membership(other, choir, role)
    made = invite(choir, manager)
    asked = joining.ask(choir.id, "Hei", actor=acting(make_user()), now=NOW)
    actor = acting(other)
    for step in (
        lambda: inviting.invite(choir.id, "a@example.org", Role.MEMBER, actor=actor, now=NOW),
        lambda: inviting.withdraw(made.id, actor=actor, now=NOW),
        lambda: inviting.send_again(made.id, actor=actor, now=NOW),
        lambda: joining.let_in(asked.id, Role.MANAGER, actor=actor, now=NOW),
        lambda: joining.do_not_let_in(asked.id, actor=actor, now=NOW),
        lambda: archiving.archive(choir.id, actor=actor, now=NOW),
    ):
        with pytest.raises(Forbidden):
            step()


def test_a_removed_manager_s_invitations_to_power_end_and_the_others_stay(choir: Any, manager: Any) -> None:
    second = make_member(choir, Role.MANAGER)
    invite(choir, manager, Role.MANAGER, "valta@example.org")
    plain = invite(choir, manager, Role.MEMBER, "jasen@example.org")
    members.remove(manager.id, choir.id, actor=acting(second), now=NOW)
    assert list(invitations.open_invitations(choir.id)) == [plain]


def test_who_asks_is_let_in_with_a_role_or_not_and_hears_of_it(
    choir: Any, manager: Any, session: Any
) -> None:
    first, second = make_user(), make_user()
    asked = joining.ask(choir.id, "Laulan altossa.", actor=acting(first), now=NOW)
    assert joining.ask(choir.id, "Uudelleen.", actor=acting(first), now=NOW) is asked
    told = session.query(OutboxMessage).one()
    assert (told.recipient, "Laulan altossa." in told.body) == (manager.email, True)
    joining.let_in(asked.id, Role.BOOKER, actor=acting(manager), now=NOW)
    assert acting(first).roles == {(choir.id, Role.BOOKER)}
    with pytest.raises(WrongState):
        joining.let_in(asked.id, Role.MANAGER, actor=acting(manager), now=NOW)
    no = joining.ask(choir.id, "", actor=acting(second), now=NOW)
    joining.do_not_let_in(no.id, actor=acting(manager), now=NOW)
    assert acting(second).roles == frozenset()
    kinds = {(each.kind, each.recipient) for each in session.query(OutboxMessage)}
    assert {("join_accepted", first.email), ("join_declined", second.email)} <= kinds
    assert refused(lambda: joining.ask(choir.id, "", actor=acting(first), now=NOW)) == "you_belong_already"


def test_who_asks_and_then_takes_an_invitation_has_an_answer_on_record(choir: Any, manager: Any) -> None:
    asking = make_user(email=MAIL)
    asked = joining.ask(choir.id, "", actor=acting(asking), now=NOW)
    token = inviting.token_of(invite(choir, manager))
    inviting.accept(token, actor=acting(asking), now=NOW)
    assert asked.outcome == "accepted"
    last = history("organisation", choir.id)[-1]
    assert (last.action, last.details) == ("join_request_accepted", {"request": asked.id})


def test_nobody_withdraws_another_s_request(choir: Any, manager: Any) -> None:
    asking = make_user()
    asked = joining.ask(choir.id, "", actor=acting(asking), now=NOW)
    for other in (make_user(), manager):
        with pytest.raises(NotFound):
            joining.withdraw(asked.id, actor=acting(other), now=NOW)
    joining.withdraw(asked.id, actor=acting(asking), now=NOW)
    assert list(joining.open_requests(choir.id)) == []


def test_an_archived_association_is_only_read(choir: Any, manager: Any, client: Any) -> None:
    booker = make_member(choir, Role.BOOKER)
    token = inviting.token_of(invite(choir, manager))
    asked = joining.ask(choir.id, "", actor=acting(make_user()), now=NOW)
    archiving.archive(choir.id, actor=acting(manager), now=NOW)
    for person in (booker, manager):
        assert acting(person).roles == {(choir.id, Role.MEMBER)}
    assert asked.outcome == "declined"
    assert choir not in find_organisations()
    with pytest.raises(NotFound):
        inviting.invitation_of(token, now=NOW)
    with pytest.raises(Forbidden):
        archiving.bring_back(choir.id, actor=acting(booker), now=NOW)
    sign_in(client, booker)
    assert "Yhdistys on arkistoitu" in html(client.get("/organisations/kuoro"))
    archiving.bring_back(choir.id, actor=acting(manager), now=NOW)
    assert acting(booker).has(Right.BOOK, choir.id)


def test_what_is_to_come_keeps_it_from_being_archived(choir: Any, manager: Any) -> None:
    hour = timedelta(hours=1)
    coming = make_reservation(make_room(), Interval(NOW + hour, NOW + 2 * hour), organisation=choir)
    make_room(owner=choir, state="draft")
    with pytest.raises(RuleViolation) as found:
        archiving.archive(choir.id, actor=acting(manager), now=NOW)
    assert [(each.code, each.params) for each in found.value.violations] == [
        ("coming_reservations", {"count": 1}),
        ("owned_rooms", {"count": 1}),
    ]
    assert coming.organisation_id == choir.id


def test_the_page_of_members_costs_the_same_however_many(choir: Any, manager: Any, client: Any) -> None:
    sign_in(client, manager)
    counts = []
    for many in (1, 4):
        for number in range(many):
            make_member(choir)
            invite(choir, manager, mail=f"{many}.{number}@example.org")
            joining.ask(choir.id, "", actor=acting(make_user()), now=NOW)
        client.get("/organisations/kuoro/members")
        with statements() as sent:
            assert client.get("/organisations/kuoro/members").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_members_read_names_and_roles_and_strangers_nothing(choir: Any, manager: Any, client: Any) -> None:
    singer = make_member(choir, name="Laulaja")
    invite(choir, manager)
    sign_in(client, singer)
    page = html(client.get("/organisations/kuoro/members"))
    assert "Laulaja" in page
    assert MAIL not in page
    sign_in(client, make_user())
    assert client.get("/organisations/kuoro/members").status_code == 403


def test_the_last_manager_of_an_archived_one_stays_and_an_erased_one_is_replaced(
    choir: Any, manager: Any, client: Any, session: Any
) -> None:
    singer, admin = make_member(choir), make_user(is_admin=True)
    archiving.archive(choir.id, actor=acting(manager), now=NOW)
    sign_in(client, manager)
    assert "palauta yhdistys ensin" in html(client.get("/profile/organisations"))
    leave = lambda: members.leave(choir.id, actor=acting(manager), now=NOW)  # noqa: E731
    assert refused(leave) == "last_manager_archived"
    members.end_all(manager.id, actor=acting(manager), now=NOW)
    manager.closed_at = NOW
    session.flush()
    assert history("organisation", choir.id)[-1].details == {"user": manager.id, "left_without": True}
    sign_in(client, admin)
    assert "/admin/organisations/kuoro/bring-back" in html(client.get("/admin/organisations"))
    client.get("/admin/organisations/kuoro/bring-back")
    for nobody in ("", "ei@example.org", admin.email, manager.email):
        assert client.submit({"email": nobody}, having="email").status_code == 422
    assert choir.archived_at is not None
    assert client.submit({"email": singer.email}, having="email").status_code == 303
    assert acting(singer).roles == {(choir.id, Role.MANAGER)}


def test_only_an_administrator_brings_back_so_and_never_what_was_merged(choir: Any, manager: Any) -> None:
    archiving.archive(choir.id, actor=acting(manager), now=NOW)
    back = archiving.bring_back_as_administrator
    with pytest.raises(Forbidden):
        back(choir.id, "", actor=acting(manager), now=NOW)
    back(choir.id, "", actor=acting(make_user(is_admin=True)), now=NOW)  # somebody manages: nobody is named
    assert choir.archived_at is None


def test_a_request_sent_is_shown_with_a_way_back_and_not_asked_again(
    choir: Any, manager: Any, client: Any
) -> None:
    asking = make_user()
    sign_in(client, asking)
    client.get("/organisations/kuoro/join")
    token = client.page.forms[-1].values["csrf_token"][-1]
    assert client.submit({"words": "Hei"}, having="words").status_code == 303
    again = client.post("/organisations/kuoro/join", data={"csrf_token": token, "words": "Toinen"})
    page = html(client.follow(again))
    assert "ei lähetetty uudelleen" in page
    assert "Pyyntö on jo lähetetty" in page
    assert 'name="words"' not in page
    found = joining.waiting_request(choir.id, asking.id)
    assert found is not None
    assert found.words == "Hei"
    assert client.submit(action=f"/profile/organisations/requests/{found.id}/withdraw").status_code == 303
    assert joining.waiting_request(choir.id, asking.id) is None


def test_where_nobody_manages_no_form_is_offered_that_can_only_fail(choir: Any, client: Any) -> None:
    sign_in(client, make_user())
    page = html(client.get("/organisations/kuoro"))
    assert "ei ole palvelussa hallintoa" in page
    assert "/organisations/kuoro/join" not in page
    assert 'name="words"' not in html(client.get("/organisations/kuoro/join"))


def test_a_sole_manager_s_own_line_offers_to_hand_over(choir: Any, manager: Any, client: Any) -> None:
    singer = make_member(choir)
    sign_in(client, manager)
    page = html(client.get("/organisations/kuoro/members"))
    assert f"/members/{singer.id}" in page
    assert f"/members/{manager.id}" not in page


def test_a_taken_business_id_leads_to_whom_to_ask(choir: Any, client: Any) -> None:
    choir.business_id = "0201256-6"
    sign_in(client, make_user())
    client.get("/organisations/new")
    page = html(client.submit({"name": "Aivan toinen", "business_id": "0201256-6"}, having="business_id"))
    assert "/organisations/kuoro/join" in page
    assert "Pyydä päästä mukaan: Kuoro ry" in page
