"""The price of a request or a reservation in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from booking.i18n import gettext as _
from booking.reservations.models import Reservation
from booking.reservations.quotes import Dates, Place, Promise, Quote, quote, quote_after, quote_of
from booking.rooms.facts import RoomFacts
from booking.rooms.price_words import amount, counted, for_whom, rate
from booking.timetable.interval import Interval

RATE = "rate"


@dataclass(frozen=True, slots=True)
class PriceShown:
    """A price on a page: the amount or the rate, and how it came about, a line a room.

    `mark`: what a form carries once it has shown this price: the cents, or "rate" while nobody has said when.
    """

    amount: str
    counted: Sequence[str] = ()
    mark: str = ""

    @property
    def line(self) -> str:
        """All of it on one line: for mail."""
        return f"{self.amount} ({'; '.join(self.counted)})" if self.counted else self.amount


def asked_price(
    room: RoomFacts, booked: Sequence[tuple[RoomFacts, Interval]], customer: str, age: str
) -> PriceShown:
    """Return the price of what is being asked for: of its dates, or while there are none the room's rate."""
    rooms = {each.id: each for each, _use in booked} | {room.id: room}
    promise = Promise.of(rooms.values(), customer, age)
    if not booked:
        return rate_of(promise, room)
    return price_of(quote(promise, [(each.id, use) for each, use in booked]))


def price_of(found: Quote | None) -> PriceShown:
    """Return the price of dates; of a reservation older than prices that it is not known."""
    if found is None or found.cents is None:
        return unknown_price()
    how = [", ".join(part for part in (counted(each), for_whom(each.row)) if part) for each in found.charges]
    return PriceShown(amount(found.cents), how, str(found.cents))


def price_change(
    reservation: Reservation, places: Mapping[int, Place | None], new: Dates = ()
) -> tuple[str, str] | None:
    """Return the price before and after a change (see `quote_after`), or None where it stays the same."""
    before, after = quote_of(reservation), quote_after(reservation, places, new)
    if before is None or after is None or before.cents == after.cents:
        return None
    return price_of(before).amount, price_of(after).amount


def price_changes(reservation: Reservation, places: Mapping[int, Place | None]) -> str:
    """Return the price before and after a change as a sentence, or "" where it stays the same."""
    changed = price_change(reservation, places)
    return _("Hinta muuttuu: %(old)s → %(new)s", old=changed[0], new=changed[1]) if changed else ""


def rate_of(promise: Promise, room: RoomFacts) -> PriceShown:
    """Return what a use costs while nobody has said when: "10 €/t", "maksuton"."""
    rows = promise.rows[room.slug]
    if not rows:
        return unknown_price()
    rates = [*dict.fromkeys(map(rate, rows))]
    words = reduce(lambda first, second: _("%(first)s tai %(second)s", first=first, second=second), rates)
    mark = RATE if any(row.amount for row in rows) else "0"
    return PriceShown(words, [*dict.fromkeys(map(for_whom, rows))], mark)


def unknown_price() -> PriceShown:
    """Return that nobody has said what it costs: that is not "free"."""
    return PriceShown(_("ei tietoa"), mark="unknown")
