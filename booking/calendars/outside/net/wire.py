"""One connection to one number that was looked at, with one deadline over everything that is read from it."""

import io
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Sequence
from http.client import HTTPConnection, HTTPException
from typing import Any

from booking.calendars.outside.fetched import NotFetched
from booking.calendars.outside.net.addresses import Ip, Target, check

HEADERS = 64_000
"""Octets of an answer's status line and headers."""

MOST_NUMBERS = 6
"""Of one host that are tried, each for its share of the time."""

_Answer = list[Ip] | Exception


class Deadline:
    """The moment by which everything is done, by the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left. Raises TimeoutError when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


def resolve(host: str, port: int) -> list[Ip]:
    """Return every number of a host's name. Raises OSError. Tests put another in its place."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(address[0]) for _family, _kind, _protocol, _name, address in found]


def numbers(asked: Target, networks: Sequence[str], deadline: Deadline) -> list[Ip]:
    """Return the numbers of the host, all of them allowed. Raises NotFetched or TimeoutError.

    A resolver has no time limit of its own: it is asked in a thread that nobody waits for.
    """
    if asked.ip is not None:
        found: _Answer = [asked.ip]
    else:
        answers: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
        threading.Thread(target=_ask_resolver, args=(asked, answers), daemon=True).start()
        try:
            found = answers.get(timeout=deadline.left())
        except queue.Empty:
            raise TimeoutError from None
    if isinstance(found, Exception) or not found:
        raise NotFetched("source_unknown_host", {"host": asked.host})
    check(asked, found, networks)
    return found


def _ask_resolver(asked: Target, answers: queue.SimpleQueue[_Answer]) -> None:
    try:
        answers.put(resolve(asked.host, asked.port))
    except (OSError, ValueError, UnicodeError) as error:
        answers.put(error)


def trust() -> ssl.SSLContext:
    """Return what certificates are checked against: what this machine trusts. Tests add their own."""
    return ssl.create_default_context()


def connect(asked: Target, numbers: Sequence[Ip], deadline: Deadline) -> "Connection":
    """Return a connection to the first number that answers: no name is looked up a second time.

    Raises OSError; for TLS the certificate must be of the host's name.
    """
    failed: OSError = ConnectionError()
    once = list(dict.fromkeys(numbers))[:MOST_NUMBERS]
    for at, number in enumerate(once):
        family = socket.AF_INET6 if number.version == 6 else socket.AF_INET
        plain = socket.socket(family, socket.SOCK_STREAM)
        try:
            plain.settimeout(deadline.left() / (len(once) - at))
            plain.connect((str(number), asked.port))
            return Connection(asked, _secured(plain, asked, deadline), deadline)
        except ssl.SSLError:
            plain.close()
            raise
        except OSError as error:
            plain.close()
            failed = error
            deadline.left()
    raise failed


def _secured(plain: socket.socket, asked: Target, deadline: Deadline) -> socket.socket:
    if asked.scheme != "https":
        return plain
    plain.settimeout(deadline.left())  # over the whole handshake
    return trust().wrap_socket(plain, server_hostname=asked.host)


class _Raw(io.RawIOBase):
    """What comes from a socket, as long as there is time and no more than may come."""

    def __init__(self, wire: socket.socket, deadline: Deadline, most: int) -> None:
        self._wire, self._deadline = wire, deadline
        self.left = most

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any, /) -> int:
        self._wire.settimeout(self._deadline.left())
        # A byte more than may come, to know that it came.
        view = memoryview(into)[: self.left + 1]
        taken = self._wire.recv_into(view)
        self.left -= taken
        if self.left < 0:
            raise HTTPException("more than may come")
        return taken


class _Wire:
    """What `http.client` needs of a socket."""

    def __init__(self, wire: socket.socket, deadline: Deadline) -> None:
        self._wire, self._deadline = wire, deadline
        self.raw = _Raw(wire, deadline, HEADERS)

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self.raw, 16_384)

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(self._deadline.left())
        self._wire.sendall(data)

    def close(self) -> None:
        """Do nothing: `http.client` closes a connection when it has the headers, and reads the body then."""

    def end(self) -> None:
        """Close it indeed."""
        self._wire.close()


class Connection(HTTPConnection):
    """An HTTP connection over a socket that is open already, and no other."""

    def __init__(self, asked: Target, wire: socket.socket, deadline: Deadline) -> None:
        super().__init__(asked.host, asked.port)
        self._checked = _Wire(wire, deadline)
        self.sock: Any = self._checked  # it does all that is asked of it
        self.auto_open = 0  # it never connects by itself, as that would look the name up again

    def hang_up(self) -> None:
        """Close the connection and what it still holds."""
        self.close()
        self._checked.end()

    def allow(self, octets: int) -> None:
        """Let so many octets come from now on; at first only the headers may."""
        self._checked.raw.left = octets
