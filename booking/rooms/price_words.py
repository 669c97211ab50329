"""Prices in words, in the language spoken now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.i18n import gettext as _
from booking.i18n import language
from booking.rooms.pricing import ANY_AGE, BASES, FREE, HOUR, SEASON, USE, Charge, RoomPrice
from booking.web.filters import duration, number

CUSTOMERS: Final = {
    "everyone": _l("kaikille"),
    "association": _l("yhdistyksille"),
    "group": _l("rekisteröimättömille ryhmille"),
    "person": _l("yksityishenkilöille"),
    "company": _l("yrityksille"),
}
AGES: Final = {
    "any": _l("kaikenikäisiä"),
    "under_18": _l("alle 18-vuotiaita"),
    "over_65": _l("yli 65-vuotiaita"),
}
_FOR_AGES: Final = {"under_18": _l("alle 18-vuotiaat"), "over_65": _l("yli 65-vuotiaat")}
_PER: Final[Mapping[str, Callable[[str], str]]] = {
    HOUR: lambda euros: _("%(euros)s €/t", euros=euros),
    USE: lambda euros: _("%(euros)s €/kerta", euros=euros),
    SEASON: lambda euros: _("%(euros)s €/kausi", euros=euros),
}


@dataclass(frozen=True, slots=True)
class PriceLine:
    """What a customer group pays."""

    group: str
    text: str


def euros(cents: int) -> str:
    """Return an amount without its sign: "12" or "12,50"."""
    whole, rest = divmod(cents, 100)
    point = "." if language() == "en" else ","
    return f"{number(whole)}{point}{rest:02d}" if rest else number(whole)


def amount(cents: int) -> str:
    """Return an amount that is asked for: "12,50 €", "maksuton" for nothing."""
    return _("%(euros)s €", euros=euros(cents)) if cents else _("maksuton")


def rate(price: RoomPrice) -> str:
    """Return a row's price: "10 €/t", "maksuton"."""
    if price.basis == FREE or not price.amount:
        return _("maksuton")
    return _PER[price.basis](euros(price.amount))


def for_whom(price: RoomPrice) -> str:
    """Return whom a row is for: "yhdistyksille, alle 18-vuotiaat"."""
    group = str(CUSTOMERS[price.customer])
    return group if price.age == ANY_AGE else f"{group}, {_FOR_AGES[price.age]}"


def lines(prices: Sequence[RoomPrice]) -> list[PriceLine]:
    """Return all prices of a room, a line a row."""
    return [PriceLine(for_whom(price), rate(price)) for price in prices]


def headline(prices: Sequence[RoomPrice]) -> str | None:
    """Return the prices on one short line: "10 €/t", "alkaen 10 €/t", "maksuton"; None: not known."""
    if not prices:
        return None
    paid = [price for price in prices if price.amount]
    if not paid:
        return _("maksuton")
    cheapest = rate(min(paid, key=lambda price: (BASES.index(price.basis), price.amount)))
    if len({rate(price) for price in paid}) > 1:
        cheapest = _("alkaen %(price)s", price=cheapest)
    return cheapest if len(paid) == len(prices) else _("maksuton tai %(price)s", price=cheapest)


def counted(found: Charge) -> str:
    """Return how a price was counted: "2 t × 10 €/t"; "" where there is nothing to count."""
    row = found.row
    if row.basis == FREE or not row.amount:
        return ""
    times = ngettext("%(num)s kerta", "%(num)s kertaa", found.uses)
    seasons = ngettext("%(num)s kausi", "%(num)s kautta", found.seasons)
    hours = f"{duration(found.elapsed)} × {rate(row)}"
    if row.basis == HOUR:
        return hours if found.uses == 1 else _("%(times)s, yhteensä %(hours)s", times=times, hours=hours)
    return f"{times if row.basis == USE else seasons} × {rate(row)}"
