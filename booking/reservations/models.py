"""The tables of reservations: what was asked for, and each date of it with its own state."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.accounts.models import User
from booking.db import UTCDateTime
from booking.extensions import Model
from booking.occupancy.models import Claim
from booking.organisations.models import Organisation
from booking.rooms.models import Room

PURPOSES = ("meeting", "rehearsal", "training", "course", "event", "other")
VISIBILITIES = ("public", "private", "event")
STATES = ("pending", "confirmed", "declined", "withdrawn", "expired", "cancelled", "used", "no_show")
PROPOSAL_STATES = ("open", "accepted", "refused", "withdrawn", "expired")
SIDES = ("booker", "owner")
REASON_LENGTH = 500
LONGEST_DAYS = 14


class Reservation(Model):
    """One request: a single use, or a series. Its dates carry the states.

    `organisation_id` is empty when a person books for themselves. `booker_id` is who sent it; `on_behalf`:
    that was the owner's staff, for somebody who phoned (`behalf.models.Behalf`). All dates lie
    in rooms of one owner: dates elsewhere are a request of their own (`Companion`). `pattern` is empty for
    a single use and else the segments of the series (`series.segments_of`).
    """

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint(f"purpose IN {PURPOSES}", name="purpose"),
        CheckConstraint(f"visibility IN {VISIBILITIES}", name="visibility"),
        CheckConstraint("people > 0", name="people"),
        CheckConstraint("price_cents >= 0", name="price_cents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    booker_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    purpose: Mapped[str] = mapped_column(String(20))
    visibility: Mapped[str] = mapped_column(String(20))
    people: Mapped[int] = mapped_column(Integer)
    responsible: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(254), default="")  # phone or mail of the responsible
    note: Mapped[str] = mapped_column(Text, default="")
    terms_version: Mapped[int] = mapped_column(Integer)
    pattern: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    on_behalf: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    price_cents: Mapped[int | None] = mapped_column(Integer)  # promised when it was sent; empty: not known
    price_terms: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # quotes.Promise
    approvers_reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    room: Mapped[Room] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    booker: Mapped[User] = relationship()
    occurrences: Mapped[list["Occurrence"]] = relationship(
        back_populates="reservation", order_by="Occurrence.starts_at"
    )


class Occurrence(Model):
    """One date of a reservation. Times are the use alone; the claim adds the turnaround stored here.

    The database refuses more than LONGEST_DAYS (migration 0004), so what overlaps a week is found by
    its start.
    `slot_starts_at` is the start it was first asked for: it names the date for ever, also when it moves; a
    series that moves to other days takes the slots of all its dates along.
    `sequence` rises with every change that a calendar shows. `pending_holds`: it takes its space while it
    awaits a decision. `is_exception`: it was changed by itself, so an edit of the series leaves it alone;
    `is_dropped`: an edit of the series ended it, so another edit may ask for the same slot anew.
    """

    __tablename__ = "occurrences"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("ends_at > starts_at", name="order"),
        CheckConstraint("own_people > 0", name="own_people"),
        CheckConstraint("attendance >= 0", name="attendance"),
        Index(None, "room_id", "starts_at"),
        Index(None, "state", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), index=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    slot_starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    turnaround_minutes: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id", ondelete="SET NULL"), unique=True)
    uid: Mapped[str] = mapped_column(String(300), unique=True)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    pending_holds: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    is_exception: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    is_dropped: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    own_title: Mapped[str | None] = mapped_column(String(120))  # empty: the reservation's
    own_people: Mapped[int | None] = mapped_column(Integer)  # empty: the reservation's
    attendance: Mapped[int | None] = mapped_column(Integer)  # how many came, told after the use
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)

    reservation: Mapped[Reservation] = relationship(back_populates="occurrences")
    room: Mapped[Room] = relationship()
    claim: Mapped[Claim | None] = relationship()
    proposals: Mapped[list["Proposal"]] = relationship(
        back_populates="occurrence", order_by="Proposal.id", lazy="selectin"
    )

    @property
    def title(self) -> str:
        """What this date is called: by its own name or by the reservation's."""
        return self.own_title or self.reservation.title

    @property
    def people(self) -> int:
        """How many people come on this date."""
        return self.own_people or self.reservation.people

    @property
    def proposal(self) -> "Proposal | None":
        """The other time or room that awaits an answer, if there is one."""
        return next((each for each in self.proposals if each.state == "open"), None)


SHOWN_TITLE = func.coalesce(Occurrence.own_title, Reservation.title)
"""`Occurrence.title` in a statement."""
SHOWN_PEOPLE = func.coalesce(Occurrence.own_people, Reservation.people)
"""`Occurrence.people` in a statement."""


class Proposal(Model):
    """Another time or room for one date, that one side proposes and the other accepts or refuses.

    The owner's is a counter-offer for a pending date, or a wish to move a confirmed one, and takes the new
    slot by a claim of its own until `deadline_at`. The booker's is a move of a confirmed date that needs the
    owner's consent: then the date's own claim takes the old and the new slot, and this one's is empty.
    `is_alone`: it is not what the series wants, so the date becomes an exception where it is carried out.
    """

    __tablename__ = "proposals"
    __table_args__ = (
        CheckConstraint(f"side IN {SIDES}", name="side"),
        CheckConstraint(f"state IN {PROPOSAL_STATES}", name="state"),
        CheckConstraint("ends_at > starts_at", name="order"),
        Index(
            "uq_proposals_open",
            "occurrence_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "state", "deadline_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    occurrence_id: Mapped[int] = mapped_column(ForeignKey("occurrences.id"), index=True)
    side: Mapped[str] = mapped_column(String(10))
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    turnaround_minutes: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10), default="open")
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claims.id", ondelete="SET NULL"), unique=True)
    deadline_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    message: Mapped[str] = mapped_column(String(REASON_LENGTH), default="")  # the owner's words, erasable
    is_alone: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    occurrence: Mapped[Occurrence] = relationship(back_populates="proposals")
    room: Mapped[Room] = relationship()


class Companion(Model):
    """A request that was sent together with another, because some dates lie in rooms of another owner."""

    __tablename__ = "companions"

    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), primary_key=True)
    main_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), index=True)


class Reason(Model):
    """The words given with one step of the history. Erasable, unlike the step itself."""

    __tablename__ = "reasons"

    id: Mapped[int] = mapped_column(primary_key=True)
    audit_entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entries.id"), unique=True)
    reservation_id: Mapped[int] = mapped_column(ForeignKey("reservations.id"), index=True)
    text: Mapped[str] = mapped_column(String(REASON_LENGTH))
