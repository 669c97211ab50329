"""One's own data: a copy of everything and of nobody else's, and erasure in two steps."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking import clock
from booking.access.roles import Role
from booking.accounts.models import User
from booking.accounts.sessions import FRESH
from booking.audit.models import AuditEntry
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.privacy.erasure import erase
from booking.privacy.export import data_of
from booking.privacy.traces import Traces
from booking.reservations.contacts.models import ContactView
from booking.reservations.models import Reservation
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user, sign_in
from tests.support.signed_in import be_signed_in
from tests.support.statements import statements

DAY = timedelta(days=1)


def later(days: int) -> Interval:
    return Interval(EVENING.start + days * DAY, EVENING.end + days * DAY)


def archive(answer: Any) -> tuple[dict[str, Any], str]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return json.loads(packed.read("tiedot.json")), packed.read("varaukset.ics").decode()


def test_a_copy_has_what_the_inventory_says_is_theirs(client: Any) -> None:
    user = make_user(password="kevään ensimmäinen päivä")
    made = make_reservation(
        make_room(), booker=user, title="Kakkukahvit", responsible=user.name, contact="040 123 4567"
    )
    sign_in(client, user)
    client.get("/profile/data")
    told, calendar = archive(client.submit(action="/profile/data/download"))
    assert told["account"] == user.email
    (row,) = told["tables"]["reservations"]
    assert (row["reference"], row["contact"]) == (made.reference, "040 123 4567")
    assert "password_hash" not in told["tables"]["users"][0]
    assert "SUMMARY:Kakkukahvit" in calendar


def test_what_others_have_made_for_one_is_told_by_the_address(session: Any) -> None:
    choir = make_organisation()
    user = make_user(name="Kaima Kaima")
    make_reservation(make_room(), organisation=choir, responsible="Muu Nimi", contact=user.email, title="A")
    make_reservation(make_room(), organisation=choir, responsible=user.name, contact="040 1", title="B")
    assert [each["title"] for each in data_of(user, now=clock.now())["responsible_for"]] == ["A"]
    make_membership(user, choir)  # there the name is theirs, too
    assert {each["title"] for each in data_of(user, now=clock.now())["responsible_for"]} == {"A", "B"}


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_copy_never_holds_another_s_data(session: Any, data: st.DataObject) -> None:
    one, other = make_user(name="Eka Ensimmäinen"), make_user(name="Toka Toinen")
    choir, room = make_organisation(), make_room()
    for person in (one, other):
        make_membership(person, choir, Role.BOOKER)
    marks = {one.id: ("040 1111111", "eka-sana"), other.id: ("040 2222222", "toka-sana")}
    for number in range(4):
        booker, responsible = (data.draw(st.sampled_from((one, other))) for _who in range(2))
        make_reservation(
            room,
            later(number),
            booker=booker,
            organisation=data.draw(st.sampled_from((choir, None))),
            responsible=responsible.name,
            contact=data.draw(st.sampled_from((marks[responsible.id][0], responsible.email))),
            note=marks[booker.id][1],
        )
    for person, stranger in ((one, other), (other, one)):
        told = json.dumps(data_of(person, now=clock.now()), ensure_ascii=False)
        assert [each for each in (stranger.name, stranger.email, *marks[stranger.id]) if each in told] == []
        booked = data_of(person, now=clock.now())["tables"]["reservations"]
        assert (
            len(booked)
            == db.session.query(Reservation).filter_by(booker_id=person.id, room_id=room.id).count()
        )
    db.session.rollback()


def test_erasing_oneself_takes_two_steps_and_ends_what_is_one_s_own(client: Any) -> None:
    user, choir = make_user(), make_organisation()
    make_membership(user, choir, Role.BOOKER)
    make_member(choir, Role.MANAGER)
    owner = make_organisation()
    approver = make_member(owner, Role.APPROVER)
    room = make_room(owner=owner)
    own = make_reservation(room, booker=user, title="Omat juhlat")
    theirs = make_reservation(room, later(1), booker=user, organisation=choir, responsible=user.name)
    user_id, email = user.id, user.email
    sign_in(client, user)
    client.get("/profile/data")
    page = client.get("/profile/data/erase").get_data(as_text=True)
    assert "Omat juhlat" in page
    assert theirs.reference in page
    assert client.submit({"understood": None}, having="understood").status_code == 422
    client.get("/profile/data/erase")
    assert client.submit({"understood": "y"}, having="understood").location == "/"
    gone = db.session.get_one(User, user_id)
    assert (gone.name, gone.closed_at is not None, gone.email.endswith(".invalid")) == (
        "(poistettu)",
        True,
        True,
    )
    assert [each.state for each in own.occurrences] == ["cancelled"]
    assert [each.state for each in theirs.occurrences] == ["confirmed"]
    assert (own.title, theirs.responsible) == ("(poistettu)", "(poistettu)")
    kinds = {mail.kind for mail in db.session.query(OutboxMessage).filter_by(recipient=approver.email)}
    assert "cancelled_by_booker" in kinds
    assert not db.session.query(OutboxMessage).filter_by(recipient=email).count()
    (entry,) = db.session.query(AuditEntry).filter_by(action="erase")
    assert (entry.subject_id, entry.details) == (user_id, {"by": "self", "reason": ""})
    assert client.get("/profile/data").status_code == 303  # signed out


PASSWORD = "kevään ensimmäinen päivä"


@pytest.mark.parametrize(
    ("page", "action", "having", "done"),
    [
        ("/profile/data", "/profile/data/download", "password", 200),
        ("/profile/data/erase", "/profile/data/erase", "understood", 303),
    ],
)
def test_who_signed_in_long_ago_proves_once_more_who_they_are(
    client: Any, page: str, action: str, having: str, done: int
) -> None:
    user = make_user(password=PASSWORD)
    be_signed_in(client.raw, user, made_at=clock.now() - FRESH - timedelta(minutes=1))
    ticked = {"understood": "y"} if having == "understood" else {}
    for wrong in ("", "väärä salasana"):
        client.get(page)
        answer = client.submit(ticked | {"password": wrong}, action=action, having=having)
        assert answer.status_code == 422
        assert b"tiedot.json" not in answer.data[:200]
        assert user.closed_at is None
    client.get(page)
    assert client.submit(ticked | {"password": PASSWORD}, action=action, having=having).status_code == done
    assert (user.closed_at is not None) == (done == 303)


def test_who_has_just_signed_in_is_asked_no_password(client: Any) -> None:
    be_signed_in(client.raw, make_user(password=PASSWORD), made_at=clock.now() - FRESH + timedelta(minutes=1))
    assert 'type="password"' not in client.get("/profile/data").get_data(as_text=True)
    assert client.submit(action="/profile/data/download").status_code == 200


def test_who_has_no_password_signs_in_anew_first(client: Any) -> None:
    user = make_user()
    be_signed_in(client.raw, user, made_at=clock.now() - FRESH - timedelta(minutes=1))
    client.get("/profile/data")
    answer = client.submit({"password": "mikä tahansa"}, action="/profile/data/download")
    assert answer.status_code == 422
    assert "Kirjaudu ulos ja uudelleen sisään" in answer.get_data(as_text=True)


def test_the_page_of_one_s_data_costs_the_same_however_much_there_is(client: Any) -> None:
    user, approver, room = make_user(), make_user(), make_room()
    sign_in(client, user)
    counts = []
    for number in range(4):
        made = make_reservation(
            room, later(number), booker=user, responsible=user.name, contact=f"040 123 456{number}"
        )
        at = clock.now()
        seen = {"viewer_id": approver.id, "reservation_id": made.id, "page": "x", "at": at}
        db.session.add(ContactView(**seen, on_day=at.date()))
        if number not in (0, 3):
            continue
        client.get("/profile/data")  # the day's use is noted by the first look
        with statements() as sent:
            text = client.get("/profile/data").get_data(as_text=True)
        assert text.count(made.reference) > 0
        counts.append(len(sent))
    assert counts[0] == counts[1]


def test_the_only_manager_hands_over_first(client: Any) -> None:
    choir = make_organisation(name="Kuoro Koe")
    sign_in(client, make_member(choir, Role.MANAGER))
    page = client.get("/profile/data/erase").get_data(as_text=True)
    assert "Kuoro Koe" in page
    assert 'name="understood"' not in page
    assert db.session.query(User).filter(User.closed_at.is_not(None)).count() == 0


def test_an_administrator_erases_with_a_reason_and_never_the_last_one(client: Any) -> None:
    administrator, person = make_user(is_admin=True), make_user()
    sign_in(client, administrator)
    client.get(f"/admin/users/{person.id}/erase")
    assert client.submit({"understood": "y"}, having="understood").status_code == 422
    answer = client.submit({"understood": "y", "reason": "asked"}, having="understood")
    assert answer.location == "/admin/users"
    assert person.closed_at is not None
    client.get(f"/admin/users/{administrator.id}/erase")
    assert client.submit({"understood": "y", "reason": "asked"}, having="understood").status_code == 422
    assert administrator.closed_at is None


def test_nobody_else_erases_anybody(session: Any) -> None:
    person, stranger = make_user(), make_user()
    for reason in ("", "asked", "unknown"):
        with pytest.raises(Exception, match="forbidden"):
            erase(person.id, actor=acting(stranger), now=clock.now(), reason=reason)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Soita Matti Meikäläinenille.", "Soita (poistettu)."),
        ("MATTI  MEIKÄLÄINEN tulee", "(poistettu) tulee"),
        ("Matti Meikäläinen-Virta", "(poistettu)-Virta"),
        ("xmatti@example.org ja matti@example.org.", "xmatti@example.org ja (poistettu)."),
        ("+358 (0)40 123-4567 tai 0401234567", "(poistettu) tai (poistettu)"),
        ("Tilaus 10401234567", "Tilaus 10401234567"),
        ("Matti tulee", "Matti tulee"),
    ],
)
def test_traces_are_found_however_they_are_written(text: str, left: str) -> None:
    known = Traces("Matti Meikäläinen", ("matti@example.org",), ("040 123 4567",))
    assert known.without(text).replace("+358 ", "") == left
    assert known.without(json.dumps({"a": [text]})) == json.dumps({"a": [known.without(text)]})
