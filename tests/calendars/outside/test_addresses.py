"""Which addresses may be asked, by what is written and by the numbers a name turns out to have."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.calendars.outside.fetched import NotFetched
from booking.calendars.outside.net.addresses import check, target

INSIDE = ("10.1.0.0/16", "fd12::/32")


def refused(address: str) -> str:
    with pytest.raises(NotFetched) as caught:
        target(address)
    assert caught.value.params == {}
    return caught.value.code


def verdict(
    number: str, address: str = "https://kalenteri.demo.example/", networks: tuple[str, ...] = ()
) -> str:
    """ "" when it may be asked, or the code."""
    try:
        check(target(address), [ip_address(number)], networks)
    except NotFetched as caught:
        return caught.code if number not in repr(caught.params) else "it tells the number"
    return ""


@pytest.mark.parametrize(
    ("address", "host", "port", "path"),
    [
        ("https://kalenteri.demo.example", "kalenteri.demo.example", 443, "/"),
        (" HTTPS://Kalenteri.Demo.Example./a ", "kalenteri.demo.example", 443, "/a"),
        (
            "webcal://kalenteri.demo.example/a.ics?b=c&d=%20#e",
            "kalenteri.demo.example",
            443,
            "/a.ics?b=c&d=%20",
        ),
        ("https://tilat.exämple:8443/ä", "tilat.xn--exmple-cua", 8443, "/%C3%A4"),
        ("https://[2A00:1450::0001]/", "2a00:1450::1", 443, "/"),
        ("https://93.184.215.14/", "93.184.215.14", 443, "/"),
    ],
)
def test_an_address_is_understood(address: str, host: str, port: int, path: str) -> None:
    found = target(address)
    assert (found.scheme, found.host, found.port, found.path) == ("https", host, port, path)


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("file:///etc/passwd", "source_not_https"),
        ("gopher://demo.example/", "source_not_https"),
        ("ftp://demo.example/", "source_not_https"),
        ("javascript:alert(1)", "source_not_https"),
        ("kalenteri.demo.example/a.ics", "source_not_https"),
        ("", "source_not_https"),
        ("https://a:b@demo.example/", "source_password_in_address"),
        ("https://demo.example@127.0.0.1/", "source_password_in_address"),
        ("https://demo.example/\r\nHost: x", "source_bad_address"),
        ("https://demo.example/a b", "source_bad_address"),
        ("https://demo.example\\@127.0.0.1/", "source_bad_address"),
        ("https://demo.example:99999/", "source_bad_address"),
        ("https://demo.example:x/", "source_bad_address"),
        ("https:///a", "source_bad_address"),
        ("https://./", "source_bad_address"),
        ("https://-a.example/", "source_bad_address"),
        ("https://" + "a" * 64 + ".example/", "source_bad_address"),
        ("https://" + "a." * 130 + "example/", "source_bad_address"),
        ("https://demo.example/" + "a" * 2000, "source_bad_address"),
        ("https://[fe80::1%25eth0]/", "source_bad_address"),
        ("https://[::1/", "source_bad_address"),
        ("https://2130706433/", "source_bad_address"),
        ("https://0x7f000001/", "source_bad_address"),
        ("https://0x7f.1/", "source_bad_address"),
        ("https://0177.0.0.01/", "source_bad_address"),
        ("https://127.1/", "source_bad_address"),
        ("https://①②⑦.0.0.1:443/", ""),
    ],
)
def test_an_address_that_is_not_asked_has_a_reason(address: str, code: str) -> None:
    if code:
        assert refused(address) == code
    else:  # other digits are the same number, which is looked at as any
        assert verdict(target(address).host) == "source_closed_address"


_CLOSED = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.0.1
    169.254.169.254 168.63.129.16 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1
    192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.255 240.0.0.1
    255.255.255.255
    :: ::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::127.0.0.1 ::ffff:0:127.0.0.1
    64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1
    2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2002:7f00:1::1 2002:5db8:d822::1 3fff::1 5f00::1
    fc00::1 fd00:ec2::254 fd12::1 fe80::1 fe80::1%eth0 fec0::1 ff02::1 2a00::1%eth0
"""
_OPEN = "1.1.1.1 93.184.215.14 172.15.0.1 172.32.0.1 100.128.0.1 ::ffff:1.1.1.1 64:ff9b::1.1.1.1 2a00::1"
CLOSED, OPEN = _CLOSED.split(), _OPEN.split()


@pytest.mark.parametrize("number", CLOSED)
def test_a_number_outside_the_public_internet_is_closed(number: str) -> None:
    assert verdict(number) == "source_closed_address"


@pytest.mark.parametrize("number", OPEN)
def test_a_number_of_the_public_internet_is_open_to_https_at_its_usual_ports_only(number: str) -> None:
    host = "kalenteri.demo.example"
    assert verdict(number) == verdict(number, f"https://{host}:8443/") == ""
    assert verdict(number, f"http://{host}/") == "source_not_https"
    assert verdict(number, f"http://{host}:443/") == "source_not_https"
    for port in (22, 80, 5432, 8080):
        assert verdict(number, f"https://{host}:{port}/") == "source_odd_port"


def test_an_installations_own_networks_are_open_to_anything_and_their_neighbours_are_not() -> None:
    for number in ("10.1.2.3", "::ffff:10.1.2.3", "fd12::7"):
        assert verdict(number, "http://sali.demo.example:8080/", INSIDE) == ""
    for number in ("10.2.0.1", "127.0.0.1", "fd13::1"):
        assert verdict(number, "http://sali.demo.example:8080/", INSIDE) == "source_closed_address"
    assert verdict("1.1.1.1", "http://sali.demo.example/", INSIDE) == "source_not_https"


@given(st.ip_addresses(v=4))
def test_what_python_calls_not_global_is_closed_in_each_of_its_clothes(number: object) -> None:
    plain = ip_address(str(number))
    clothes = [str(number), f"::ffff:{number}", str(ip_address((0x64FF9B << 96) + int(plain)))]
    verdicts = {verdict(each) for each in clothes}
    assert len(verdicts) == 1
    if not plain.is_global or plain.is_multicast or plain.is_reserved:
        assert verdicts == {"source_closed_address"}


@given(st.ip_addresses(v=6))
def test_what_python_calls_not_global_is_closed_in_the_new_numbers_too(number: object) -> None:
    plain = ip_address(str(number))
    stands_for_another = str(number).startswith(("::ffff:", "64:ff9b::"))
    closed = not plain.is_global or plain.is_multicast or plain.is_reserved or plain.is_link_local
    if closed and not stands_for_another:
        assert verdict(str(number)) == "source_closed_address"


@given(
    st.text(max_size=60) | st.text("htpsw:/.@[]%0x127f#?\\ \n", max_size=60).map(lambda text: "https:" + text)
)
def test_whatever_is_typed_is_an_address_or_refused(typed: str) -> None:
    try:
        found = target(typed)
    except NotFetched:
        return
    assert found.path.isascii()
    assert found.host_header.isascii()
    assert not set(found.path + found.host_header) & set(" \r\n\\")
    assert "@" not in found.host_header
