"""The daily mail of approvers who have chosen it: what came since the last one, and what still waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import current_app, render_template
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.desk.approvals.open_dates import by_reservation, waiting_for
from booking.desk.approvals.queue import requests
from booking.desk.approvals.waiting_words import waited
from booking.extensions import db
from booking.i18n import speaking
from booking.organisations.membership import actor_of
from booking.outbox.message import Message
from booking.outbox.service import post
from booking.reservations.changes import room_of
from booking.reservations.digest.choice import URGENT, next_digest
from booking.reservations.digest.models import DigestItem, MailChoice
from booking.reservations.models import Reservation
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.web.addresses import outside_url

KIND: Final = "daily_digest"
AT_ONCE: Final = 20  # people a run; the next run takes the rest
LISTED: Final = 60  # lines of each list in a mail; of the rest their number

NEWS: Final = {
    "request_to_decide": _l("Uusi pyyntö"),
    "edited_by_booker": _l("Varaaja muutti varausta"),
    "withdrawn_by_booker": _l("Varaaja perui pyynnön"),
    "cancelled_by_booker": _l("Varaaja perui varauksen"),
    "given_back": _l("Varaaja luovutti ajan takaisin"),
    "offer_accepted": _l("Varaaja hyväksyi ehdotuksen"),
    "offer_refused": _l("Varaaja ei hyväksynyt ehdotusta"),
    "offer_expired": _l("Ehdotukseen ei vastattu ajoissa"),
    "move_withdrawn": _l("Varaaja perui siirtopyynnön"),
    "move_expired": _l("Siirtopyyntö vanheni"),
    "question_answered": _l("Varaaja vastasi kysymykseen"),
}
OTHER_NEWS: Final = _l("Varauksessa on muutos")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what has happened or how long it has waited, who and what, where and when, the address."""

    what: str
    who: str
    title: str
    room: str
    use: Interval
    more: int
    address: str
    is_near: bool = False


def send_digests(*, now: datetime) -> int:
    """Write the daily mails that are due, some at a time, in the caller's transaction; return to how many.

    Each is moved on to the next morning in the same transaction, under a lock: several workers never write
    it twice, and after a pause of days there is one, not one for each day.
    """
    due = db.session.scalars(
        select(MailChoice)
        .where(MailChoice.next_digest_at <= now)
        .order_by(MailChoice.next_digest_at, MailChoice.user_id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for choice in due:
        _send(choice.user, now, with_waiting=choice.is_daily)
        choice.next_digest_at = next_digest(now) if choice.is_daily else None
    db.session.flush()
    return len(due)


def _send(reader: User, now: datetime, *, with_waiting: bool) -> None:
    actor = actor_of(reader)
    items = db.session.scalars(
        select(DigestItem)
        .where(DigestItem.user_id == reader.id)
        .order_by(DigestItem.id)
        .options(
            joinedload(DigestItem.reservation).options(
                joinedload(Reservation.room),
                joinedload(Reservation.organisation),
                joinedload(Reservation.booker),
                selectinload(Reservation.occurrences),
            )
        )
    ).all()
    with speaking(reader.language):
        news = [_news(each) for each in items if actor.has(Right.DECIDE, each.reservation.room.owner_id)]
        waiting = _waiting(actor, now) if with_waiting else []
        if reader.is_active and (news or waiting):
            post(_compose(reader, news, waiting), now=now)
    for each in items:
        db.session.delete(each)


def _news(item: DigestItem) -> Line:
    reservation = item.reservation
    dates = reservation.occurrences
    first = next((each for each in dates if each.starts_at > item.created_at), dates[0])
    return Line(
        what=str(NEWS.get(item.kind, OTHER_NEWS)),
        who=_who(reservation),
        title=reservation.title,
        room=room_name(room_of(first.room_id)),
        use=Interval(first.starts_at, first.ends_at),
        more=len(dates) - 1,
        address=outside_url("reservations.show", reference=reservation.reference),
    )


def _waiting(actor: Actor, now: datetime) -> list[Line]:
    """Return what awaits this person's decision, what has waited longest first. A few statements."""
    dates = by_reservation(waiting_for(actor, now).own)
    known = requests(list(dates))
    lines = []
    for number, own in sorted(dates.items(), key=lambda each: (min(d.asked_at for d in each[1]), each[0])):
        reservation, wanted = known[number], own[0].wanted
        lines.append(
            Line(
                what=waited(now - min(each.asked_at for each in own)),
                who=_who(reservation),
                title=reservation.title,
                room=room_name(room_of(wanted.room_id)),
                use=Interval(wanted.start, wanted.end),
                more=len(own) - 1,
                address=outside_url("approvals.approve", reference=reservation.reference),
                is_near=own[0].slot.start - now <= URGENT,
            )
        )
    return lines


def _who(reservation: Reservation) -> str:
    return reservation.organisation.name if reservation.organisation else reservation.booker.name


def _compose(reader: User, news: Sequence[Line], waiting: Sequence[Line]) -> Message:
    """Return the mail: the template's first line is the subject, the rest the body."""
    facts: dict[str, Any] = {
        "news": news[:LISTED],
        "more_news": max(0, len(news) - LISTED),
        "waiting": waiting[:LISTED],
        "more_waiting": max(0, len(waiting) - LISTED),
        "number_waiting": len(waiting),
        "number_news": len(news),
        "queue": outside_url("approvals.queue"),
        "settings": outside_url("approvals.settings"),
        "base_url": current_app.config["SETTINGS"].base_url,
    }
    text = render_template("emails/desk/daily_digest.txt", **facts)
    subject, _, body = text.strip().partition("\n")
    body = body.strip() + "\n"
    return Message(KIND, reader.email, reader.language, subject.strip(), body, "user", reader.id)
