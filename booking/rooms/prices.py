"""The table of a room's prices: one source of truth for pages, search, sheets and the API."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from booking.extensions import Model
from booking.rooms.pricing import AGES, BASES, CUSTOMERS, MOST_CENTS, SHARE, RoomPrice


class RoomPriceRow(Model):
    """One price of a room (`pricing.RoomPrice`). A room without any costs nobody knows what: never "free"."""

    __tablename__ = "room_prices"
    __table_args__ = (
        CheckConstraint(f"customer IN {CUSTOMERS}", name="customer"),
        CheckConstraint(f"age IN {AGES}", name="age"),
        CheckConstraint(f"basis IN {(*BASES, SHARE)}", name="basis"),
        CheckConstraint(
            f"amount BETWEEN 0 AND {MOST_CENTS} AND (basis <> 'free' OR amount = 0)"
            " AND (basis <> 'share' OR amount BETWEEN 1 AND 100)",
            name="amount",
        ),
        Index("uq_room_prices_for_whom", "room_id", "customer", "age", "basis", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id"))
    customer: Mapped[str] = mapped_column(String(20))
    age: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int] = mapped_column(Integer)

    @classmethod
    def of(cls, price: RoomPrice) -> "RoomPriceRow":
        """Return the row of a price, not yet of a room."""
        return cls(customer=price.customer, age=price.age, basis=price.basis, amount=price.amount)

    @property
    def price(self) -> RoomPrice:
        """The row as a value."""
        return RoomPrice(self.customer, self.age, self.basis, self.amount)
