"""A deputy decides in an approver's place: on the named days, for that owner, and no longer than they may."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Right, Role
from booking.clock import now
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.organisations.deputies import end_deputy, name_deputy
from booking.organisations.membership import actor_of, people_with
from booking.organisations.models import Deputy
from booking.reservations.decisions import confirm
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.users import acting, make_user
from tests.reservations.asking import text_of
from tests.reservations.mail import leave, posted
from tests.reservations.offering import WEEK
from tests.reservations.town import Town, kinds_of_mail, of_choir
from tests.support.statements import statements

SECOND = timedelta(seconds=1)
FIRST, LAST = date(2027, 1, 11), date(2027, 1, 17)
BEGIN = datetime(2027, 1, 10, 22, tzinfo=UTC)  # midnight in Helsinki
END = datetime(2027, 1, 17, 22, tzinfo=UTC)


@pytest.fixture
def deputy(frozen: Any, town: Town) -> Any:
    """Somebody who has an account and nothing else."""
    frozen(NOW)
    return make_user(email="sijainen@example.org", name="Sijainen")


def name(town: Town, email: str, first: date = FIRST, last: date = LAST, **changes: Any) -> Deputy:
    values = {"actor": acting(town.approver), "now": NOW} | changes
    return in_transaction(lambda: name_deputy(town.owner.id, email, first, last, **values))


def decides(town: Town, person: Any) -> bool:
    return actor_of(person).has(Right.DECIDE, town.owner.id)


@pytest.mark.parametrize(
    ("first", "last", "begin", "end"),
    [
        (FIRST, LAST, BEGIN, END),
        # A day of 23 hours and one of 25
        (
            date(2027, 3, 28),
            date(2027, 3, 28),
            datetime(2027, 3, 27, 22, tzinfo=UTC),
            datetime(2027, 3, 28, 21, tzinfo=UTC),
        ),
        (
            date(2027, 10, 31),
            date(2027, 10, 31),
            datetime(2027, 10, 30, 21, tzinfo=UTC),
            datetime(2027, 10, 31, 22, tzinfo=UTC),
        ),
    ],
)
def test_the_right_begins_and_ends_at_local_midnight(
    frozen: Any, town: Town, deputy: Any, first: date, last: date, begin: datetime, end: datetime
) -> None:
    name(town, deputy.email, first, last)
    for at, may in ((begin - SECOND, False), (begin, True), (end - SECOND, True), (end, False)):
        frozen(at)
        assert decides(town, deputy) is may, at
        assert (deputy in people_with(Right.DECIDE, town.owner.id)) is may, at
        assert town.approver in people_with(Right.DECIDE, town.owner.id)


def test_one_statement_reads_own_roles_and_those_in_anothers_place(
    frozen: Any, town: Town, deputy: Any
) -> None:
    make_membership(deputy, town.choir, Role.MEMBER)
    name(town, deputy.email)
    frozen(BEGIN)
    with statements() as sent:
        actor = actor_of(deputy)
        people_with(Right.DECIDE, town.owner.id)
    assert len(sent) == 2
    assert actor.roles == {(town.owner.id, Role.DEPUTY), (town.choir.id, Role.MEMBER)}


def test_a_deputy_decides_and_keeps_nothing_else_of_the_owners(
    client: Any, frozen: Any, town: Town, deputy: Any
) -> None:
    name(town, deputy.email)
    frozen(BEGIN)
    actor = actor_of(deputy)
    assert [right for right in Right if actor.has(right, town.owner.id)] == [Right.DECIDE]
    for right in set(Right) - {Right.DECIDE}:
        assert deputy not in people_with(right, town.owner.id)
    mine = of_choir(town)
    client.sign_in(deputy)
    queue = text_of(client.get("/approvals"))
    assert mine.title in queue
    assert "Jakoperusteet" not in queue
    slug = town.room.slug
    for address in ("/desk/rooms", f"/desk/rooms/{slug}/key", f"/desk/rooms/{slug}/rules", "/desk/closures"):
        assert client.get(address).status_code == 403, address
    for address in (f"/desk/criteria/{town.owner.slug}", f"/desk/reasons/{town.owner.slug}"):
        assert client.get(address).status_code in (403, 404), address


def test_who_belongs_to_the_association_that_asks_is_told_so(client: Any, town: Town) -> None:
    mine = of_choir(town)
    make_reservation(
        town.room, EVENING.shift(WEEK), state="pending", booker=town.rival, organisation=town.chess_club
    )
    warning = "Kuulut itse tähän yhdistykseen."
    client.sign_in(town.approver)
    assert warning not in text_of(client.get("/approvals"))
    make_membership(town.approver, town.choir, Role.MEMBER)
    queue = text_of(client.get("/approvals"))
    assert queue.count(warning) == 1
    assert "Selvät pyynnöt (1)" in queue
    assert warning in text_of(client.get(f"/approvals/{mine.reference}"))


def test_it_is_for_one_owner_and_ends_with_the_approvers_own_membership(
    session: Any, frozen: Any, town: Town, deputy: Any
) -> None:
    parish = make_organisation(kind="parish")
    make_membership(town.approver, parish, Role.APPROVER)
    name(town, deputy.email)
    frozen(BEGIN)
    assert not actor_of(deputy).has(Right.DECIDE, parish.id)
    assert decides(town, deputy)
    for each in session.query(Deputy).all():
        each.membership.ended_at = BEGIN
    session.flush()
    assert not decides(town, deputy)
    assert deputy not in people_with(Right.DECIDE, town.owner.id)


def test_it_ends_with_the_approvers_account_and_with_their_role(
    session: Any, frozen: Any, town: Town, deputy: Any
) -> None:
    name(town, deputy.email)
    frozen(BEGIN)
    town.approver.closed_at = now()
    session.flush()
    assert not decides(town, deputy)
    town.approver.closed_at = None
    leave(session, town.approver, Role.STAFF)
    assert not decides(town, deputy)


def test_a_deputy_gets_the_mails_decides_and_the_history_says_for_whom(
    client: Any, session: Any, frozen: Any, town: Town, deputy: Any
) -> None:
    name(town, deputy.email)
    (letter,) = posted(session, "deputy_named")
    assert letter.recipient == deputy.email
    assert "ma 11.1.2027" in letter.body
    assert "su 17.1.2027" in letter.body
    frozen(BEGIN)
    mine = of_choir(town)
    client.sign_in(deputy)
    client.get("/approvals")
    answer = client.submit({"action": "confirm"}, action=f"/approvals/{mine.reference}")
    assert answer.status_code == 303
    page = text_of(client.get(f"/reservations/{mine.reference}"))
    assert f"Pyyntö vahvistettiin · Sijainen, hyväksyjän {town.approver.name} puolesta" in page
    frozen(END)
    assert client.get("/approvals").status_code == 403
    client.sign_in(town.booker)
    assert "puolesta" in text_of(client.get(f"/reservations/{mine.reference}")), "history stays"


def test_a_deputy_names_no_deputies_and_no_other_owners_approver_does(
    frozen: Any, town: Town, deputy: Any
) -> None:
    name(town, deputy.email)
    third = make_user(email="kolmas@example.org")
    parish = make_member(make_organisation(kind="parish"), Role.APPROVER)
    frozen(BEGIN)
    for person in (deputy, parish, town.booker):
        with pytest.raises(Forbidden):
            name(town, third.email, date(2027, 1, 12), actor=actor_of(person), now=BEGIN)


@pytest.mark.parametrize(
    ("email", "first", "last", "code", "field"),
    [
        ("eioole@example.org", FIRST, LAST, "deputy_unknown", "email"),
        ("paattaja@example.org", FIRST, LAST, "deputy_is_self", "email"),
        ("sijainen@example.org", LAST, FIRST, "deputy_days_turned", "last"),
        ("sijainen@example.org", date(2027, 1, 3), LAST, "deputy_days_past", "first"),
        ("sijainen@example.org", FIRST, FIRST + timedelta(days=366), "deputy_days_many", "last"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    town: Town, deputy: Any, email: str, first: date, last: date, code: str, field: str
) -> None:
    with pytest.raises(RuleViolation) as caught:
        name(town, email, first, last)
    assert [(each.code, each.field) for each in caught.value.violations] == [(code, field)]


def test_another_approver_needs_no_deputyship_and_nobody_two_for_the_same_days(
    town: Town, deputy: Any
) -> None:
    colleague = make_member(town.owner, Role.APPROVER, email="toinen@example.org")
    with pytest.raises(RuleViolation):
        name(town, colleague.email)
    name(town, deputy.email)
    with pytest.raises(RuleViolation):
        name(town, deputy.email, LAST, LAST + timedelta(days=3))
    name(town, deputy.email, LAST + timedelta(days=1), LAST + timedelta(days=1))


def test_either_ends_it_early_and_the_other_is_told(
    session: Any, frozen: Any, town: Town, deputy: Any
) -> None:
    made, later = name(town, deputy.email), name(town, deputy.email, date(2027, 2, 1), date(2027, 2, 2))
    stranger = make_member(town.owner, Role.APPROVER)
    with pytest.raises(NotFound):
        in_transaction(lambda: end_deputy(made.id, actor=acting(stranger), now=NOW))
    frozen(BEGIN)
    in_transaction(lambda: end_deputy(made.id, actor=actor_of(deputy), now=BEGIN))
    assert not decides(town, deputy)
    assert posted(session, "deputy_ended")[-1].recipient == town.approver.email
    with pytest.raises(WrongState, match="deputy_over"):
        in_transaction(lambda: end_deputy(made.id, actor=acting(town.approver), now=BEGIN))
    in_transaction(lambda: end_deputy(later.id, actor=acting(town.approver), now=BEGIN))
    assert posted(session, "deputy_ended")[-1].recipient == deputy.email
    frozen(datetime(2027, 2, 1, 12, tzinfo=UTC))
    assert not decides(town, deputy)


def test_naming_and_ending_by_the_page(client: Any, session: Any, town: Town, deputy: Any) -> None:
    client.sign_in(town.approver)
    client.get("/approvals/deputies")
    typed = {"email": "tuntematon@example.org", "first": "11.1.2027", "last": "17.1.2027"}
    refused = client.submit(typed, having="email")
    assert refused.status_code == 422
    assert "tuntematon@example.org" in refused.get_data(as_text=True)
    sent = client.submit({"email": "Sijainen@Example.org"}, having="email")
    assert sent.status_code == 303
    page = text_of(client.follow(sent))
    assert "Sijainen on nimetty sijaiseksi" in page
    assert "ma 11.1.2027 – su 17.1.2027 tulossa" in page
    number = session.query(Deputy).one().id
    ended = client.submit(action=f"/approvals/deputies/{number}/end")
    assert "Sijaisia ei ole." in text_of(client.follow(ended))
    assert kinds_of_mail(session) == ["deputy_named", "deputy_ended"]


def test_a_step_after_the_last_day_is_not_in_anybodys_place(
    session: Any, frozen: Any, town: Town, deputy: Any, client: Any
) -> None:
    name(town, deputy.email)
    make_membership(deputy, town.owner, Role.APPROVER, created_at=END)
    mine = of_choir(town, EVENING.shift(WEEK))
    frozen(END)
    in_transaction(lambda: confirm(mine.reference, None, actor=actor_of(deputy), now=END))
    client.sign_in(deputy)
    assert "puolesta" not in text_of(client.get(f"/reservations/{mine.reference}"))
