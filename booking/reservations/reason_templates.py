"""An owner's ready-made reasons: written once in three languages, sent in the booker's."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, Index, Integer, String, select
from sqlalchemy.orm import Mapped, mapped_column

from booking.db import UTCDateTime
from booking.errors import RuleViolation, Violation
from booking.extensions import Model, db
from booking.reservations.messages import bookers_side
from booking.reservations.models import Reservation
from booking.reservations.reasons import words_of

LONGEST_TEMPLATE: Final = 400  # leaves room for own words in what is sent


class ReasonTemplate(Model):
    """One reason for a refusal. An empty translation is sent in Finnish."""

    __tablename__ = "reason_templates"
    __table_args__ = (Index(None, "owner_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    position: Mapped[int] = mapped_column(Integer)
    text_fi: Mapped[str] = mapped_column(String(LONGEST_TEMPLATE))
    text_sv: Mapped[str] = mapped_column(String(LONGEST_TEMPLATE), default="")
    text_en: Mapped[str] = mapped_column(String(LONGEST_TEMPLATE), default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    def text(self, language: str) -> str:
        """Return the text that a reader of this language gets."""
        return {"sv": self.text_sv, "en": self.text_en}.get(language, "") or self.text_fi


def templates_of(owner_ids: Collection[int]) -> list[ReasonTemplate]:
    """Return the templates of these owners in their order. One statement."""
    query = select(ReasonTemplate).where(ReasonTemplate.owner_id.in_(owner_ids))
    return list(
        db.session.scalars(
            query.order_by(ReasonTemplate.owner_id, ReasonTemplate.position, ReasonTemplate.id)
        )
    )


def language_of(reservation: Reservation) -> str:
    """Return the language in which the booker's side is written to."""
    readers = bookers_side(reservation)
    return readers[0].language if readers else reservation.booker.language


def worded(reservation: Reservation, template_id: int | None, own: str) -> str:
    """Return the reason as it is sent: the template in the booker's language, then the approver's own words.

    Raises RuleViolation for a template that is not (any more) the room's owner's, and for too long a reason.
    """
    if template_id is None:
        return words_of(own)
    template = db.session.get(ReasonTemplate, template_id)
    if template is None or template.owner_id != reservation.room.owner_id:
        raise RuleViolation([Violation("unknown_template", "template")])
    return words_of(f"{template.text(language_of(reservation))}\n{own.strip()}")
