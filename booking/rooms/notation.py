"""PURE: hours, features and figures as text that people write into a sheet, and back.

Reading raises Unreadable with a code and the figures of its sentence.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from booking.rooms.faults import Unreadable
from booking.rooms.pricing import (
    AGES,
    ANY_AGE,
    BASES,
    CUSTOMERS,
    EVERYONE,
    FREE,
    SHARE,
    RoomPrice,
    share_of,
    twice,
)
from booking.timetable.openings import MINUTES_A_DAY, Weekly

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*-\s*([0-9]{1,2}):([0-9]{2})")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_YES_NO = {"yes": True, "no": False}
_MOST_CENTS = 100_000_00


@dataclass(frozen=True, slots=True, order=True)
class Exceptional:
    """One opening of one date instead of its week's; without minutes the date is closed."""

    on_date: date
    opens: int | None
    closes: int | None


@dataclass(frozen=True, slots=True, order=True)
class KnownFeature:
    """A feature that is there or is not, and when somebody last looked."""

    feature: str
    present: bool
    checked_on: date | None


def read_slug(text: str) -> str:
    """Return a slug, at most 80 letters."""
    if not _SLUG.fullmatch(text) or len(text) > 80:
        raise Unreadable("sheet_not_slug", text=text)
    return text


def read_whole(text: str, least: int, most: int = 2_147_483_647) -> int:
    """Return a whole number within the bounds."""
    if not re.fullmatch(r"-?[0-9]{1,10}", text) or not least <= int(text) <= most:
        code = "sheet_not_whole_between" if most < 2_147_483_647 else "sheet_not_whole"
        raise Unreadable(code, text=text, least=least, most=most)
    return int(text)


def read_number(text: str, least: float, most: float) -> float:
    """Return a number within the bounds; a comma may stand for the point."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not least <= number <= most:
        raise Unreadable("sheet_not_number", text=text, least=f"{least:g}", most=f"{most:g}")
    return number


def read_cents(text: str) -> int:
    """Return euros as cents."""
    try:
        cents = Decimal(text.replace(",", ".")) * 100
    except InvalidOperation:
        cents = Decimal(-1)
    if not cents.is_finite() or not 0 <= cents <= _MOST_CENTS or cents != int(cents):
        raise Unreadable("sheet_not_price", text=text)
    return int(cents)


def write_cents(cents: int) -> str:
    """Return cents as euros."""
    return str(cents // 100) if cents % 100 == 0 else f"{cents // 100}.{cents % 100:02}"


def read_prices(text: str) -> list[RoomPrice]:
    """Read `everyone hour 20; association/under_18 free; person season 150`, or `share 50` of the whole's."""
    parts = parts_of(text)
    found = [_read_price(part) for part in parts]
    repeated = twice(found)
    if repeated:
        raise Unreadable("sheet_price_twice", text=parts[repeated[0]])
    if share_of(found) is not None and len(found) > 1:
        raise Unreadable("sheet_share_alone", text=text)
    return found


def write_prices(prices: Iterable[RoomPrice]) -> str:
    """Write prices as `read_prices` reads them."""
    return "; ".join(map(_write_price, prices))


def _read_price(part: str) -> RoomPrice:
    words = part.split()
    if len(words) == 2 and words[0] == SHARE:
        return RoomPrice(EVERYONE, ANY_AGE, SHARE, read_whole(words[1], 1, 100))
    if len(words) != (2 if FREE in words[1:2] else 3):
        raise Unreadable("sheet_not_prices", text=part)
    customer, _, age = words[0].partition("/")
    return RoomPrice(
        read_choice(customer, CUSTOMERS),
        read_choice(age or ANY_AGE, AGES),
        read_choice(words[1], BASES),
        read_cents(words[2]) if len(words) == 3 else 0,
    )


def _write_price(price: RoomPrice) -> str:
    if price.basis == SHARE:
        return f"{SHARE} {price.amount}"
    whom = price.customer if price.age == ANY_AGE else f"{price.customer}/{price.age}"
    return (
        f"{whom} {price.basis}"
        if price.basis == FREE
        else f"{whom} {price.basis} {write_cents(price.amount)}"
    )


def read_yes_no(text: str) -> bool:
    """Return what yes and no mean."""
    if text not in _YES_NO:
        raise Unreadable("sheet_not_yes_no", text=text)
    return _YES_NO[text]


def write_yes_no(value: bool) -> str:
    """Return yes or no."""
    return "yes" if value else "no"


def read_choice(text: str, choices: Sequence[str]) -> str:
    """Return one of the choices."""
    if text not in choices:
        raise Unreadable("sheet_not_choice", text=text, choices=", ".join(choices))
    return text


def read_moment(text: str) -> datetime:
    """Return the moment of `2027-01-12T16:00:00Z`."""
    try:
        return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
    except ValueError:
        raise Unreadable("sheet_not_moment", text=text) from None


def write_moment(moment: datetime) -> str:
    """Return a moment as `read_moment` reads it."""
    return moment.astimezone(UTC).strftime(_MOMENT)


def parts_of(text: str) -> list[str]:
    """Return what stands between semicolons."""
    return [part.strip() for part in text.split(";") if part.strip()]


