"""Content lines of RFC 5545: cleaning and escaping text, checking addresses, folding at 75 octets.

The icalendar library's value types do the escaping; this module stands between them and us where version
7.3 goes wrong:

- `vText` takes a backslash and a capital N in plain text for a line break: `C:\\New` would lose both;
- its folding may part the two backslashes of an escaped backslash;
- it leaves characters in the text that parsers read differently (controls, Unicode's own line separators).
"""

import re

from icalendar import vText

LIMIT = 75
"""Octets in a line at most, without its CRLF (RFC 5545, 3.1)."""

_NOT_AS_IS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
_DROPPED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")
_COLOUR_NAME = re.compile(r"[A-Za-z]{3,30}")


def clean(text: str) -> str:
    """Return the text as it can be carried by every reader.

    Each kind of line break (CRLF, CR, NEL, Unicode's line and paragraph separators) becomes one newline and
    a tab a space; other control characters and halves of surrogate pairs are dropped. RFC 5545 forbids them
    in a TEXT, and readers that split lines as Python's `splitlines` does would see lines in the middle of a
    value.
    """
    if _NOT_AS_IS.search(text) is None:
        return text
    return _DROPPED.sub("", _LINE_BREAK.sub("\n", text).replace("\t", " "))


def text_value(text: str) -> bytes:
    """Return the text cleaned and escaped as a TEXT value (RFC 5545, 3.3.11)."""
    text = clean(text)
    if "\\N" not in text:
        return vText(text).to_ical()
    # The library would make each of these pairs a line break: it escapes what is between them, we the pairs.
    return b"\\\\N".join(vText(piece).to_ical() for piece in text.split("\\N"))


def uri_value(uri: str) -> bytes:
    """Return an absolute address as a URI value, which is not escaped and so must be plain ASCII already.

    Raises ValueError on anything else: a line break in it would start a property of its own.
    """
    if _URI.fullmatch(uri) is None:
        raise ValueError(f"not an absolute address in ASCII: {uri!r}")
    return uri.encode("ascii")


def colour_value(name: str) -> bytes:
    """Return the name of a CSS3 colour as COLOR takes it (RFC 7986, 5.9).

    Raises ValueError on what cannot be such a name, as `#ff0000`.
    """
    if _COLOUR_NAME.fullmatch(name) is None:
        raise ValueError(f"not the name of a CSS3 colour: {name!r}")
    return name.lower().encode("ascii")


def line(name: bytes, value: bytes) -> bytes:
    """Return one content line, folded, with its CRLF.

    `name` is the property's name with its parameters, `value` is escaped UTF-8 without line breaks. A fold
    never comes inside a UTF-8 character, nor between a backslash and what it escapes.
    """
    whole = name + b":" + value
    if len(whole) <= LIMIT:
        return whole + b"\r\n"
    parts = []
    start, room = 0, LIMIT
    while len(whole) - start > room:
        end = _cut(whole, start, start + room)
        parts.append(whole[start:end])
        start, room = end, LIMIT - 1  # the space that opens a continuation line counts too
    parts.append(whole[start:])
    return b"\r\n ".join(parts) + b"\r\n"


def unfolded(calendar: str) -> str:
    """Return a calendar with each content line on one line (RFC 5545, 3.1)."""
    return calendar.replace("\r\n ", "").replace("\r\n\t", "")


def refolded(calendar: str) -> str:
    """Return an unfolded calendar with its lines folded again."""
    lines = calendar.split("\r\n")
    return (
        "".join(
            line(*each.encode("utf-8").split(b":", 1)).decode("utf-8") if ":" in each else f"{each}\r\n"
            for each in lines[:-1]
        )
        + lines[-1]
    )


def _cut(whole: bytes, start: int, end: int) -> int:
    """Return the last place at or before `end` where the line may be parted."""
    while whole[end] & 0b1100_0000 == 0b1000_0000:  # a continuation byte of UTF-8
        end -= 1
    stretch = whole[start:end]
    backslashes = len(stretch) - len(stretch.rstrip(b"\\"))
    # A stretch never begins inside an escape, so of an odd number of backslashes at its end the last is open.
    return end - backslashes % 2
