"""What owners and bookers write to each other about a request that awaits its decision."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.db import UTCDateTime
from booking.extensions import Model
from booking.reservations.models import REASON_LENGTH, SIDES


class QuestionMessage(Model):
    """A question of the owner's or an answer of the booker's side. Erasable: the history has its id only."""

    __tablename__ = "question_messages"
    __table_args__ = (CheckConstraint(f"side IN {SIDES}", name="side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    text: Mapped[str] = mapped_column(String(REASON_LENGTH))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)

    author: Mapped[User] = relationship()