def read_hours(text: str) -> list[Weekly]:
    """Read `mon-thu 10:00-22:00; fri,sat 18:00-01:00 2027-06-01..2027-08-31`: days, hours, season.

    A closing that is not after its opening lies on the next day.
    """
    found = []
    for part in parts_of(text):
        days, _, rest = part.partition(" ")
        hours, _, season = rest.strip().partition(" ")
        opens, closes = _read_hours(hours)
        first, last = _read_season(season.strip())
        found += [Weekly(weekday, opens, closes, first, last) for weekday in _read_days(days)]
    return sorted(found, key=_order)


def write_hours(rows: Iterable[Weekly]) -> str:
    """Write weekly hours as `read_hours` reads them, days with the same hours together."""
    days: dict[tuple[date | None, date | None, int, int], list[int]] = {}
    for row in sorted(rows, key=_order):
        days.setdefault((row.valid_from, row.valid_to, row.opens, row.closes), []).append(row.weekday)
    parts = []
    for (first, last, opens, closes), weekdays in days.items():
        season = f" {first or ''}..{last or ''}" if first or last else ""
        parts.append(f"{_write_days(weekdays)} {_write_hours(opens, closes)}{season}")
    return "; ".join(parts)


def read_exceptions(text: str) -> list[Exceptional]:
    """Read `2026-12-24 closed; 2026-12-31 18:00-02:00`."""
    found = []
    for part in parts_of(text):
        day, _, hours = part.partition(" ")
        if hours.strip() == "closed":
            found.append(Exceptional(_read_date(day), None, None))
        else:
            found.append(Exceptional(_read_date(day), *_read_hours(hours.strip())))
    return sorted(found, key=lambda each: (each.on_date, each.opens or 0))


def write_exceptions(rows: Iterable[Exceptional]) -> str:
    """Write exceptions as `read_exceptions` reads them."""
    ordered = sorted(rows, key=lambda each: (each.on_date, each.opens or 0))
    return "; ".join(
        f"{each.on_date} closed"
        if each.opens is None or each.closes is None
        else f"{each.on_date} {_write_hours(each.opens, each.closes)}"
        for each in ordered
    )


def read_features(text: str, known: Sequence[str]) -> list[KnownFeature]:
    """Read `step_free=yes 2026-03-01; lift=no`. What is not named is unknown."""
    found = []
    for part in parts_of(text):
        feature, _, value = part.partition("=")
        answer, _, day = value.strip().partition(" ")
        checked_on = _read_date(day.strip()) if day.strip() else None
        found.append(KnownFeature(read_choice(feature.strip(), known), read_yes_no(answer), checked_on))
    if len({each.feature for each in found}) < len(found):
        raise Unreadable("sheet_feature_twice")
    return sorted(found, key=lambda each: each.feature)


def write_features(rows: Iterable[KnownFeature]) -> str:
    """Write features as `read_features` reads them."""
    return "; ".join(
        f"{each.feature}={write_yes_no(each.present)}" + (f" {each.checked_on}" if each.checked_on else "")
        for each in sorted(rows, key=lambda each: each.feature)
    )


def _order(row: Weekly) -> tuple[date, date, int, int, int]:
    return (row.valid_from or date.min, row.valid_to or date.max, row.weekday, row.opens, row.closes)


def _read_days(text: str) -> list[int]:
    days: list[int] = []
    for part in text.lower().split(","):
        first, dash, last = part.partition("-")
        start, end = _weekday(first), _weekday(last if dash else first)
        if end < start:
            raise Unreadable("sheet_days_backwards", text=part)
        days += range(start, end + 1)
    return sorted(set(days))


def _write_days(weekdays: Sequence[int]) -> str:
    runs: list[list[int]] = []
    for weekday in weekdays:
        if runs and runs[-1][-1] == weekday - 1:
            runs[-1].append(weekday)
        else:
            runs.append([weekday])
    names = [(WEEKDAYS[run[0]], WEEKDAYS[run[-1]]) for run in runs]
    return ",".join(first if first == last else f"{first}-{last}" for first, last in names)


def _weekday(text: str) -> int:
    return WEEKDAYS.index(read_choice(text.strip(), WEEKDAYS))


def _read_hours(text: str) -> tuple[int, int]:
    found = _HOURS.fullmatch(text)
    if found is None:
        raise Unreadable("sheet_not_hours", text=text)
    first_hour, first_minute, last_hour, last_minute = map(int, found.groups())
    opens, closes = first_hour * 60 + first_minute, last_hour * 60 + last_minute
    in_order = first_minute < 60 and last_minute < 60 and opens < MINUTES_A_DAY and closes <= MINUTES_A_DAY
    if not in_order:
        raise Unreadable("sheet_not_hours", text=text)
    return opens, closes if closes > opens else closes + MINUTES_A_DAY


def _write_hours(opens: int, closes: int) -> str:
    closing = closes - MINUTES_A_DAY if closes > MINUTES_A_DAY else closes
    return f"{opens // 60:02}:{opens % 60:02}-{closing // 60:02}:{closing % 60:02}"


def _read_season(text: str) -> tuple[date | None, date | None]:
    if not text:
        return None, None
    first, dots, last = text.partition("..")
    if not dots or not (first or last):
        raise Unreadable("sheet_not_season", text=text)
    season = (_read_date(first) if first else None, _read_date(last) if last else None)
    if season[0] and season[1] and season[1] < season[0]:
        raise Unreadable("sheet_season_backwards", text=text)
    return season


def _read_date(text: str) -> date:
    if re.fullmatch(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise Unreadable("sheet_not_date", text=text)
