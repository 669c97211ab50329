"""Where one is signed in: each browser is a row that can be seen and ended."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from booking import clock
from booking.accounts import passwords, sessions
from booking.accounts.models import UserSession
from booking.audit.service import history
from booking.extensions import db
from tests.factories.users import make_user, sign_in
from tests.support.signed_in import be_signed_in
from tests.support.statements import statements

PASSWORD = "kevään ensimmäinen päivä"
HASH = passwords.hash_password(PASSWORD)
PHONE = "Mozilla/5.0 (Android 16; Mobile; rv:142.0) Gecko/142.0 Firefox/142.0"
DESK = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"


def enter(client: Any, email: str, *, agent: str = PHONE, **fields: str) -> Any:
    client.get("/login")
    values = client.form().values | {"email": email, "password": PASSWORD, **fields}
    return client.post("/login", data=values, headers={"User-Agent": agent})


def is_signed_in(client: Any) -> bool:
    return bool(client.get("/calendars").status_code == 200)


def session_cookie(answer: Any) -> str:
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if each.startswith("session=")]
    return str(cookie)


def rows() -> list[UserSession]:
    return list(db.session.scalars(select(UserSession).order_by(UserSession.id)))


def test_signing_in_adds_a_row_that_names_the_browser_and_cannot_open_anything(client: Any) -> None:
    user = make_user(password_hash=HASH)
    assert enter(client, user.email).status_code == 303
    (row,) = rows()
    assert (row.user_id, row.program, row.way, row.remembered) == (
        user.id,
        "Firefox, Android",
        "password",
        False,
    )
    with client.raw.session_transaction() as cookie:
        key = cookie["_user_id"]
        cookie["_user_id"] = row.key_sha256
    assert key not in str(vars(row))
    assert not is_signed_in(client)


def test_who_asks_to_be_remembered_keeps_the_cookie_when_the_browser_closes(
    client: Any, new_client: Any
) -> None:
    user, other = make_user(password_hash=HASH), new_client()
    kept = session_cookie(enter(client, user.email, remember="y"))
    assert "Expires=" in kept
    assert "Expires=" not in session_cookie(enter(other, user.email))
    assert [row.remembered for row in rows()] == [True, False]


@pytest.mark.parametrize(("remembered", "days"), [(False, 14), (True, 365)])
def test_a_session_runs_out_when_it_is_not_used(
    client: Any, frozen: Any, remembered: bool, days: int
) -> None:
    start = clock.now()
    frozen(start)
    be_signed_in(client.raw, make_user(), seen_at=start, remembered=remembered)
    frozen(start + timedelta(days=days, seconds=-1))
    assert is_signed_in(client)
    db.session.execute(update(UserSession).values(seen_at=start))
    frozen(start + timedelta(days=days))
    assert not is_signed_in(client)
    assert sessions.forget_ended(clock.now()) == 1


def test_use_is_noted_after_a_quarter_of_an_hour_and_lets_a_session_live_on(client: Any, frozen: Any) -> None:
    start = clock.now()
    frozen(start)
    be_signed_in(client.raw, make_user(), seen_at=start, remembered=True)
    for minutes, noted in ((14, 0), (15, 15), (29, 15), (31, 31)):
        frozen(start + timedelta(minutes=minutes))
        assert is_signed_in(client)
        (row,) = rows()
        assert row.seen_at == start + timedelta(minutes=noted)


def test_a_feed_and_an_unchanged_page_note_nothing(client: Any, frozen: Any) -> None:
    start = clock.now()
    frozen(start)
    be_signed_in(client.raw, make_user(), seen_at=start)
    frozen(start + timedelta(hours=1))
    tag = client.get("/calendars/all.ics").headers["ETag"]
    assert client.get("/calendars/all.ics", headers={"If-None-Match": tag}).status_code == 304
    (row,) = rows()
    assert row.seen_at == start


def test_knowing_who_asks_costs_one_statement(client: Any) -> None:
    sign_in(client, make_user())
    client.get("/privacy")
    with statements() as sent:
        client.get("/privacy")
    assert sum("user_sessions" in each for each in sent) == 1
    assert sum("FROM users" in each for each in sent) == 1
    assert not [each for each in sent if each.startswith(("UPDATE", "INSERT"))]


def test_signing_in_anew_ends_the_session_before(client: Any) -> None:
    user = make_user(password_hash=HASH)
    enter(client, user.email)
    client.get("/my")
    token = client.form(action="/logout").values["csrf_token"][-1]
    client.post("/login", data={"email": user.email, "password": PASSWORD, "csrf_token": token})
    first, second = rows()
    assert first.ended_at is not None
    assert second.ended_at is None


def test_signing_out_ends_the_session_and_not_only_the_cookie(client: Any) -> None:
    sign_in(client, make_user())
    with client.raw.session_transaction() as cookie:
        kept = dict(cookie)
    client.get("/privacy")
    assert client.submit(action="/logout").status_code == 303
    with client.raw.session_transaction() as cookie:
        cookie.update(kept)
    assert not is_signed_in(client)


class TestList:
    """/profile/sessions."""

    def test_each_device_is_named_and_one_can_be_ended_from_another(
        self, client: Any, new_client: Any
    ) -> None:
        user, desk = make_user(password_hash=HASH), new_client()
        enter(desk, user.email, agent=DESK)
        enter(client, user.email)
        page = client.get("/profile/sessions").get_data(as_text=True)
        assert page.index("Firefox, Android") < page.index("tämä laite") < page.index("Chrome, Windows")
        (old, _new) = rows()
        answer = client.submit(action=f"/profile/sessions/{old.id}/end")
        assert "Laite on kirjattu ulos." in client.follow(answer).get_data(as_text=True)
        assert "Chrome, Windows" not in client.get("/profile/sessions").get_data(as_text=True)
        assert not is_signed_in(desk)
        assert is_signed_in(client)
        (step,) = history("user", user.id)
        assert (step.action, step.details) == ("end_session", {"session": old.id})

    def test_ending_this_device_says_so_to_a_visitor(self, client: Any) -> None:
        user = make_user(password_hash=HASH)
        enter(client, user.email)
        client.get("/profile/sessions")
        answer = client.submit(action=f"/profile/sessions/{rows()[0].id}/end")
        assert answer.location == "/"
        assert "Olet kirjautunut ulos." in client.follow(answer).get_data(as_text=True)
        assert not is_signed_in(client)

    def test_signing_out_everywhere_ends_one_s_own_and_nobody_else_s(
        self, client: Any, new_client: Any
    ) -> None:
        user, desk, stranger = make_user(), new_client(), new_client()
        sign_in(client, user)
        sign_in(desk, user)
        sign_in(stranger, make_user())
        client.get("/profile/sessions")
        assert client.submit(action="/profile/sessions/end").location == "/"
        assert [is_signed_in(each) for each in (client, desk, stranger)] == [False, False, True]

    def test_another_s_session_is_404_and_goes_on(self, client: Any, new_client: Any) -> None:
        owner, stranger = make_user(), new_client()
        sign_in(client, owner)
        (theirs,) = rows()
        sign_in(stranger, make_user())
        stranger.get("/profile/sessions")
        token = stranger.form(action="/profile/sessions/end").values["csrf_token"][-1]
        answer = stranger.post(f"/profile/sessions/{theirs.id}/end", data={"csrf_token": token})
        assert answer.status_code == 404
        assert is_signed_in(client)

    def test_more_devices_cost_no_more_statements(self, client: Any) -> None:
        user = make_user()
        counts = []
        for _ in range(3):
            sign_in(client, user)
            client.get("/profile/sessions")
            with statements() as sent:
                client.get("/profile/sessions")
            counts.append(len(sent))
        assert len(set(counts)) == 1
