"""PURE: which addresses may be asked: what is written, and what a name turns out to mean.

An address is text that a stranger may have chosen so that this server asks its own neighbours. So the text is
held to https and a host's name, and each IP number that the name means must lie in the public internet, also
when it is written inside another number.
"""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from booking.calendars.outside.fetched import NotFetched

LONGEST = 2_000
_SCHEMES = {"https": "https", "webcal": "https", "webcals": "https", "http": "http"}
_PORTS = {"https": 443, "http": 80}
_OPEN_PORTS = frozenset({443, 8443})
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
_NOT_IN_ADDRESSES = re.compile(r"[\x00-\x20\x7f-\x9f\\]")

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

# IANA's registries of special addresses, whole, also what is "global" there but nobody's calendar; and the
# numbers where clouds tell machines its secrets (169.254.169.254, 168.63.129.16, 192.0.0.192, fd00:ec2::254)
_CLOSED_4 = [ipaddress.IPv4Network(network) for network in (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
    "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
    "240.0.0.0/4",
)]  # fmt: skip
_OPEN_6 = ipaddress.IPv6Network("2000::/3")
# 2001::/23 holds Teredo and its like, 2002::/16 is 6to4.
_CLOSED_6 = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20"))
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Target:
    """One address to ask. `host` is ASCII, in small letters, as the certificate must have it."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def only_inside(self) -> bool:
        """Whether it may be asked in an installation's own networks only: without TLS, or at an odd port."""
        return self.scheme != "https" or self.port not in _OPEN_PORTS

    @property
    def host_header(self) -> str:
        """What the Host header holds."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def ip(self) -> Ip | None:
        """The IP number, where the host is written as one."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None


def target(address: str) -> Target:
    """Return what an address means. Raises NotFetched for one that is not asked."""
    written = address.strip()
    if len(written) > LONGEST or _NOT_IN_ADDRESSES.search(written):
        raise NotFetched("source_bad_address")
    try:
        parts = urlsplit(written)
        port = parts.port
    except ValueError:
        raise NotFetched("source_bad_address") from None
    scheme = _SCHEMES.get(parts.scheme.lower())
    if scheme is None:
        raise NotFetched("source_not_https")
    if "@" in parts.netloc:
        raise NotFetched("source_password_in_address")
    host = _host(parts.hostname or "")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?")
    return Target(scheme, host, port or _PORTS[scheme], f"{path}?{query}" if query else path)


def onwards(asked: Target, location: str) -> Target:
    """Return where a redirect leads, by the same rules. Raises NotFetched."""
    base = f"{asked.scheme}://{asked.host_header}{asked.path}"
    if not location.strip():
        raise NotFetched("source_bad_answer", {"host": asked.host})
    try:
        return target(urljoin(base, location.strip()))
    except ValueError:
        raise NotFetched("source_bad_address") from None


def check(asked: Target, numbers: Iterable[Ip], networks: Iterable[str]) -> None:
    """Return nothing when every number of the host may be asked. Raises NotFetched, without naming one."""
    inside = [ipaddress.ip_network(network) for network in networks]
    for number in map(_unwrapped, numbers):
        if any(number.version == network.version and number in network for network in inside):
            continue
        if not _is_public(number):
            raise NotFetched("source_closed_address", {"host": asked.host})
        if asked.only_inside:
            raise NotFetched("source_not_https" if asked.scheme != "https" else "source_odd_port")


def _host(written: str) -> str:
    """Return a host's name in ASCII, or an IP number in its one usual spelling. Raises NotFetched."""
    if ":" in written or "%" in written:
        return _ip(written)
    try:
        host = written.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise NotFetched("source_bad_address") from None
    labels = host.split(".")
    if _NUMERIC.fullmatch(labels[-1]):
        return _ip(host)  # 2130706433, 0x7f.1 and 0177.0.0.1 are numbers to a resolver, not names
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotFetched("source_bad_address")
    return host


def _ip(written: str) -> str:
    try:
        number = ipaddress.ip_address(written)
    except ValueError:
        raise NotFetched("source_bad_address") from None
    if isinstance(number, ipaddress.IPv6Address) and number.scope_id:
        raise NotFetched("source_bad_address")
    return str(number)


def _unwrapped(number: Ip) -> Ip:
    """Return the IPv4 number that an IPv6 one stands for: mapped, or translated by NAT64."""
    if isinstance(number, ipaddress.IPv6Address):
        if number.ipv4_mapped is not None:
            return number.ipv4_mapped
        if number in _NAT64:
            return ipaddress.IPv4Address(int(number) & 0xFFFFFFFF)
    return number


def _is_public(number: Ip) -> bool:
    if isinstance(number, ipaddress.IPv4Address):
        return not any(number in network for network in _CLOSED_4)
    return number in _OPEN_6 and not number.scope_id and not any(number in network for network in _CLOSED_6)
