"""Fetching a calendar from outside: at most so much, in at most so long, from the public internet only.

What goes wrong is told by a code; neither it nor a log holds more of the address than its host, as the rest
may be a secret, nor any IP number, as that would tell of our network.
"""

import re
import ssl
import zlib
from http.client import HTTPException, HTTPResponse, IncompleteRead

from booking.calendars.outside.fetched import Fetched, Limits, NotFetched
from booking.calendars.outside.net.addresses import Target, onwards, target
from booking.calendars.outside.net.wire import Connection, Deadline, connect, numbers

AGENT = "imatra-booking/1 (calendar import)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CODES = {
    401: "source_needs_sign_in",
    403: "source_needs_sign_in",
    404: "source_not_found",
    410: "source_gone",
    429: "source_asked_too_often",
}
_PIECE = 65_536
_FRAMES = 200_000  # what chunks' sizes may add
_KEPT = re.compile(r"[\x20-\x7e]{1,200}")


def fetch(address: str, *, etag: str, last_modified: str, limits: Limits) -> Fetched:
    """Return what is at an address, or that it has not changed since the two marks ("" for none) were given.

    Raises NotFetched: for addresses that are not asked (see `net.addresses`), and for all that goes wrong.
    """
    asked = target(address)
    marks = {"If-None-Match": _kept(etag), "If-Modified-Since": _kept(last_modified)}
    deadline = Deadline(limits.seconds)
    for _redirect in range(limits.redirects + 1):
        found = _ask(asked, {name: mark for name, mark in marks.items() if mark}, limits, deadline)
        if isinstance(found, Fetched):
            return found
        asked = found
    raise NotFetched("source_too_many_redirects", {"most": limits.redirects})


def _ask(asked: Target, marks: dict[str, str], limits: Limits, deadline: Deadline) -> Fetched | Target:
    """Return the answer, or where it sends us. Every error becomes a NotFetched of the host."""
    host = {"host": asked.host}
    try:
        connection = connect(asked, numbers(asked, limits.networks, deadline), deadline)
        try:
            return _answer(asked, connection, marks, limits)
        finally:
            connection.hang_up()
    except TimeoutError:
        raise NotFetched("source_too_slow", host | {"seconds": round(limits.seconds)}) from None
    except ssl.SSLCertVerificationError:
        raise NotFetched("source_bad_certificate", host) from None
    except ConnectionRefusedError:
        raise NotFetched("source_no_connection", host) from None
    except IncompleteRead:
        raise NotFetched("source_cut_off", host) from None
    except (HTTPException, ValueError, zlib.error):
        raise NotFetched("source_bad_answer", host) from None
    except OSError:
        raise NotFetched("source_no_connection", host) from None


def _answer(asked: Target, connection: Connection, marks: dict[str, str], limits: Limits) -> Fetched | Target:
    connection.putrequest("GET", asked.path, skip_host=True, skip_accept_encoding=True)
    headers = {
        "Host": asked.host_header,
        "User-Agent": AGENT,
        "Accept": "text/calendar, */*;q=0.1",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    for name, value in (headers | marks).items():
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    if response.status in _REDIRECTS:
        return onwards(asked, response.headers["Location"] or "")
    if response.status == 304 and marks:
        return Fetched(None, marks.get("If-None-Match", ""), marks.get("If-Modified-Since", ""))
    if response.status != 200:
        raise _refusal(asked, response.status)
    connection.allow(limits.octets + _FRAMES)
    body = _body(response, limits, asked)
    etag, changed = (response.headers.get(name, "") for name in ("ETag", "Last-Modified"))
    return Fetched(body, _kept(etag), _kept(changed))


def _refusal(asked: Target, status: int) -> NotFetched:
    code = _CODES.get(status, "source_server_error" if status >= 500 else "source_bad_status")
    return NotFetched(code, {"host": asked.host, "status": status})


def _body(response: HTTPResponse, limits: Limits, asked: Target) -> bytes:
    """Return the body, unpacked, at most so many octets of it packed or not. Raises NotFetched."""
    packing = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packing not in ("gzip", "x-gzip", "identity", ""):
        raise NotFetched("source_bad_answer", {"host": asked.host})
    too_big = NotFetched("source_too_big", {"megabytes": -(-limits.octets // 1_000_000)})
    if (response.length or 0) > limits.octets:
        raise too_big
    unpack = _Gzip(limits.octets, too_big) if "gzip" in packing else None
    pieces, octets = list[bytes](), 0
    while piece := response.read(_PIECE):
        octets += len(piece)
        if octets > limits.octets:
            raise too_big
        pieces.append(unpack.take(piece) if unpack else piece)
    # `read` with a number says nothing when less came than was promised.
    if response.length or (unpack is not None and not unpack.whole):
        raise NotFetched("source_cut_off", {"host": asked.host})
    return b"".join(pieces)


class _Gzip:
    """Unpacks a stream, never more than so many octets, however little they were packed into."""

    def __init__(self, most: int, too_big: NotFetched) -> None:
        self._left, self._too_big = most, too_big
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
        self._begun = False

    @property
    def whole(self) -> bool:
        """Whether what came ends where a packed stream ends."""
        return self._stream.eof or not self._begun

    def take(self, piece: bytes) -> bytes:
        """Return what a piece unpacks to. Raises NotFetched when it is too much, zlib.error when bad."""
        self._begun = True
        found = []
        while piece:
            if self._stream.eof:  # several packed files in a row are one
                self._stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
            out = self._stream.decompress(piece, self._left + 1)
            self._left -= len(out)
            if self._left < 0:
                raise self._too_big
            found.append(out)
            piece = self._stream.unconsumed_tail or self._stream.unused_data
        return b"".join(found)


def _kept(mark: str) -> str:
    """Return a mark that may be stored and sent again; an odd one is none, and all is fetched anew."""
    return mark if _KEPT.fullmatch(mark) else ""
