"""PURE: a list of events as an Atom feed (RFC 4287), as bytes.

Everything comes from the records: same input, same bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from markupsafe import escape

from booking.ical.lines import clean

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""When a feed without entries was changed: an Atom feed has to say some moment, and the clock is none."""

_SINCE = 2026  # the year in tag URIs (RFC 4151): a day on which the host was ours
_NOT_XML = str.maketrans("", "", "\ufffe\uffff")


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One event in words. `uid` is its name in calendars, for ever; moments are aware UTC.

    `author` is an association's name; empty: the feed's own. Addresses are absolute.
    """

    uid: str
    title: str
    summary: str
    category: str
    category_label: str
    author: str
    url: str
    published: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class AtomHead:
    """What the feed says of itself. `host` is the service's, `language` a tag such as `fi`."""

    host: str
    language: str
    title: str
    subtitle: str
    author: str
    source: str
    url: str


def atom_bytes(head: AtomHead, entries: Sequence[AtomEntry]) -> bytes:
    """Return the feed, its entries as they come."""
    updated = max((each.updated for each in entries), default=NEVER)
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_text(head.language)}">\n',
        _element("id", f"{_tag_of(head.host)}events:{head.language}"),
        _element("title", head.title),
        _element("subtitle", head.subtitle),
        _element("updated", _moment(updated)),
        _author(head.author),
        _link("self", "application/atom+xml", head.source),
        _link("alternate", "text/html", head.url),
        *map(_entry, entries),
        "</feed>\n",
    ]
    return "".join(parts).encode("utf-8")


def _entry(entry: AtomEntry) -> str:
    name, _at, host = entry.uid.rpartition("@")
    label = f'term="{_text(entry.category)}" label="{_text(entry.category_label)}"'
    parts = [
        "<entry>\n",
        _element("id", _tag_of(host) + quote(name, safe="")),
        _element("title", entry.title),
        _element("updated", _moment(entry.updated)),
        _element("published", _moment(entry.published)),
        _author(entry.author) if entry.author else "",
        _link("alternate", "text/html", entry.url),
        f"<category {label}/>\n",
        _element("summary", entry.summary),
        "</entry>\n",
    ]
    return "".join(parts)


def _element(name: str, text: str) -> str:
    return f"<{name}>{_text(text)}</{name}>\n"


def _author(name: str) -> str:
    return f"<author><name>{_text(name)}</name></author>\n"


def _link(rel: str, kind: str, address: str) -> str:
    return f'<link rel="{rel}" type="{kind}" href="{_text(address)}"/>\n'


def _tag_of(host: str) -> str:
    return f"tag:{quote(host, safe='')},{_SINCE}:"


def _text(words: str) -> str:
    """Return the words on one line, without what XML 1.0 cannot carry, escaped for text and attributes."""
    return str(escape(" ".join(clean(words).translate(_NOT_XML).split())))


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
