"""The exchange of a request as pages show it: to both sides, and to nobody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.extensions import db
from booking.reservations import policy
from booking.reservations.models import Reservation
from booking.reservations.policy import Sight
from booking.reservations.questions.models import QuestionMessage
from booking.reservations.questions.service import dates_to_ask_about


class Standing(StrEnum):
    """Whose turn it is."""

    AWAITS = "awaits"
    """The owner has asked, the booker's side has not answered."""
    ANSWERED = "answered"


WORDS = {Standing.AWAITS: _l("odottaa vastausta"), Standing.ANSWERED: _l("vastattu")}
LOOKS = {Standing.AWAITS: "waiting", Standing.ANSWERED: "free"}


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who wrote it, when, for which side."""

    side: str
    who: str
    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What has been asked and answered, oldest first. `can_answer`: this reader, now."""

    messages: Sequence[Said] = ()
    standing: Standing | None = None
    is_open: bool = False
    can_answer: bool = False

    @property
    def look(self) -> str:
        """The state whose drawing it has."""
        return LOOKS[self.standing] if self.standing else ""

    @property
    def words(self) -> str:
        """Whose turn it is, in words; nobody's once the request is decided."""
        return str(WORDS[self.standing]) if self.standing and self.is_open else ""


def exchange(reservation: Reservation, seen: Sight, actor: Actor, now: datetime) -> Exchange:
    """Return what both sides have written, to those who see all of the reservation. One statement."""
    if seen is not Sight.FULL:
        return Exchange()
    rows = db.session.execute(
        select(QuestionMessage.side, User.name, QuestionMessage.created_at, QuestionMessage.text)
        .join(User, User.id == QuestionMessage.author_id)
        .where(QuestionMessage.reservation_id == reservation.id)
        .order_by(QuestionMessage.id)
    )
    said = [Said(*row) for row in rows]
    if not said:
        return Exchange()
    is_open = bool(dates_to_ask_about(reservation, now))
    books = policy.acts_for_booker(reservation, actor, Right.BOOK)
    return Exchange(said, _standing(said[-1].side), is_open, is_open and books)


def standings(references: Collection[str]) -> dict[str, Exchange]:
    """Return whose turn it is with those of these requests that have been asked about. One statement.

    The messages are left out. For requests that await a decision: their exchange is open.
    """
    if not references:
        return {}
    last = (
        select(func.max(QuestionMessage.id))
        .join(Reservation, Reservation.id == QuestionMessage.reservation_id)
        .where(Reservation.reference.in_(references))
        .group_by(QuestionMessage.reservation_id)
    )
    rows = db.session.execute(
        select(Reservation.reference, QuestionMessage.side)
        .join(QuestionMessage, QuestionMessage.reservation_id == Reservation.id)
        .where(QuestionMessage.id.in_(last))
    )
    return {reference: Exchange(standing=_standing(side), is_open=True) for reference, side in rows}


def _standing(side: str) -> Standing:
    return Standing.AWAITS if side == "owner" else Standing.ANSWERED
