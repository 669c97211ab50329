"""What is old enough is thrown away at its moment, not a second before; figures stay."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.extensions import db
from booking.organisations.models import Membership
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post
from booking.privacy import purge, unused
from booking.reservations.contacts.models import ContactView
from booking.reservations.models import Occurrence
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import make_user, sign_in

SECOND = timedelta(seconds=1)
EDGE = EVENING.end.replace(year=EVENING.end.year + 2)


@pytest.mark.parametrize(("before", "left"), [(SECOND, "040 123 4567"), (timedelta(0), "")])
def test_contacts_go_24_months_after_the_last_date(session: Any, before: timedelta, left: str) -> None:
    made = make_reservation(make_room(), contact="040 123 4567", responsible="Joku", note="Avain")
    assert purge.forget_contacts(EDGE - before) == (0 if left else 1)
    session.expire_all()
    assert made.contact == left
    assert (made.responsible, made.note) == (("Joku", "Avain") if left else ("(poistettu)", ""))
    assert session.query(Occurrence).one().ends_at == EVENING.end
    assert purge.forget_contacts(EDGE - before) == 0


@pytest.mark.parametrize(("before", "gone"), [(SECOND, 0), (timedelta(0), 1)])
def test_views_of_contacts_go_after_24_months(session: Any, before: timedelta, gone: int) -> None:
    made = make_reservation(make_room())
    session.add(
        ContactView(
            viewer_id=make_user().id,
            reservation_id=made.id,
            on_day=EVENING.end.date(),
            page="x",
            at=EVENING.end,
        )
    )
    session.flush()
    assert purge.forget_views(EDGE - before) == gone


@pytest.mark.parametrize(("before", "left"), [(SECOND, "Sanat"), (timedelta(0), "")])
def test_a_mail_loses_its_words_eight_weeks_after_it_went_out(
    session: Any, before: timedelta, left: str
) -> None:
    sent = datetime(2027, 1, 12, 16, tzinfo=UTC)
    row = post(Message("x", "a@example.org", "fi", "Aihe", "Sanat", "user", 1), now=sent)
    row.delivered_at = sent
    session.flush()
    purge.forget_mail(sent + timedelta(weeks=8) - before)
    session.expire_all()
    assert db.session.query(OutboxMessage).one().body == left


def test_the_edge_of_a_leap_day_is_the_day_before() -> None:
    assert purge.edge_of(datetime(2028, 2, 29, 12, tzinfo=UTC)) == datetime(2026, 2, 28, 12, tzinfo=UTC)


def test_an_unused_account_is_warned_and_erased_30_days_later(session: Any) -> None:
    used = datetime(2027, 1, 12, 16, tzinfo=UTC)
    user = make_user(created_at=used, used_at=used)
    edge = used.replace(year=2029)
    assert unused.warn(edge - unused.WARNING - SECOND) == 0
    assert unused.warn(edge - unused.WARNING) == 1
    assert unused.erase_unused(edge - SECOND) == []
    assert len(unused.erase_unused(edge)) == 1
    session.expire_all()
    assert user.closed_at is not None


def test_the_only_manager_stays_and_members_then_the_administrator_are_asked(session: Any) -> None:
    used = datetime(2027, 1, 12, 16, tzinfo=UTC)
    edge = used.replace(year=2029)
    administrator, choir, club = (
        make_user(is_admin=True, used_at=edge),
        make_organisation(),
        make_organisation(),
    )
    manager = make_member(choir, Role.MANAGER, created_at=used, used_at=used, warned_at=edge - unused.WARNING)
    make_membership(manager, club, Role.MANAGER)
    make_member(club, Role.MANAGER, used_at=edge)  # who is there already: that club is asked nothing
    members = [make_member(choir, role, used_at=edge) for role in (Role.MEMBER, Role.BOOKER)]
    left = make_member(choir, used_at=edge)
    session.query(Membership).filter_by(user_id=left.id).one().ended_at = used
    asked = [(edge, members), (edge + unused.WARNING, [administrator])]
    for moment, readers in asked:
        before = {mail.id for mail in session.query(OutboxMessage)}
        assert unused.erase_unused(moment) == [None]
        mails = [mail for mail in session.query(OutboxMessage) if mail.id not in before]
        assert {mail.recipient for mail in mails} == {reader.email for reader in readers}
        assert unused.erase_unused(moment) == []  # once in 30 days
    assert manager.closed_at is None


def test_where_nobody_else_belongs_the_administrator_is_told_at_once(session: Any) -> None:
    used = datetime(2027, 1, 12, 16, tzinfo=UTC)
    edge = used.replace(year=2029)
    administrator = make_user(is_admin=True, used_at=edge)
    make_member(
        make_organisation(), Role.MANAGER, created_at=used, used_at=used, warned_at=edge - unused.WARNING
    )
    assert unused.erase_unused(edge) == [None]
    assert [mail.recipient for mail in session.query(OutboxMessage)] == [administrator.email]


def test_a_page_that_is_opened_keeps_the_account(client: Any) -> None:
    user = make_user(warned_at=datetime(2026, 1, 1, tzinfo=UTC))
    sign_in(client, user)
    client.get("/profile", headers={"Accept": "text/html"})
    assert (user.warned_at, user.used_at is not None) == (None, True)
