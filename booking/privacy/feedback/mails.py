"""The mail of feedback: to the administrators in their language, to the sender in the one they wrote in."""

from datetime import datetime

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.i18n import speaking
from booking.outbox.message import Message
from booking.privacy.feedback.forms import KINDS
from booking.privacy.feedback.models import Feedback
from booking.web.addresses import outside_url
from booking.web.filters import date_long


def received(found: Feedback, administrator: User, until: datetime) -> Message:
    """Compose the mail that feedback has come."""
    with speaking(administrator.language):
        subject = _("Palautetta palvelusta – Imatran tilat")
        return _about(found, administrator, subject, until, "feedback_received")


def reminder(found: Feedback, administrator: User, until: datetime) -> Message:
    """Compose the mail that feedback still waits for its answer."""
    with speaking(administrator.language):
        subject = _("Palaute odottaa vastausta – Imatran tilat")
        return _about(found, administrator, subject, until, "feedback_reminder")


def answered(found: Feedback) -> Message:
    """Compose the answer to who sent feedback."""
    with speaking(found.language):
        subject = _("Vastaus palautteeseesi – Imatran tilat")
        body = _(
            "Hei,\n\nkiitos palautteesta. Vastauksemme:\n\n%(answer)s\n\nKirjoitit meille:\n\n%(text)s\n",
            answer=found.answer,
            text=found.text,
        )
    return Message("feedback_answered", found.reply_to, found.language, subject, body, "feedback", found.id)


def _about(found: Feedback, reader: User, subject: str, until: datetime, kind: str) -> Message:
    body = _(
        "Hei,\n\npalvelusta on tullut palautetta.\n\nAihe: %(kind)s\nSivu: %(page)s\n\n%(text)s\n\n"
        "Vastaa viimeistään %(day)s:\n%(link)s\n",
        kind=str(KINDS[found.kind]),
        page=found.page or _("ei kerrottu"),
        text=found.text,
        day=date_long(until),
        link=outside_url("feedback.received"),
    )
    return Message(kind, reader.email, reader.language, subject, body, "feedback", found.id)
