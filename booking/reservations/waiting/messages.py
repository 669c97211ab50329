"""Mail about the waiting list: composed in the reader's language, in the transaction of what it tells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, render_template

from booking.accounts.models import User
from booking.i18n import speaking
from booking.outbox.message import Message
from booking.outbox.service import post, take_back
from booking.reservations.undoing import keeping
from booking.reservations.undoing.keeping import TIME_TO_UNDO
from booking.reservations.waiting.models import WaitingDate, WaitingEntry
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name


@dataclass(frozen=True, slots=True)
class ToldDate:
    """One date in a mail. `place` is its place in the line, `deadline` until when it is offered, if it is."""

    start: datetime
    end: datetime
    place: int | None = None
    deadline: datetime | None = None


def tell(
    kind: str,
    readers: Iterable[User],
    entry: WaitingEntry,
    dates: Sequence[WaitingDate],
    *,
    now: datetime,
    places: Mapping[int, int] | None = None,
) -> None:
    """Post one mail about these dates to each of the people. An offer waits as long as it can be undone."""
    known = places or {}
    told = [
        ToldDate(
            each.starts_at, each.ends_at, known.get(each.id), each.deadline_at if each.claim_id else None
        )
        for each in dates
    ]
    for reader in readers:
        with speaking(reader.language):
            message = _compose(kind, reader, entry, told)
        row = post(message, now=now, wait_seconds=TIME_TO_UNDO if kind == "waiting_offer" else 0)
        if kind == "waiting_offer":
            keeping.posted(row.id)


def take_back_offers(entry: WaitingEntry) -> None:
    """Drop the offers' mails that have not gone out, once none of the entry's dates is offered any more."""
    if not any(each.state == "offered" for each in entry.dates):
        take_back("waiting", entry.id, ["waiting_offer"])


def _compose(kind: str, reader: User, entry: WaitingEntry, dates: Sequence[ToldDate]) -> Message:
    """Return the mail: the template's first line is the subject, the rest the body."""
    base_url = current_app.config["SETTINGS"].base_url
    room = catalogue().by_id[entry.room_id]
    text = render_template(
        f"emails/waiting/{kind}.txt",
        entry=entry,
        room=room,
        name=room_name(room),
        dates=dates,
        at_once=room.rules.approval == "at_once",
        address=f"{base_url}/waiting/{entry.reference}",
        base_url=base_url,
    )
    subject, _, body = text.strip().partition("\n")
    return Message(
        kind=kind,
        recipient=reader.email,
        language=reader.language,
        subject=subject.strip(),
        body=body.strip() + "\n",
        subject_kind="waiting",
        subject_id=entry.id,
    )
