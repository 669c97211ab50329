"""PURE: what a use of a room costs whom, and the rules by which one price of several applies.

Prices are rows: for a customer group and an age, free or so many cents an hour, a use or a season. A row that
names the group or the age goes before one for everyone; of rows that fit equally well, the one that costs
this booker least counts (so an association's season price caps what its hours would cost). A room whose price
is a share takes the rows of the whole it lies in.

Hours are hours that pass, not differences of wall clocks: a use over a change of the clocks costs an hour
less in spring and an hour more in autumn than its times say.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from booking.timetable.interval import Interval
from booking.timetable.seasons import season_of
from booking.timetable.zone import local_date

EVERYONE, ANY_AGE = "everyone", "any"
CUSTOMERS: Final = (EVERYONE, "association", "group", "person", "company")
AGES: Final = (ANY_AGE, "under_18", "over_65")
FREE, HOUR, USE, SEASON, SHARE = "free", "hour", "use", "season", "share"
BASES: Final = (FREE, HOUR, USE, SEASON)
MOST_CENTS: Final = 100_000_00
_CUSTOMER_OF: Final = {"": "person", "association": "association", "group": "group"}
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, order=True)
class RoomPrice:
    """One row. `amount`: cents for each `basis`, 0 where it is free; a share has percent of the whole's."""

    customer: str
    age: str
    basis: str
    amount: int

    @property
    def precision(self) -> int:
        """How narrowly the row says whom it is for."""
        return (self.customer != EVERYONE) + (self.age != ANY_AGE)

    @property
    def key(self) -> tuple[str, str, bool]:
        """What a room has one row of: for whom, and whether for a season or for single uses."""
        return self.customer, self.age, self.basis == SEASON


@dataclass(frozen=True, slots=True)
class Charge:
    """What uses of one room come to by one row: cents, and what was counted."""

    row: RoomPrice
    cents: int
    elapsed: timedelta
    uses: int
    seasons: int


def customer_of(organisation_kind: str) -> str:
    """Return the customer group of an organisation's kind, of a person alone for "".

    A city or a parish that books pays what everyone does.
    """
    return _CUSTOMER_OF.get(organisation_kind, EVERYONE)


def twice(prices: Iterable[RoomPrice]) -> list[int]:
    """Return the places of the rows that say of somebody what an earlier row says already."""
    seen: set[tuple[str, str, bool]] = set()
    found = []
    for place, price in enumerate(prices):
        if price.basis == SHARE:
            continue
        if price.key in seen:
            found.append(place)
        seen.add(price.key)
    return found


def share_of(prices: Iterable[RoomPrice]) -> int | None:
    """Return the percent that a room takes of its whole's price; None where its prices are its own."""
    return next((price.amount for price in prices if price.basis == SHARE), None)


def shared(whole: Iterable[RoomPrice], percent: int) -> tuple[RoomPrice, ...]:
    """Return a part's prices: so many percent of the whole's, each rounded half up to cents."""
    return tuple(replace(price, amount=half_up(price.amount * percent, 100)) for price in whole)


def whole_of(room: int, spaces: Mapping[int, frozenset[int]]) -> int | None:
    """Return the smallest other room that has all spaces of a room and more; None: there is none."""
    wholes = [other for other, its in spaces.items() if its > spaces[room]]
    return min(wholes, key=lambda other: (len(spaces[other]), other), default=None)


def in_force(
    own: Mapping[int, tuple[RoomPrice, ...]], spaces: Mapping[int, frozenset[int]]
) -> dict[int, tuple[RoomPrice, ...]]:
    """Return all rooms' prices, by id, with shares worked out. A share of what is not known is not known."""
    found: dict[int, tuple[RoomPrice, ...]] = {}
    for room in sorted(own, key=lambda each: -len(spaces[each])):  # wholes before their parts
        percent = share_of(own[room])
        whole = whole_of(room, spaces) if percent is not None else None
        found[room] = own[room] if percent is None else shared(found.get(whole or 0, ()), percent)
    return found


def rows_for(prices: Iterable[RoomPrice], customer: str, age: str = ANY_AGE) -> tuple[RoomPrice, ...]:
    """Return the rows that apply to a customer group and an age; none: what they pay is not known."""
    fitting = [
        price
        for price in prices
        if price.customer in (EVERYONE, customer) and price.age in (ANY_AGE, age) and price.basis != SHARE
    ]
    best = max((price.precision for price in fitting), default=0)
    return tuple(price for price in fitting if price.precision == best)


def ages_told_apart(prices: Iterable[RoomPrice]) -> tuple[str, ...]:
    """Return the ages that a booker is asked to choose among; empty where no price depends on it."""
    named = {price.age for price in prices}
    return tuple(age for age in AGES if age == ANY_AGE or age in named) if named - {ANY_AGE} else ()


def charge(rows: Iterable[RoomPrice], uses: Sequence[Interval], zone: ZoneInfo) -> Charge | None:
    """Return what the uses of one room cost by the cheapest of the rows; None where there is no row."""
    charges = [_charge(row, uses, zone) for row in rows]
    return min(charges, key=lambda each: each.cents, default=None)


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient rounded to a whole number, a half upwards. Both are at least 0."""
    return (2 * numerator + denominator) // (2 * denominator)


def _charge(row: RoomPrice, uses: Sequence[Interval], zone: ZoneInfo) -> Charge:
    """An hour's price is rounded for each date by itself: then a series costs what its dates say."""
    seasons = len({season_of(local_date(use.start, zone)) for use in uses})
    cents = {
        FREE: 0,
        HOUR: sum(half_up(row.amount * _seconds(use.duration), _seconds(_HOUR)) for use in uses),
        USE: row.amount * len(uses),
        SEASON: row.amount * seasons,
    }[row.basis]
    return Charge(row, cents, sum((use.duration for use in uses), timedelta()), len(uses), seasons)


def _seconds(length: timedelta) -> int:
    return length // timedelta(seconds=1)
