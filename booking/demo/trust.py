"""What people see of how their data is kept: who looked at the choir's contacts, and feedback to answer."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from booking.access.actor import VISITOR
from booking.accounts.service import user_with_email
from booking.demo.people import address
from booking.demo.timeline import Timeline
from booking.extensions import db
from booking.privacy.feedback.service import Words, send
from booking.reservations.contacts.log import add
from booking.reservations.models import Reservation

_LOOKED_AT: Final = 3
_WRITTEN: Final = timedelta(days=3)
_SEEN: Final = timedelta(hours=5)
_WORDS: Final = (
    "Päivän nauha on pitkä kuunnella: ruudunlukija lukee jokaisen tilan, ennen kuin pääsen omaan"
    " huoneeseeni. Voisiko alkuun saada linkin suoraan tilan kohdalle?"
)


def plan_trust(timeline: Timeline) -> None:
    """Plan that a visitor writes about accessibility and that the approver looks at the choir's contacts."""
    timeline.add(timeline.now - _WRITTEN, _write)
    timeline.add(timeline.now - _SEEN, _look)


def _write(moment: datetime) -> None:
    words = Words("accessibility", _WORDS, "/day", "kuulija@demo.example")
    send(words, language="fi", actor=VISITOR, address=None, now=moment)


def _look(moment: datetime) -> None:
    booker, approver = (user_with_email(address(mailbox)) for mailbox in ("varaaja", "paattaja"))
    if booker is None or approver is None:
        raise LookupError("the demonstration's people are made before they look at each other")
    theirs = select(Reservation.id).where(Reservation.booker_id == booker.id, Reservation.contact != "")
    latest = db.session.scalars(theirs.order_by(Reservation.id.desc()).limit(_LOOKED_AT)).all()
    add(latest, approver.id, page="reservations.show", now=moment)
