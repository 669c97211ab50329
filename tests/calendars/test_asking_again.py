"""Conditional requests, packing, cookies, and what an answer costs."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.calendars import feeds, service
from booking.calendars.offers import private_path
from tests.calendars.reading import events, sign_in, statements
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user

KINDS = ("room", "organisation", "owner", "all", "events", "mine", "members", "approver")
PUBLIC = KINDS[:5]


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


@pytest.fixture
def feed(session: Any) -> Callable[[str], str]:
    """`feed(kind)`: the address of a feed of each kind, all about the same three reservations."""
    choir = make_organisation(slug="koskisointu", name="Kuoro Koskisointu")
    owner = make_organisation(slug="kaupunki", kind="city")
    room = make_room(slug="karelia", owner=owner)
    for days in range(3):
        make_reservation(room, EVENING.shift(timedelta(days=days)), organisation=choir, visibility="event")
    member, approver = make_member(choir), make_member(owner, Role.APPROVER)

    def address(kind: str) -> str:
        if kind in PUBLIC:
            name = {
                "room": "rooms/karelia",
                "organisation": "organisations/koskisointu",
                "owner": "owners/kaupunki",
            }
            return f"/calendars/{name.get(kind, kind)}.ics"
        user, scope, place = {
            "mine": (member, "mine", None),
            "members": (member, "organisation", choir.id),
            "approver": (approver, "approver", owner.id),
        }[kind]
        made = service.create(scope, place, actor=acting(user), now=NOW)
        return private_path(service.token_of(made))

    return address


@pytest.mark.parametrize("kind", KINDS)
def test_who_has_it_already_gets_304_without_a_body(
    client: Any, feed: Callable[[str], str], kind: str
) -> None:
    address = feed(kind)
    first = client.get(address)
    assert len(events(first.data)) == 3
    tag = first.headers["ETag"]
    assert tag.startswith('"'), "a strong tag"

    with statements() as sent:
        again = client.get(address, headers={"If-None-Match": tag})

    assert again.status_code == 304
    assert again.data == b""
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert "Accept-Encoding" in again.headers["Vary"]
    assert "Content-Type" not in again.headers
    assert not any("occurrences" in statement for statement in sent), "no event is read"
    # The counters and the rooms' stamp in one; before it, of a secret feed, the token, its person and roles
    assert len(sent) == (1 if kind in PUBLIC else 2), sent


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_feed_takes_few_statements(client: Any, feed: Callable[[str], str], kind: str) -> None:
    address = feed(kind)
    client.get(address)

    with statements() as sent:
        client.get(address)

    assert len(sent) <= (3 if kind in PUBLIC else 4), sent
    assert sum("occurrences" in statement for statement in sent) == 1


@pytest.mark.parametrize("form", ["{tag}", "W/{tag}", '"other", {tag}', 'W/"other",W/{tag} , "third"', "*"])
def test_all_forms_of_if_none_match_are_understood(
    client: Any, feed: Callable[[str], str], form: str
) -> None:
    tag = client.get(feed("room")).headers["ETag"]

    answer = client.get(feed("room"), headers={"If-None-Match": form.format(tag=tag)})

    assert answer.status_code == 304


def test_if_none_match_wins_over_if_modified_since(client: Any, feed: Callable[[str], str]) -> None:
    address = feed("room")
    tag = client.get(address).headers["ETag"]
    past, future = "Sat, 01 Jan 2000 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"

    def status(**headers: str) -> int:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return int(client.get(address, headers=given).status_code)

    assert status(If_None_Match=tag, If_Modified_Since=past) == 304
    assert status(If_None_Match='"other"', If_Modified_Since=future) == 200
    assert status(If_Modified_Since=future) == 200, "no date tells two changes of one second apart"


def test_head_says_what_get_would_say(client: Any, feed: Callable[[str], str]) -> None:
    address = feed("room")
    got, asked = client.get(address), client.head(address)

    assert asked.status_code == 200
    assert asked.data == b""
    same = ("Content-Type", "Content-Length", "ETag", "Cache-Control", "Vary", "Content-Language")
    assert [asked.headers[name] for name in same] == [got.headers[name] for name in same]
    assert client.head(address, headers={"If-None-Match": got.headers["ETag"]}).status_code == 304


def test_it_is_packed_only_for_who_asks(client: Any, feed: Callable[[str], str]) -> None:
    address = feed("room")
    plain = client.get(address)
    for wish in ("", "identity", "br", "gzip;q=0", "*", "deflate, gzip; q=0"):
        answer = client.get(address, headers={"Accept-Encoding": wish})
        assert "Content-Encoding" not in answer.headers, wish
        assert answer.headers["ETag"] == plain.headers["ETag"]
    for wish in ("gzip", "GZIP", "deflate, gzip;q=0.5", "gzip, br"):
        packed = client.get(address, headers={"Accept-Encoding": wish})
        assert packed.headers["Content-Encoding"] == "gzip", wish
        assert gzip.decompress(packed.data) == plain.data
        assert packed.headers["ETag"] != plain.headers["ETag"]
        assert "Accept-Encoding" in packed.headers["Vary"]
    assert "Accept-Encoding" in plain.headers["Vary"]


def test_each_packing_has_its_own_tag_and_its_own_304(
    client: Any, feed: Callable[[str], str], frozen: Callable[[datetime], None]
) -> None:
    address = feed("room")
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    frozen(NOW + timedelta(hours=1))
    assert client.get(address, headers={"Accept-Encoding": "gzip"}).data == packed.data

    def status(tag: str, packing: str) -> int:
        headers = {"If-None-Match": tag, "Accept-Encoding": packing}
        return int(client.get(address, headers=headers).status_code)

    assert status(packed.headers["ETag"], "gzip") == 304
    assert status(packed.headers["ETag"], "identity") == 200
    assert status(plain.headers["ETag"], "identity") == 304
    assert status(plain.headers["ETag"], "gzip") == 200


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_calendar_without_cookie_or_redirect(
    client: Any, feed: Callable[[str], str], kind: str
) -> None:
    sign_in(client, make_user())
    with client.raw.session_transaction() as session:
        session.permanent = True

    answer = client.get(feed(kind))

    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" not in answer.headers["Vary"]


@pytest.mark.parametrize("kind", PUBLIC)
def test_a_cookie_costs_a_public_feed_nothing(client: Any, feed: Callable[[str], str], kind: str) -> None:
    sign_in(client, make_user())
    address = feed(kind)
    client.get(address)

    with statements() as sent:
        client.get(address)

    assert not any("users" in statement or "memberships" in statement for statement in sent)


@pytest.mark.parametrize("kind", PUBLIC)
def test_a_public_feed_may_be_kept_by_anyone_who_asks_again_each_time(
    client: Any, feed: Callable[[str], str], kind: str
) -> None:
    assert client.get(feed(kind)).headers["Cache-Control"] == "public, no-cache"


def test_the_tag_changes_with_the_month_the_language_the_address_and_the_release(
    client: Any,
    feed: Callable[[str], str],
    app: Any,
    frozen: Callable[[datetime], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = feed("room")

    def tag(query: str = "") -> str:
        return str(client.get(address + query).headers["ETag"])

    seen = {tag(), tag("?lang=sv"), tag("?lang=en")}
    frozen(NOW + timedelta(days=20))
    assert tag() in seen, "within a month nothing changes by itself"
    frozen(NOW + timedelta(days=31))
    seen.add(tag())
    with monkeypatch.context() as patch:
        patch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], base_url="http://localhost/x"))
        seen.add(tag())
    with monkeypatch.context() as patch:
        patch.setattr(feeds, "release", lambda: "another")
        seen.add(tag())

    assert len(seen) == 6
