"""The columns of the rooms' sheet: what each holds, how its cells are read and written.

An empty cell is an empty (unknown) fact; a column the file does not have leaves what is stored as it is.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from booking.rooms import notation
from booking.rooms.faults import Unreadable
from booking.rooms.models import FEATURES, KINDS, STATES, Room
from booking.rooms.notation import Exceptional, KnownFeature
from booking.rooms.own_rules import RULES
from booking.rooms.pricing import ANY_AGE, EVERYONE, FREE, HOUR, RoomPrice
from booking.rooms.rule_columns import APPROVALS, GRIDS, WHO_MAY_BOOK
from booking.rooms.rules import BOUNDS
from booking.timetable.openings import Weekly

NEEDED = ("slug", "name_fi", "kind", "venue")
OWNER_KINDS = ("city", "parish", "association")


@dataclass(frozen=True, slots=True)
class Column:
    """One column that holds one attribute; `empty` is what an empty cell means."""

    name: str
    attribute: str
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    empty: Any = None
    needed: bool = False

    def value_of(self, cell: str) -> Any:
        """Return what a cell says. Raises Unreadable."""
        if cell:
            return self.read(cell)
        if self.needed:
            raise Unreadable("sheet_empty")
        return self.empty

    def cell_of(self, value: Any) -> str:
        """Return the cell that says this value."""
        return "" if value is None or value == "" else self.write(value)


def _text(longest: int | None, cell: str) -> str:
    if longest is not None and len(cell) > longest:
        raise Unreadable("sheet_too_long", length=len(cell), most=longest)
    return cell


def _minutes(name: str, default: int, least: int, most: int) -> Column:
    return Column(name, name, partial(notation.read_whole, least=least, most=most), empty=default)


def _rule_names(cell: str) -> list[str]:
    wanted = {notation.read_choice(part, RULES) for part in notation.parts_of(cell)}
    return [name for name in RULES if name in wanted]


def _grid(cell: str) -> int:
    return int(notation.read_choice(cell, [str(grid) for grid in GRIDS]))


def _one_of(name: str, choices: tuple[str, ...], default: str = "", *, needed: bool = False) -> Column:
    return Column(name, name, partial(notation.read_choice, choices=choices), empty=default, needed=needed)


def _words(name: str, attribute: str, longest: int | None, *, needed: bool = False) -> Column:
    return Column(name, attribute, partial(_text, longest), empty="", needed=needed)


def _figure(value: float) -> str:
    return f"{value:.10g}"


VENUE_COLUMNS = (
    _words("venue", "name", 120, needed=True),
    _words("district", "district", 60),
    _words("street_address", "street_address", 120),
    Column("latitude", "latitude", partial(notation.read_number, least=-90, most=90), _figure),
    Column("longitude", "longitude", partial(notation.read_number, least=-180, most=180), _figure),
)
ROOM_COLUMNS = (
    _words("name_fi", "name", 120, needed=True),
    _words("name_sv", "name_sv", 120),
    _words("name_en", "name_en", 120),
    _one_of("kind", KINDS, needed=True),
    _one_of("state", STATES, "published"),
    Column("capacity", "capacity", partial(notation.read_whole, least=1)),
    Column("area_m2", "area_m2", partial(notation.read_number, least=0, most=1_000_000), _figure),
    _one_of("who_may_book", WHO_MAY_BOOK, "associations"),
    _one_of("approval", APPROVALS, "by_approver"),
    Column("pending_holds", "pending_holds", notation.read_yes_no, notation.write_yes_no, empty=False),
    Column("grid_minutes", "grid_minutes", _grid, empty=30),
    _minutes("shortest_minutes", 30, *BOUNDS["shortest_minutes"]),
    _minutes("longest_minutes", 720, *BOUNDS["longest_minutes"]),
    _minutes("turnaround_minutes", 0, *BOUNDS["turnaround_minutes"]),
    _minutes("notice_minutes", 120, *BOUNDS["notice_minutes"]),
    _minutes("longest_ahead_months", 12, *BOUNDS["longest_ahead_months"]),
    _minutes("cancellation_days", 7, *BOUNDS["cancellation_days"]),
    Column("most_active", "most_active", partial(notation.read_whole, least=1)),
    Column("own_rules", "own_rules", _rule_names, "; ".join, empty=[]),
    Column("open_on_holidays", "open_on_holidays", notation.read_yes_no, notation.write_yes_no, empty=False),
    _words("description", "description", None),
    _words("terms", "terms", None),
    _minutes("terms_version", 1, 1, 1_000_000),
    _words("contact", "contact", 200),
    _words("access_instructions", "access_instructions", None),
    _words("sourced_facts", "sourced_facts", 500),
    _words("source", "source", 300),
    Column("published_at", "published_at", notation.read_moment, notation.write_moment),
    Column("example_facts", "example_facts", notation.parts_of, "; ".join, empty=[]),
)
FEATURES_COLUMN = Column(
    "features", "features", partial(notation.read_features, known=FEATURES), notation.write_features, empty=[]
)
HOURS_COLUMN = Column("opening_hours", "opening_hours", notation.read_hours, notation.write_hours, empty=[])
EXCEPTIONS_COLUMN = Column(
    "opening_exceptions",
    "opening_exceptions",
    notation.read_exceptions,
    notation.write_exceptions,
    empty=[],
)
PRICES_COLUMN = Column("prices", "prices", notation.read_prices, notation.write_prices, empty=[])
# One price for everyone by the hour, the plain way to write it; `prices` says it too
PRICE_COLUMN = Column("price_eur_per_hour", "prices", notation.read_cents, notation.write_cents)
LIST_COLUMNS = (FEATURES_COLUMN, PRICES_COLUMN, HOURS_COLUMN, EXCEPTIONS_COLUMN)
SLUG_COLUMN = Column("slug", "slug", notation.read_slug, needed=True)
PARTS_COLUMN = Column("parts", "parts", notation.parts_of, "; ".join, empty=[])
VENUE_SLUG_COLUMN = Column("venue_slug", "slug", notation.read_slug)
OWNER_COLUMNS = (
    _words("owner", "name", 120),
    Column("owner_slug", "slug", notation.read_slug),
    Column("owner_kind", "kind", partial(notation.read_choice, choices=OWNER_KINDS), empty="association"),
)

ALL_COLUMNS = (
    SLUG_COLUMN,
    ROOM_COLUMNS[0],
    *ROOM_COLUMNS[1:4],
    VENUE_COLUMNS[0],
    VENUE_SLUG_COLUMN,
    *OWNER_COLUMNS,
    *VENUE_COLUMNS[1:],
    PARTS_COLUMN,
    *ROOM_COLUMNS[4:7],
    PRICE_COLUMN,
    *ROOM_COLUMNS[7:20],
    *LIST_COLUMNS,
    *ROOM_COLUMNS[20:],
)


def price_for_everyone(prices: Sequence[RoomPrice]) -> int | None:
    """Return the cents an hour that `price_eur_per_hour` holds: of a room that has this one price alone."""
    if len(prices) == 1 and prices[0] in (everyone_pays(prices[0].amount), everyone_pays(0)):
        return prices[0].amount
    return None


def everyone_pays(cents: int | None) -> RoomPrice:
    """Return the row of one price an hour for everyone."""
    return RoomPrice(EVERYONE, ANY_AGE, HOUR if cents else FREE, cents or 0)


def list_of(room: Room, column: Column) -> list[Any]:
    """Return a room's features, prices, hours or exceptions as the sheet knows them."""
    if column is PRICES_COLUMN:
        return [row.price for row in room.prices]
    if column is FEATURES_COLUMN:
        return [KnownFeature(row.feature, row.present, row.checked_on) for row in room.features]
    if column is HOURS_COLUMN:
        return [
            Weekly(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to)
            for row in room.opening_hours
        ]
    return [Exceptional(row.on_date, row.opens, row.closes) for row in room.opening_exceptions]
