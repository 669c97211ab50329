"""The tables of venues, rooms, spaces, facts and opening hours."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.clock import now
from booking.db import UTCDateTime
from booking.extensions import Model, db
from booking.organisations.models import Organisation
from booking.rooms.prices import RoomPriceRow
from booking.rooms.rule_columns import RuleColumns, rule_checks

KINDS = ("hall", "meeting", "sports", "event", "studio", "kitchen", "youth", "village", "outdoor")
STATES = ("draft", "published", "retired")
ACCESSIBILITY = ("step_free", "accessible_toilet", "lift", "induction_loop", "guide_dogs")
EQUIPMENT = ("kitchen", "projector", "sound_system", "piano", "stage", "wifi", "whiteboard", "changing_rooms")
FEATURES = ACCESSIBILITY + EQUIPMENT


class Venue(Model):
    """A place with an address that holds rooms. Empty coordinates and address are unknown."""

    __tablename__ = "venues"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    district: Mapped[str] = mapped_column(String(60), default="")
    street_address: Mapped[str] = mapped_column(String(120), default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=now)  # feeds' LAST-MODIFIED


class Space(Model):
    """What can be occupied. A room that cannot be divided has one, a whole hall has its halves'."""

    __tablename__ = "spaces"

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))

    venue: Mapped[Venue] = relationship()


room_spaces = Table(
    "room_spaces",
    db.metadata,
    Column("room_id", ForeignKey("rooms.id"), primary_key=True),
    Column("space_id", ForeignKey("spaces.id"), primary_key=True, index=True),
)


class Room(RuleColumns, Model):
    """What one books, with its facts and its rules. An empty fact is unknown, never "no".

    Its rules are the values in force, its own and those that follow the owner's defaults alike.
    A room without an owner is shown and cannot be booked.
    """

    __tablename__ = "rooms"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        *rule_checks(),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    venue_id: Mapped[int] = mapped_column(ForeignKey("venues.id"), index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    name_sv: Mapped[str] = mapped_column(String(120), default="")
    name_en: Mapped[str] = mapped_column(String(120), default="")
    kind: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), default="published")
    capacity: Mapped[int | None] = mapped_column(Integer)
    area_m2: Mapped[float | None] = mapped_column(Float)
    description: Mapped[str] = mapped_column(Text, default="")
    # what they were before is asked for when they change (`rooms.terms`)
    terms: Mapped[str] = mapped_column(Text, default="", active_history=True)
    terms_version: Mapped[int] = mapped_column(Integer, default=1, active_history=True)
    contact: Mapped[str] = mapped_column(String(200), default="")
    access_instructions: Mapped[str] = mapped_column(Text, default="")  # only with a confirmed reservation
    source: Mapped[str] = mapped_column(String(300), default="")
    sourced_facts: Mapped[str] = mapped_column(String(500), default="")
    example_facts: Mapped[list[str]] = mapped_column(
        JSON, default=list
    )  # names of facts made up for the demo

    own_rules: Mapped[list[str]] = mapped_column(
        JSON, default=list, server_default=text("'[]'")
    )  # the rest follow the owner's defaults (`rooms.own_rules`)
    open_on_holidays: Mapped[bool] = mapped_column(Boolean, default=False)
    published_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # the first time; its address is fixed
    changed_at: Mapped[datetime | None] = mapped_column(UTCDateTime, onupdate=now)  # feeds' LAST-MODIFIED

    venue: Mapped[Venue] = relationship()
    owner: Mapped[Organisation | None] = relationship()
    spaces: Mapped[list[Space]] = relationship(secondary=room_spaces, order_by=Space.id)
    features: Mapped[list["RoomFeature"]] = relationship(
        order_by="RoomFeature.id", cascade="all, delete-orphan"
    )
    prices: Mapped[list[RoomPriceRow]] = relationship(order_by=RoomPriceRow.id, cascade="all, delete-orphan")
    opening_hours: Mapped[list["OpeningHoursRow"]] = relationship(
        order_by="OpeningHoursRow.id", cascade="all, delete-orphan"
    )
    opening_exceptions: Mapped[list["OpeningExceptionRow"]] = relationship(
        order_by="OpeningExceptionRow.id", cascade="all, delete-orphan"
    )


class OwnerRules(RuleColumns, Model):
    """An owner's default rules. An owner without them has those of `RoomRules`."""

    __tablename__ = "owner_rules"
    __table_args__ = rule_checks()

    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RoomFeature(Model):
    """One known fact: the room has the feature or has not. What has no row is unknown."""

    __tablename__ = "room_features"
    __table_args__ = (
        CheckConstraint(f"feature IN {FEATURES}", name="feature"),
        Index("uq_room_features_room_feature", "room_id", "feature", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    feature: Mapped[str] = mapped_column(String(30))
    present: Mapped[bool] = mapped_column(Boolean)
    checked_on: Mapped[date | None] = mapped_column(Date)


class OpeningHoursRow(Model):
    """One weekly interval. Minutes after local midnight; `closes` past 1440 is after midnight."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        CheckConstraint("opens BETWEEN 0 AND 1439", name="opens"),
        CheckConstraint("closes > opens AND closes <= opens + 1440", name="closes"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="season"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"), index=True)
    weekday: Mapped[int] = mapped_column(Integer)  # 0 is Monday
    opens: Mapped[int] = mapped_column(Integer)
    closes: Mapped[int] = mapped_column(Integer)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class OpeningExceptionRow(Model):
    """One interval of a date that differs from its week; empty minutes mean closed all day."""

    __tablename__ = "opening_exceptions"
    __table_args__ = (
        CheckConstraint(
            "(opens IS NULL AND closes IS NULL) OR "
            "(opens BETWEEN 0 AND 1439 AND closes > opens AND closes <= opens + 1440)",
            name="hours",
        ),
        Index(None, "room_id", "on_date"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    on_date: Mapped[date] = mapped_column(Date)
    opens: Mapped[int | None] = mapped_column(Integer)
    closes: Mapped[int | None] = mapped_column(Integer)


class SchoolBreak(Model):
    """A school break, first and last day included, at one venue or (empty) at all of them."""

    __tablename__ = "school_breaks"
    __table_args__ = (CheckConstraint("last_day >= first_day", name="order"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    venue_id: Mapped[int | None] = mapped_column(ForeignKey("venues.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
