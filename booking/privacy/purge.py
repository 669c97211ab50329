"""Throw away in time what says who somebody was: some at a time, in small transactions of the worker's.

Each function takes a batch in the transaction of its caller and returns how many it has dealt with.
Source of the 24 months: DOMAIN.md, "Privacy and access".
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, and_, delete, func, or_, select, update

from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.privacy.feedback.models import Feedback
from booking.privacy.lines import KEPT_MONTHS, MAIL_WEEKS
from booking.privacy.traces import REMOVED
from booking.reservations.behalf.models import Behalf
from booking.reservations.contacts.models import ContactView
from booking.reservations.models import Occurrence, Proposal, Reason, Reservation
from booking.reservations.questions.models import QuestionMessage
from booking.reservations.waiting.models import WaitingDate, WaitingEntry

AT_ONCE: Final = 200
_log = logging.getLogger(__name__)


def edge_of(now: datetime) -> datetime:
    """Return the moment KEPT_MONTHS before now: the same day and time, on 28 February for a leap day."""
    year = now.year - KEPT_MONTHS // 12
    try:
        return now.replace(year=year)
    except ValueError:
        return now.replace(year=year, day=28)


def forget_contacts(now: datetime) -> int:
    """Empty names, contacts and words of reservations whose last date ended 24 months ago."""
    last = (
        select(func.max(Occurrence.ends_at))
        .where(Occurrence.reservation_id == Reservation.id)
        .scalar_subquery()
    )
    full = or_(Reservation.responsible != REMOVED, Reservation.contact != "", Reservation.note != "")
    ids = _some(select(Reservation.id).where(full, last <= edge_of(now)).order_by(Reservation.id))
    if not ids:
        return 0
    _set(Reservation, Reservation.id.in_(ids), responsible=REMOVED, contact="", note="")
    _set(Behalf, Behalf.reservation_id.in_(ids), caller="")
    _set(QuestionMessage, QuestionMessage.reservation_id.in_(ids), text=REMOVED)
    _set(Reason, Reason.reservation_id.in_(ids), text=REMOVED)
    dates = select(Occurrence.id).where(Occurrence.reservation_id.in_(ids))
    _set(Proposal, Proposal.occurrence_id.in_(dates), message="")
    return _told("contacts of reservations", ids)


def forget_waiting(now: datetime) -> int:
    """Empty names, contacts and words of waiting entries whose last date ended 24 months ago."""
    last = select(func.max(WaitingDate.ends_at)).where(WaitingDate.entry_id == WaitingEntry.id)
    full = or_(WaitingEntry.responsible != REMOVED, WaitingEntry.contact != "", WaitingEntry.note != "")
    query = select(WaitingEntry.id).where(full, last.scalar_subquery() <= edge_of(now))
    ids = _some(query.order_by(WaitingEntry.id))
    _set(WaitingEntry, WaitingEntry.id.in_(ids), responsible=REMOVED, contact="", note="")
    return _told("contacts of waiting entries", ids)


def forget_views(now: datetime) -> int:
    """Delete the log of who was shown contacts 24 months ago."""
    ids = _some(select(ContactView.id).where(ContactView.at <= edge_of(now)).order_by(ContactView.id))
    db.session.execute(delete(ContactView).where(ContactView.id.in_(ids)))
    return _told("views of contacts", ids)


def forget_feedback(now: datetime) -> int:
    """Delete feedback that was answered 24 months ago."""
    ids = _some(select(Feedback.id).where(Feedback.answered_at <= edge_of(now)).order_by(Feedback.id))
    db.session.execute(delete(Feedback).where(Feedback.id.in_(ids)))
    return _told("feedback", ids)


def forget_mail(now: datetime) -> int:
    """Empty the mails that went out, or never will, eight weeks ago; delete those of 24 months ago."""
    done = func.coalesce(OutboxMessage.delivered_at, OutboxMessage.given_up_at)
    old = and_(done <= now - timedelta(weeks=MAIL_WEEKS), OutboxMessage.body != "")
    ids = _some(select(OutboxMessage.id).where(old).order_by(OutboxMessage.id))
    _set(
        OutboxMessage,
        OutboxMessage.id.in_(ids),
        subject=REMOVED,
        body="",
        calendar=None,
        calendar_method=None,
        filling=None,
        last_error=None,
    )
    ancient = _some(select(OutboxMessage.id).where(done <= edge_of(now)).order_by(OutboxMessage.id))
    db.session.execute(delete(OutboxMessage).where(OutboxMessage.id.in_(ancient)))
    return _told("mails", [*ids, *ancient])


PURGES: Final[tuple[Callable[[datetime], int], ...]] = (
    forget_contacts,
    forget_waiting,
    forget_views,
    forget_feedback,
    forget_mail,
)


def _some(query: Select[int]) -> Sequence[int]:
    return db.session.scalars(query.limit(AT_ONCE)).all()


def _set(model: type[Any], condition: Any, **values: object) -> None:
    db.session.execute(update(model).where(condition).values(values))


def _told(what: str, ids: Sequence[int]) -> int:
    if ids:
        _log.info("purged %s: %s", what, len(ids))
    return len(ids)
