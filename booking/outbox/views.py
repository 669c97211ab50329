"""The mail of the demonstration, to be read in the browser instead of a mailbox."""

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.errors import NotFound
from booking.extensions import db
from booking.outbox.envelope import CALENDAR_FILE
from booking.outbox.filling import body_of
from booking.outbox.models import OutboxMessage

blueprint = Blueprint("outbox", __name__)

SHOWN = 100  # the newest: a demonstration is read from the top


@dataclass(frozen=True, slots=True)
class ShownMail:
    """One mail as the page shows it. `sent_at` None: waiting, or given up."""

    id: int
    to: str
    subject: str
    body: str
    sent_at: datetime | None
    state: str
    method: str
    """What its calendar part does, "" when it has none."""


@blueprint.get("/demo/mail", defaults={"message_id": None})
@blueprint.get("/demo/mail/<int(max=2147483647):message_id>")
@requires(Permission.DEMO)
def demo_mail(message_id: int | None) -> ResponseReturnValue:
    """Show the newest mails, or one of them."""
    if message_id is not None:
        row = db.session.get(OutboxMessage, message_id)
        if row is None:
            raise NotFound
        return render_template("outbox/demo_mail.html", message=_shown(row), messages=())
    newest = select(OutboxMessage).order_by(OutboxMessage.created_at.desc(), OutboxMessage.id.desc())
    rows = db.session.scalars(newest.limit(SHOWN))
    return render_template("outbox/demo_mail.html", message=None, messages=[_shown(row) for row in rows])


@blueprint.get("/demo/mail/<int(max=2147483647):message_id>/" + CALENDAR_FILE)
@requires(Permission.DEMO)
def demo_calendar(message_id: int) -> ResponseReturnValue:
    """Give what a mail has attached for the calendar."""
    row = db.session.get(OutboxMessage, message_id)
    if row is None or not row.calendar:
        raise NotFound
    answer = Response(row.calendar, content_type="text/calendar; charset=utf-8")
    answer.headers.set("Content-Disposition", "attachment", filename=CALENDAR_FILE)
    return answer


def _shown(row: OutboxMessage) -> ShownMail:
    state = "sent" if row.delivered_at else "given_up" if row.given_up_at else "waiting"
    method = row.calendar_method or ""
    return ShownMail(row.id, row.recipient, row.subject, body_of(row), row.delivered_at, state, method)
