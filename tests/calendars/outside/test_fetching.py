"""Fetching from real servers on loopback: what comes, what does not, and what is cut off."""

import gzip
import socket
import ssl
import time
import zlib
from ipaddress import ip_address
from itertools import count
from typing import Any

import pytest

from booking.calendars.outside import fetching
from booking.calendars.outside.fetched import Fetched, Limits, NotFetched
from booking.calendars.outside.fetching import fetch
from booking.calendars.outside.net import wire
from tests.calendars.outside.servers import CERTIFICATE, HOST, Answer, plain, raw, redirect, server
from tests.outbox.mailbox import closed_port

CALENDAR = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
HERE = ("127.0.0.0/8", "::1/128")
OK = "HTTP/1.1 200 OK\r\n"


def limits(**changes: Any) -> Limits:
    return Limits(**({"networks": HERE, "seconds": 5.0} | changes))


def get(address: str, **changes: Any) -> Fetched:
    return fetch(address, etag="", last_modified="", limits=limits(**changes))


def refusal(address: str, **changes: Any) -> str:
    """The code of what goes wrong; it holds nothing of the address but its host, nor a number it did not."""
    with pytest.raises(NotFetched) as refused:
        get(address, **changes)
    told = repr((refused.value, dict(refused.value.params)))
    assert "salainen" not in told
    assert HOST not in address or ("127." not in told and "169." not in told)
    return refused.value.code


def asked_of(*answers: Answer, **changes: Any) -> str:
    """The code of what goes wrong with a server that answers so."""
    with server(*answers) as there:
        return refusal(f"http://127.0.0.1:{there.port}/salainen.ics", **changes)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names resolve to, instead of the resolver and nothing else; a list is used up from its front."""
    known: dict[str, list[str]] = {HOST: ["127.0.0.1"]}

    def resolve(host: str, port: int) -> list[Any]:
        if host not in known:
            raise socket.gaierror(-2, "Name or service not known")
        found = known[host]
        return [ip_address(each) for each in (found.pop(0) if len(found) > 1 else found[0]).split()]

    monkeypatch.setattr(wire, "resolve", resolve)
    return known


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own certificate is trusted, for its own name."""
    monkeypatch.setattr(wire, "trust", lambda: ssl.create_default_context(cafile=str(CERTIFICATE)))


