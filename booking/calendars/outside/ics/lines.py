"""PURE: from the bytes of a file to its content lines (RFC 5545, 3.1), each with the number it begins on.

Forgiving where nothing is lost by it: any line ends, marks of byte order, lines folded inside a character,
Latin-1, NULs, blank lines. What is no content line is left to whoever needed it.
"""

import codecs
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_MARKS = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# Nothing is tried in two ways (`*+`), as a line may be all quotation marks, and megabytes long.
_LINE = re.compile(
    r'[ \t]*+([A-Za-z0-9-]++)[ \t]*+((?:;[^":;]*+(?:"[^"]*+"[^":;]*+){0,20}+){0,20}+):(.*)', re.DOTALL
)
_PARAMETER = re.compile(r'[ \t]*([A-Za-z0-9-]+)[ \t]*=[ \t]*(?:"([^"]*)"|([^";]*))')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Property:
    """One content line: names in capitals, the value as it is written. `line` counts from 1."""

    line: int
    name: str
    value: str
    parameters: Mapping[str, str]


def content_lines(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield each unfolded line that is not blank, with the number of the physical line it begins on."""
    number, whole = 0, bytearray()
    for at, raw in enumerate(io.BytesIO(_plain(data)), start=1):
        line = raw.rstrip(b"\n").replace(b"\0", b"")
        if line[:1] in (b" ", b"\t") and whole:
            whole += line[1:]
        elif line.strip():
            if whole:
                yield number, bytes(whole)
            number, whole = at, bytearray(line)
    if whole:
        yield number, bytes(whole)


def read_property(number: int, line: bytes) -> Property | None:
    """Return the line's parts, or None for one that is no content line."""
    found = _LINE.fullmatch(text(line))
    if found is None:
        return None
    name, parameters, value = found.groups()
    return Property(number, name.upper(), value.strip(), _parameters(parameters))


def text(line: bytes) -> str:
    """Return a line's text: UTF-8, and what is not that as Windows' Latin-1, which is always something."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def plain_text(value: str, most: int) -> str:
    """Return a TEXT value for people: unescaped, on one line, without control characters, `most` long."""
    unescaped = _ESCAPED.sub(lambda found: " " if found[1] in "nN" else found[1], value[: most * 8])
    return " ".join(_CONTROL.sub(" ", unescaped).split())[:most].rstrip()


def _plain(data: bytes) -> bytes:
    """Return the bytes with line feeds only and without a mark of byte order, UTF-16 as UTF-8."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            data = data.decode(encoding, "replace").lstrip("\ufeff").encode("utf-8", "replace")
    return data.removeprefix(codecs.BOM_UTF8).replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _parameters(written: str) -> dict[str, str]:
    if not written:
        return {}
    return {name.upper(): quoted or plain.strip() for name, quoted, plain in _PARAMETER.findall(written)}
