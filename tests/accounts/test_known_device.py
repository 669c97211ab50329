"""Who has signed in on a device before is not locked out of it by a stranger."""

import base64
from typing import Any

from booking.accounts import known_device, passwords
from tests.factories.users import make_user

PASSWORD = "kevään ensimmäinen päivä"
HASH = passwords.hash_password(PASSWORD)


def enter(client: Any, email: str, password: str = PASSWORD) -> int:
    client.get("/login")
    return int(client.submit({"email": email, "password": password}).status_code)


def leave(client: Any) -> None:
    client.get("/privacy")
    client.submit(action="/logout")


def lock(stranger: Any, email: str) -> None:
    assert [enter(stranger, email, "arvaus") for _ in range(6)] == [422] * 5 + [429]


def test_a_stranger_s_guesses_do_not_lock_out_the_holder(client: Any, new_client: Any) -> None:
    user, stranger = make_user(password_hash=HASH), new_client()
    assert enter(client, user.email) == 303
    leave(client)
    lock(stranger, user.email)
    assert enter(new_client(), user.email) == 429  # nor does the right password help on a device nobody knows
    assert enter(client, user.email) == 303
    assert enter(stranger, user.email, "arvaus") == 429  # the holder's success buys the stranger nothing


def test_nor_do_a_stranger_s_mails_keep_the_holder_from_a_link(client: Any, new_client: Any) -> None:
    user, stranger = make_user(password_hash=HASH), new_client()
    enter(client, user.email)
    leave(client)

    def ask(browser: Any) -> int:
        browser.get("/login/link")
        return int(browser.submit({"email": user.email}).status_code)

    assert [ask(stranger) for _ in range(6)] == [303] * 5 + [429]
    assert ask(client) == 303


def test_a_known_device_has_no_more_guesses_than_anybody(client: Any) -> None:
    user = make_user(password_hash=HASH)
    enter(client, user.email)
    leave(client)
    lock(client, user.email)


def test_a_device_is_known_to_the_accounts_that_signed_in_on_it_alone(client: Any, new_client: Any) -> None:
    user, own = make_user(password_hash=HASH), make_user(password_hash=HASH)
    enter(client, own.email)
    leave(client)
    lock(new_client(), user.email)
    assert enter(client, user.email) == 429


def test_the_cookie_cannot_be_made_up_and_names_nobody(client: Any, new_client: Any) -> None:
    user, stranger = make_user(password_hash=HASH), new_client()
    enter(client, user.email)
    cookie = client.raw.get_cookie("device")
    assert cookie.http_only
    assert b"@" not in base64.urlsafe_b64decode(cookie.value.split(".")[0] + "==")
    stranger.raw.set_cookie("device", cookie.value[:-2] + "xx")
    lock(stranger, user.email)


def test_the_last_few_accounts_of_a_shared_computer_are_known(client: Any) -> None:
    users = [make_user(password_hash=HASH) for _ in range(known_device._ACCOUNTS + 1)]
    for each in users:
        enter(client, each.email)
        leave(client)
    with client.app.test_request_context(
        headers={"Cookie": f"device={client.raw.get_cookie('device').value}"}
    ):
        known = [known_device.of(each.email) is not None for each in users]
    assert known == [False] + [True] * known_device._ACCOUNTS