def test_a_calendar_comes_with_its_marks() -> None:
    with server(plain(CALENDAR, 'ETag: "a1"', "Last-Modified: Tue, 12 Jan 2027 16:00:00 GMT")) as there:
        found = get(f"http://127.0.0.1:{there.port}/kalenteri.ics?avain=ä%20b#c")
    assert found == Fetched(CALENDAR, '"a1"', "Tue, 12 Jan 2027 16:00:00 GMT")
    assert there.requests[0].startswith("GET /kalenteri.ics?avain=%C3%A4%20b HTTP/1.1\r\n")
    assert there.headers == {
        "Host": f"127.0.0.1:{there.port}",
        "User-Agent": fetching.AGENT,
        "Accept": "text/calendar, */*;q=0.1",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


def test_what_has_not_changed_has_no_body_and_keeps_its_marks() -> None:
    with server(raw(b"HTTP/1.1 304 Not Modified\r\n\r\n")) as there:
        address = f"http://127.0.0.1:{there.port}/"
        found = fetch(address, etag='W/"1"', last_modified="Tue", limits=limits())
        assert found == Fetched(None, 'W/"1"', "Tue")
        assert there.headers["If-None-Match"] == 'W/"1"'
        assert there.headers["If-Modified-Since"] == "Tue"
        assert refusal(address) == "source_bad_status"  # nobody asked whether it had changed


def test_marks_that_would_break_a_header_are_not_sent_and_not_kept() -> None:
    with server(plain(CALENDAR, "ETag: " + "x" * 300)) as there:
        address = f"http://127.0.0.1:{there.port}/"
        found = fetch(address, etag='"a"\r\nCookie: b', last_modified="ä", limits=limits())
    assert found.etag == ""
    assert not {"If-None-Match", "If-Modified-Since", "Cookie"} & there.headers.keys()


def test_tls_is_checked_against_the_name_and_the_number_that_was_looked_at(names: Any, trusted: None) -> None:
    with server(plain(CALENDAR), tls=True) as there:
        assert get(f"webcal://{HOST}:{there.port}/").body == CALENDAR
        assert there.headers["Host"] == f"{HOST}:{there.port}"
        names["toinen.demo.example"] = ["127.0.0.1"]
        assert refusal(f"https://toinen.demo.example:{there.port}/") == "source_bad_certificate"
        assert refusal(f"https://127.0.0.1:{there.port}/") == "source_bad_certificate"


def test_a_certificate_that_nobody_vouches_for_is_refused(names: Any) -> None:
    with server(plain(CALENDAR), tls=True) as there:
        assert refusal(f"https://{HOST}:{there.port}/salainen") == "source_bad_certificate"
        assert there.requests == []


def test_a_name_is_looked_up_once_so_that_it_cannot_become_another_number(names: Any) -> None:
    names["kiero.demo.example"] = ["127.0.0.1", "169.254.169.254"]
    with server(plain(CALENDAR)) as there:
        address = f"http://kiero.demo.example:{there.port}/"
        assert get(address).body == CALENDAR
        assert names["kiero.demo.example"] == ["169.254.169.254"]
        assert refusal(address) == "source_closed_address"


def test_one_closed_number_among_a_names_numbers_is_enough(names: Any) -> None:
    names["moni.demo.example"] = ["93.184.215.14 10.0.0.7"]
    assert refusal("https://moni.demo.example/", networks=()) == "source_closed_address"


def test_the_next_number_is_tried_when_one_does_not_answer(names: Any) -> None:
    names["kaksi.demo.example"] = ["::1 127.0.0.1"]
    with server(plain(CALENDAR)) as there:
        assert get(f"http://kaksi.demo.example:{there.port}/").body == CALENDAR


def test_loopback_is_closed_unless_an_installation_opens_it() -> None:
    with server(plain(CALENDAR)) as there:
        for host in ("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"):
            assert refusal(f"https://{host}:{there.port}/", networks=()) == "source_closed_address"
        assert there.requests == []


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://127.0.0.1/", "source_closed_address"),
        ("https://127.0.0.1/", "source_closed_address"),
        ("https://127.0.0.2./", "source_closed_address"),
        ("//169.254.169.254/latest/meta-data/", "source_closed_address"),
        ("https://[::1]/", "source_closed_address"),
        ("https://[::ffff:7f00:1]/", "source_closed_address"),
        ("https://2130706433/", "source_bad_address"),
        ("https://017700000001/", "source_bad_address"),
        ("https://0x7f000001/", "source_bad_address"),
        ("https://127.1/", "source_bad_address"),
        ("https://0177.0.0.1/", "source_bad_address"),
        ("file:///etc/passwd", "source_not_https"),
        ("gopher://127.0.0.1:70/", "source_not_https"),
        ("https://user:salainen@kalenteri.demo.example/", "source_password_in_address"),
        ("http://[::1", "source_bad_address"),
        ("", "source_bad_answer"),
    ],
)
def test_a_redirect_leads_nowhere_that_could_not_be_asked(
    names: Any, trusted: None, location: str, code: str
) -> None:
    """The first server stands in a network that is opened, and nothing else is."""
    names[HOST] = ["127.0.0.9"]
    with server(redirect(location), host="127.0.0.9") as there, pytest.raises(NotFetched) as refused:
        get(f"http://{HOST}:{there.port}/", networks=("127.0.0.9/32",))
    assert refused.value.code == code
    assert len(there.requests) == 1


def test_redirects_are_followed_so_far_and_no_further() -> None:
    with server(redirect("/toinen"), redirect("kolmas", "308 P"), plain(CALENDAR)) as there:
        assert get(f"http://127.0.0.1:{there.port}/eka/").body == CALENDAR
    assert [request.split(" ")[1] for request in there.requests] == ["/eka/", "/toinen", "/kolmas"]
    assert asked_of(redirect("/"), redirects=2) == "source_too_many_redirects"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("401 Unauthorized", "source_needs_sign_in"),
        ("403 Forbidden", "source_needs_sign_in"),
        ("404 Not Found", "source_not_found"),
        ("410 Gone", "source_gone"),
        ("429 Too Many Requests", "source_asked_too_often"),
        ("500 Oh", "source_server_error"),
        ("503 Later", "source_server_error"),
        ("206 Partial Content", "source_bad_status"),
        ("418 Teapot", "source_bad_status"),
    ],
)
def test_each_answer_that_is_no_calendar_has_its_own_code(status: str, code: str) -> None:
    assert asked_of(plain(CALENDAR, status=status)) == code


