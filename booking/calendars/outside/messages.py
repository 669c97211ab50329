"""The mail that tells an owner which reservations a calendar from outside meets: one for each reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import current_app, render_template

from booking.access.roles import Right
from booking.accounts.models import User
from booking.calendars.outside.models import OutsideSource
from booking.i18n import speaking
from booking.organisations.membership import actor_of, people_with
from booking.outbox.message import Message
from booking.outbox.service import post
from booking.reservations.changes import room_of
from booking.reservations.in_the_way import Conflict, told_of
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.web.addresses import outside_url

KIND: Final = "outside_clashes"
LISTED: Final = 40  # dates told one by one; of the rest their number


@dataclass(frozen=True, slots=True)
class Line:
    """One date that an event meets, as far as the reader may know it."""

    room: str
    use: Interval
    who: str
    title: str
    is_pending: bool


def tell_approvers(
    source: OutsideSource, conflicts: Sequence[Conflict], *, now: datetime, besides: int | None
) -> None:
    """Write one mail to each of the owner's approvers about these dates, `besides` to who has seen them."""
    owner_id = room_of(source.room_id).owner_id
    if not conflicts or owner_id is None:
        return
    for approver in people_with(Right.DECIDE, owner_id):
        if approver.id != besides:
            with speaking(approver.language):
                message = _compose(approver, source, conflicts)
            post(message, now=now)


def _compose(reader: User, source: OutsideSource, conflicts: Sequence[Conflict]) -> Message:
    """Return the mail: the template's first line is the subject, the rest the body."""
    text = render_template(
        "emails/calendars/outside_clashes.txt",
        room=room_name(room_of(source.room_id)),
        count=len(conflicts),
        dates=[_line(reader, each) for each in conflicts[:LISTED]],
        more=max(0, len(conflicts) - LISTED),
        address=outside_url("outside.show_source", source_id=source.id),
        base_url=current_app.config["SETTINGS"].base_url,
    )
    subject, _, body = text.strip().partition("\n")
    return Message(
        kind=KIND,
        recipient=reader.email,
        language=reader.language,
        subject=subject.strip(),
        body=body.strip() + "\n",
        subject_kind="outside_source",
        subject_id=source.id,
    )


def _line(reader: User, conflict: Conflict) -> Line:
    date = conflict.occurrence
    who, title, _reference = told_of(date.reservation, date.title, actor_of(reader))
    return Line(
        room=room_name(room_of(date.room_id)),
        use=Interval(date.starts_at, date.ends_at),
        who=who,
        title=title,
        is_pending=conflict.is_pending,
    )
