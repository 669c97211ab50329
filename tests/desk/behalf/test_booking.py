"""Staff books for people who phone: whose it is, by which rules, who is told, who sees what."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.audit.models import AuditEntry
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.organisations.models import Membership
from booking.outbox.models import OutboxMessage
from booking.reservations import decisions, policy, proposals
from booking.reservations.behalf.caller import Caller
from booking.reservations.behalf.calls import calls_to_make, count_calls, mark_told
from booking.reservations.behalf.models import Behalf, Call
from booking.reservations.lists import open_ones
from booking.reservations.models import Reservation
from booking.reservations.policy import Sight
from booking.reservations.sent_twice import sent_before
from booking.reservations.service import request_reservation
from booking.timetable.interval import Interval
from tests.desk.behalf.conftest import NAME, PHONE, SECRETS, WHO, Desk, phoned
from tests.factories.organisations import make_membership
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.users import acting
from tests.support.statements import statements

LATER = NOW + timedelta(hours=1)
NEXT_DAY = Interval(EVENING.start + timedelta(days=1), EVENING.end + timedelta(days=1))


def mails(session: Any) -> list[tuple[str, str]]:
    rows = session.execute(select(OutboxMessage.kind, OutboxMessage.recipient).order_by(OutboxMessage.id))
    return [tuple(row) for row in rows]


def kinds(session: Any) -> list[str]:
    return list(session.scalars(select(Call.kind).order_by(Call.id)))


def test_a_request_for_a_person_waits_for_the_approver_like_any_other(desk: Desk, session: Any) -> None:
    reservation = phoned(desk)
    assert [each.state for each in reservation.occurrences] == ["pending"]
    assert reservation.on_behalf
    assert reservation.organisation_id is None
    assert (reservation.responsible, reservation.contact) == (NAME, PHONE)
    assert session.get(Behalf, reservation.id).caller == WHO
    assert mails(session) == [("request_to_decide", desk.approver.email)]
    assert kinds(session) == []


def test_a_room_that_confirms_at_once_confirms_and_nobody_is_called(desk: Desk, session: Any) -> None:
    reservation = phoned(desk, desk.at_once)
    assert [each.state for each in reservation.occurrences] == ["confirmed"]
    assert mails(session) == []
    assert kinds(session) == []


def test_nothing_of_the_caller_is_in_the_audit_record_or_in_any_mail(desk: Desk, session: Any) -> None:
    reservation = phoned(desk)
    decisions.decline(reservation.reference, None, "Sali remontoidaan", actor=acting(desk.approver), now=NOW)
    written = [str(each.details) for each in session.scalars(select(AuditEntry))]
    written += [f"{each.subject} {each.body}" for each in session.scalars(select(OutboxMessage))]
    assert written
    assert not [(text, secret) for text in written for secret in SECRETS if secret in text]


def test_all_bookers_of_an_association_are_told_that_staff_booked_for_them(desk: Desk, session: Any) -> None:
    reservation = phoned(desk, organisation_slug="kerho")
    assert reservation.organisation_id == desk.club.id
    assert mails(session) == [
        ("request_received", desk.club_booker.email),
        ("request_to_decide", desk.approver.email),
    ]
    body = session.scalars(select(OutboxMessage.body).order_by(OutboxMessage.id)).first()
    assert "Yhdistyksen puolesta varasi: Palvelupiste" in body
    assert WHO not in body


def test_an_association_without_a_booker_is_called_when_it_is_decided(desk: Desk, session: Any) -> None:
    session.query(Membership).filter_by(user_id=desk.club_booker.id).update({"ended_at": NOW})
    reservation = phoned(desk, organisation_slug="kerho")
    decisions.confirm(reservation.reference, None, actor=acting(desk.approver), now=LATER)
    assert kinds(session) == ["confirmed"]


def test_the_associations_quota_counts(desk: Desk) -> None:
    desk.room.most_active = 1
    make_reservation(desk.room, NEXT_DAY, organisation=desk.club, booker=desk.club_booker)
    with pytest.raises(RuleViolation) as refused:
        phoned(desk, organisation_slug="kerho")
    assert [each.code for each in refused.value.violations] == ["too_many_active"]


def test_what_staff_belongs_to_opens_no_room_to_who_phones(desk: Desk) -> None:
    desk.room.who_may_book = "members"
    with pytest.raises(RuleViolation) as refused:
        phoned(desk)
    assert [each.code for each in refused.value.violations] == ["owners_members_only"]
    desk.room.who_may_book = "associations"
    with pytest.raises(RuleViolation) as refused:
        phoned(desk)
    assert [each.code for each in refused.value.violations] == ["associations_only"]
    assert phoned(desk, organisation_slug="kerho").id


@pytest.mark.parametrize("who", ["parish_staff", "approver", "admin", "club_booker"])
def test_only_staff_of_the_rooms_owner_books_on_behalf(desk: Desk, who: str) -> None:
    with pytest.raises(Forbidden):
        phoned(desk, by=getattr(desk, who))


def test_a_name_and_a_number_are_asked_for(desk: Desk) -> None:
    with pytest.raises(RuleViolation) as refused:
        phoned(desk, responsible=" ", contact="", caller=Caller(who="x" * 201, language="ru"))
    found = {(each.code, each.field) for each in refused.value.violations}
    assert found == {
        ("too_much_text", "caller"),
        ("unknown_language", "language"),
        ("responsible_missing", "responsible"),
        ("phone_missing", "contact"),
    }


def test_any_staff_of_the_owner_acts_and_one_who_has_left_does_not(desk: Desk, session: Any) -> None:
    reservation = phoned(desk)
    assert policy.sight(reservation, acting(desk.other_staff)) is Sight.FULL
    session.query(Membership).filter_by(user_id=desk.staff.id).update({"ended_at": NOW})
    gone = acting(desk.staff)
    assert policy.sight(reservation, gone) is Sight.NOTHING
    with pytest.raises(NotFound):
        decisions.withdraw(reservation.reference, None, actor=gone, now=LATER)
    decisions.withdraw(reservation.reference, None, actor=acting(desk.other_staff), now=LATER)
    assert [each.state for each in reservation.occurrences] == ["withdrawn"]


def test_staff_is_no_approver(desk: Desk) -> None:
    reservation = phoned(desk)
    with pytest.raises(Forbidden):
        decisions.confirm(reservation.reference, None, actor=acting(desk.staff), now=LATER)


def test_who_is_staff_and_a_booker_keeps_both_apart(desk: Desk) -> None:
    make_membership(desk.staff, desk.club, Role.BOOKER)
    actor = acting(desk.staff)
    phoned(desk)
    own = request_reservation(request_for(desk.room, NEXT_DAY), actor=actor, now=NOW)
    waiting, _coming = open_ones(actor, NOW)
    assert [each.reference for each in waiting] == [own.reference]
    assert not own.on_behalf


def test_the_association_sees_and_cancels_what_staff_booked_but_not_who_phoned(desk: Desk) -> None:
    reservation = phoned(desk, desk.at_once, organisation_slug="kerho")
    member, booker = acting(desk.club_member), acting(desk.club_booker)
    assert policy.sight(reservation, member) is Sight.FULL
    assert not policy.sees_caller(reservation, booker)
    assert policy.sees_caller(reservation, acting(desk.approver))
    decisions.cancel(reservation.reference, None, "", actor=booker, now=NOW - timedelta(days=5))
    assert [each.state for each in reservation.occurrences] == ["cancelled"]


def test_two_people_who_phone_for_the_same_time_are_two_and_a_second_click_is_none(desk: Desk) -> None:
    first = phoned(desk)
    actor = acting(desk.staff)
    same = request_for(
        desk.room, title="Syntymäpäivät", responsible=NAME, contact=PHONE, caller=Caller(who=WHO)
    )
    assert sent_before(same, actor, NOW) is first
    other = request_for(
        desk.room, title="Syntymäpäivät", responsible=NAME, contact="050 12", caller=Caller(who=WHO)
    )
    assert sent_before(other, actor, NOW) is None
    assert sent_before(request_for(desk.room, title="Syntymäpäivät"), actor, NOW) is None


DECISIONS = {
    "confirmed": lambda ref, actor: decisions.confirm(ref, None, actor=actor, now=LATER),
    "declined": lambda ref, actor: decisions.decline(ref, None, "Ei käy", actor=actor, now=LATER),
    "expired": lambda ref, actor: decisions.expire_pending(now=EVENING.start),
    "offer_made": lambda ref, actor: proposals.offer(
        ref, _date(ref), room_slug="sali", use=NEXT_DAY, message="", actor=actor, now=LATER
    ),
}


def _date(reference: str) -> int:
    return int(Reservation.query.filter_by(reference=reference).one().occurrences[0].id)


@pytest.mark.parametrize("kind", DECISIONS)
def test_what_would_be_mailed_to_a_person_is_on_the_call_list(desk: Desk, session: Any, kind: str) -> None:
    reservation = phoned(desk)
    before = len(mails(session))
    DECISIONS[kind](reservation.reference, acting(desk.approver))
    assert kinds(session) == [kind]
    assert len(mails(session)) == before
    assert count_calls(acting(desk.other_staff)) == 1
    for stranger in (*desk.outsiders, desk.approver):
        assert count_calls(acting(stranger)) == 0
        assert calls_to_make(acting(stranger), limit=9) == []


def test_who_is_told_leaves_the_list_and_later_news_comes_anew(desk: Desk, session: Any) -> None:
    reservation = phoned(desk)
    decisions.confirm(reservation.reference, None, actor=acting(desk.approver), now=NOW)
    staff = acting(desk.other_staff)
    (line,) = calls_to_make(staff, limit=9)
    decisions.cancel(reservation.reference, None, "Vesivahinko", actor=acting(desk.approver), now=LATER)
    mark_told(reservation.reference, line.calls[-1].id, actor=staff, now=LATER)
    (rest,) = calls_to_make(staff, limit=9)
    assert [each.kind for each in rest.calls] == ["cancelled"]
    mark_told(reservation.reference, rest.calls[-1].id, actor=staff, now=LATER)
    assert calls_to_make(staff, limit=9) == []
    with pytest.raises(WrongState):
        mark_told(reservation.reference, rest.calls[-1].id, actor=staff, now=LATER)


@pytest.mark.parametrize("who", ["parish_staff", "parish_approver", "approver", "admin", "club_booker"])
def test_nobody_but_the_owners_staff_says_that_somebody_was_told(desk: Desk, who: str) -> None:
    reservation = phoned(desk)
    decisions.confirm(reservation.reference, None, actor=acting(desk.approver), now=NOW)
    with pytest.raises((NotFound, Forbidden)):
        mark_told(reservation.reference, 10**6, actor=acting(getattr(desk, who)), now=LATER)
    assert count_calls(acting(desk.staff)) == 1


def test_the_call_list_asks_as_much_for_many_as_for_one(desk: Desk, session: Any) -> None:
    def asked(many: int) -> int:
        for number in range(many):
            day = timedelta(days=2 + count_calls(acting(desk.staff)))
            use = Interval(EVENING.start + day, EVENING.end + day)
            reservation = phoned(desk, use=use, title=f"Juhla {number}")
            decisions.confirm(reservation.reference, None, actor=acting(desk.approver), now=NOW)
        session.expire_all()
        actor = acting(desk.staff)
        with statements() as sent:
            assert len(calls_to_make(actor, limit=50)) == count_calls(actor)
        return len(sent)

    assert asked(1) == asked(6)