def test_no_server_no_name_and_no_answer_are_told_apart(names: Any) -> None:
    assert refusal(f"http://{closed_port()}/") == "source_no_connection"
    assert refusal("https://ei.demo.example/") == "source_unknown_host"
    assert asked_of(raw(b"")) == "source_bad_answer"
    assert asked_of(raw(b"hei\r\n\r\n")) == "source_bad_answer"


def drip(head: bytes, drop: bytes) -> Answer:
    """An answer whose end never comes, a drop at a time."""

    def answer(wire: socket.socket, request: bytes) -> None:
        wire.sendall(head)
        for _drop in count():
            wire.sendall(drop)
            time.sleep(0.02)

    return answer


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nX-",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffff\r\n",
    ],
)
def test_a_server_that_drips_is_left_at_the_deadline(head: bytes) -> None:
    assert asked_of(drip(head, b"a"), seconds=0.4) == "source_too_slow"


def test_a_server_that_only_accepts_and_a_resolver_that_sleeps_are_left_too(
    monkeypatch: pytest.MonkeyPatch, trusted: None
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        for scheme in ("http", "https"):
            address = f"{scheme}://127.0.0.1:{silent.getsockname()[1]}/"
            assert refusal(address, seconds=0.3) == "source_too_slow"
    monkeypatch.setattr(wire, "resolve", lambda host, port: time.sleep(1) or [])
    assert refusal("https://kalenteri.demo.example/", seconds=0.2) == "source_too_slow"


def endless(head: bytes, piece: bytes) -> Answer:
    def answer(wire: socket.socket, request: bytes) -> None:
        wire.sendall(head)
        while True:
            wire.sendall(piece)

    return answer


PIECE = b"x" * 50_000
BOMB = gzip.compress(b"\0" * 40_000_000)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (endless(OK.encode() + b"\r\n", PIECE), "source_too_big"),
        (
            endless(OK.encode() + b"Transfer-Encoding: chunked\r\n\r\n", b"c350\r\n%s\r\n" % PIECE),
            "source_too_big",
        ),
        (raw(OK.encode() + b"Content-Length: 1000001\r\n\r\n"), "source_too_big"),
        (plain(BOMB, "Content-Encoding: gzip"), "source_too_big"),
        (endless(OK.encode(), b"X-A: b\r\n"), "source_bad_answer"),
        (endless(OK.encode() + b"X-A: ", b"b" * 1000), "source_bad_answer"),
        (endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "source_bad_answer"),
        (plain(CALENDAR, "Content-Encoding: br"), "source_bad_answer"),
        (plain(CALENDAR, "Content-Encoding: gzip"), "source_bad_answer"),
        (plain(gzip.compress(CALENDAR)[:-9], "Content-Encoding: gzip"), "source_cut_off"),
        (raw(OK.encode() + b"Content-Length: 99\r\n\r\nBEGIN"), "source_cut_off"),
        (raw(OK.encode() + b"Transfer-Encoding: chunked\r\n\r\n99\r\nBEGIN"), "source_cut_off"),
        (raw(OK.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nBEGIN"), "source_cut_off"),
    ],
)
def test_what_is_too_much_or_not_whole_is_not_taken(answer: Answer, code: str) -> None:
    assert asked_of(answer, octets=1_000_000) == code


def test_a_packed_calendar_is_unpacked_and_the_last_octet_allowed_still_comes() -> None:
    packed = gzip.compress(CALENDAR[:9]) + gzip.compress(CALENDAR[9:])
    for answer in (
        plain(packed, "Content-Encoding: gzip"),
        plain(CALENDAR),
        raw(OK.encode() + b"\r\n" + CALENDAR),
        raw(OK.encode() + b"Transfer-Encoding: chunked\r\n\r\n20\r\n" + CALENDAR + b"\r\n0\r\n\r\n"),
    ):
        with server(answer) as there:
            address = f"http://127.0.0.1:{there.port}/"
            assert get(address, octets=100).body == CALENDAR
    assert asked_of(plain(CALENDAR), octets=len(CALENDAR) - 1) == "source_too_big"
    assert zlib.decompress(packed, zlib.MAX_WBITS | 16) == CALENDAR[:9]  # it was two in a row
