"""What has been sent into whose calendar."""

from sqlalchemy import Boolean, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from booking.extensions import Model


class SentInvitation(Model):
    """One date as one mail brought it to one person's calendar.

    It goes with its mail: what an undone decision takes back was never sent. `content` is a digest of all
    that the event says but its version (`telling.Date`). The database refuses to tell one SEQUENCE twice.
    """

    __tablename__ = "sent_invitations"
    __table_args__ = (UniqueConstraint("user_id", "occurrence_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    mail_id: Mapped[int] = mapped_column(ForeignKey("outbox_messages.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    sequence: Mapped[int] = mapped_column(Integer)
    cancelled: Mapped[bool] = mapped_column(Boolean)
    content: Mapped[str] = mapped_column(String(64))
