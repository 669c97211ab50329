"""The mails that keep the directory true, and the links in them that need no sign-in."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking import clock
from booking.access.roles import Role
from booking.extensions import db
from booking.organisations.directory import mails
from booking.organisations.directory.exchanges import KEPT_AFTER
from booking.organisations.directory.models import Exchange, Profile
from booking.organisations.directory.reminders import ask_to_check, forget_ended, tell_of_ending
from booking.organisations.models import Membership, Organisation
from booking.outbox.models import OutboxMessage
from tests.factories.organisations import make_member, make_organisation

DAY, YEAR = timedelta(days=1), timedelta(days=365)


@pytest.fixture
def choir(session: Any) -> Organisation:
    return make_organisation(name="Kuoro ry", description="Laulua.")


def make_line(organisation: Organisation, days: float, words: str = "Piano", **changes: Any) -> Exchange:
    values = {"side": "offers", "kind": "equipment", "words": words, "created_at": clock.now()}
    line = Exchange(organisation_id=organisation.id, ends_at=clock.now() + days * DAY, **values | changes)
    db.session.add(line)
    db.session.flush()
    return line


def mailed() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def link_in(mail: OutboxMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", mail.body)
    assert found
    return found[1]


def test_a_profile_is_asked_about_once_a_year(session: Any, choir: Organisation) -> None:
    manager = make_member(choir, Role.MANAGER, language="sv")
    make_member(choir, Role.BOOKER)
    now = clock.now()
    db.session.add(Profile(organisation_id=choir.id, checked_at=now))
    session.flush()
    assert ask_to_check(now=now + YEAR - DAY) == 0
    assert ask_to_check(now=now + YEAR) == 1
    assert ask_to_check(now=now + YEAR + DAY) == 0
    assert ask_to_check(now=now + 2 * YEAR) == 1  # nobody answered
    assert [(each.recipient, each.language) for each in mailed()] == [(manager.email, "sv")] * 2
    choir.archived_at = now
    assert ask_to_check(now=now + 4 * YEAR) == 0


def test_one_press_without_signing_in_says_that_it_is_still_right(
    client: Any, session: Any, choir: Organisation
) -> None:
    make_member(choir, Role.MANAGER)
    old = clock.now() - 2 * YEAR
    db.session.add(Profile(organisation_id=choir.id, checked_at=old))
    session.flush()
    ask_to_check(now=clock.now())
    (mail,) = mailed()
    answer = client.get(link_in(mail))
    assert "Laulua." in answer.get_data(as_text=True)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert session.get(Profile, choir.id).checked_at < clock.now() - YEAR  # looking changes nothing
    assert client.submit().status_code == 303
    profile = session.get(Profile, choir.id, populate_existing=True)
    assert profile.checked_at > clock.now() - DAY
    assert profile.reminded_at is None


def test_who_has_left_can_answer_no_more(client: Any, session: Any, choir: Organisation) -> None:
    make_member(choir, Role.MANAGER)
    db.session.add(Profile(organisation_id=choir.id, checked_at=clock.now() - 2 * YEAR))
    session.flush()
    ask_to_check(now=clock.now())
    (mail,) = mailed()
    client.get(link_in(mail))
    session.scalars(select(Membership)).one().ended_at = clock.now()
    assert client.submit().status_code == 403
    assert session.get(Profile, choir.id, populate_existing=True).checked_at < clock.now() - YEAR


def test_a_link_for_one_thing_opens_no_other(client: Any, session: Any, choir: Organisation) -> None:
    manager = make_member(choir, Role.MANAGER)
    with client.app.app_context():
        token = mails.link_token(mails.CHECK, choir, manager)
    assert client.get(f"/offers-renewal/{token}").status_code == 404
    assert client.get(f"/profile-check/{token[:-1]}").status_code == 404
    assert client.get(f"/profile-check/{token}").status_code == 200
    choir.archived_at = clock.now()
    assert client.get(f"/profile-check/{token}").status_code == 404


def test_a_week_before_its_end_a_line_is_told_of_once(session: Any, choir: Organisation) -> None:
    make_member(choir, Role.MANAGER)
    make_line(choir, 8, "Kaukana")
    make_line(choir, 6, "Lähellä")
    make_line(choir, 1, "Huomenna")
    make_line(choir, -1, "Mennyt")
    assert tell_of_ending(now=clock.now()) == 2
    assert tell_of_ending(now=clock.now()) == 0
    (mail,) = mailed()
    assert [word for word in ("Kaukana", "Lähellä", "Huomenna", "Mennyt") if word in mail.body] == [
        "Lähellä",
        "Huomenna",
    ]


def test_one_press_has_them_go_on_and_they_are_told_of_anew(
    client: Any, session: Any, choir: Organisation
) -> None:
    make_member(choir, Role.MANAGER)
    near, far = make_line(choir, 3), make_line(choir, 30)
    until = far.ends_at
    tell_of_ending(now=clock.now())
    (mail,) = mailed()
    client.get(link_in(mail))
    assert client.submit().status_code == 303
    session.expire_all()
    assert near.ends_at > clock.now() + 180 * DAY
    assert near.told_at is None
    assert far.ends_at == until
    client.get(link_in(mail))  # pressed already: there is no button
    assert [
        form for form in client.page.forms if form.method == "post" and "renewal" in str(form.action)
    ] == []


def test_what_fell_off_long_ago_is_forgotten(session: Any, choir: Organisation) -> None:
    make_line(choir, -KEPT_AFTER.days - 1, "Vanha")
    make_line(choir, -KEPT_AFTER.days + 1, "Tuore")
    forget_ended(clock.now())
    assert list(session.scalars(select(Exchange.words))) == ["Tuore"]
