"""A calendar program in a process of its own: asks for feeds again and again, and keeps what it was told."""

import gzip
import hashlib
import random
import re
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE_SECONDS = 30
RANKS = {"TENTATIVE": 0, "CONFIRMED": 1, "CANCELLED": 2}
_MARK = re.compile(r"(\w+) (\d+)-(\d+)")

Marks = dict[tuple[str, int, int], int]
"""By word, room and rank, the highest number among the events that have come so far, or further."""


@dataclass(frozen=True)
class Polling:
    """What one process has to do. It goes on until `stop` is there, and then once more."""

    base_url: str
    addresses: list[str]
    stop: Path
    packed: bool
    seed: int


@dataclass(frozen=True)
class Told:
    """One answer, by the clock that all processes share. `digest` is that of the bytes it stands for."""

    address: str
    asked_at: float
    told_at: float
    status: int
    tag: str
    digest: str
    marks: Marks


def poll(polling: Polling) -> list[Told]:
    """Ask for one feed after the other, each time with the tag it has; return all that was told, in order."""
    chance = random.Random(polling.seed)
    held: dict[str, Told] = {}
    found: list[Told] = []
    stopping = False
    while True:
        for address in chance.sample(polling.addresses, len(polling.addresses)):
            held[address] = _ask(polling, address, held.get(address))
            found.append(held[address])
        if stopping:
            return found
        stopping = polling.stop.exists()


def _ask(polling: Polling, address: str, held: Told | None) -> Told:
    connection = HTTPConnection(urlsplit(polling.base_url).netloc, timeout=PATIENCE_SECONDS)
    headers = {"Accept-Encoding": "gzip" if polling.packed else "identity"}
    if held is not None:
        headers["If-None-Match"] = held.tag
    try:
        asked_at = time.monotonic()
        connection.request("GET", address, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        told_at = time.monotonic()
    finally:
        connection.close()
    tag = answer.getheader("ETag") or ""
    if answer.status == 304 and held is not None:
        if body:
            raise AssertionError("a 304 with a body")
        return Told(address, asked_at, told_at, 304, tag, held.digest, held.marks)
    if answer.status != 200:
        raise AssertionError(f"{address} answered {answer.status}")
    plain = gzip.decompress(body) if answer.getheader("Content-Encoding") == "gzip" else body
    digest = hashlib.sha256(plain).hexdigest()
    return Told(address, asked_at, told_at, 200, tag, digest, marks_of(plain))


def marks_of(data: bytes) -> Marks:
    """Return how far everything in a feed has come. Raises AssertionError for what is no whole feed."""
    text = data.replace(b"\r\n ", b"").decode("utf-8")
    if not (text.startswith("BEGIN:VCALENDAR\r\n") and text.endswith("END:VCALENDAR\r\n")):
        raise AssertionError("half a feed")
    marks: Marks = {}
    uids = set()
    for event in text.split("BEGIN:VEVENT\r\n")[1:]:
        lines = dict(line.split(":", 1) for line in event.split("\r\n") if ":" in line)
        if lines["UID"] in uids:
            raise AssertionError(f"{lines['UID']} twice")
        uids.add(lines["UID"])
        mark = _MARK.match(lines["SUMMARY"])
        if mark is None:
            continue
        word, room, number = mark[1], int(mark[2]), int(mark[3])
        for rank in range(RANKS[lines["STATUS"]] + 1):
            key = (word, room, rank)
            marks[key] = max(marks.get(key, 0), number)
    return marks
