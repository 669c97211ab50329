"""The two seasons of the year by which shifts are given out and no-shows are counted.

Source of the rule: cities give out regular shifts from September to May and those of June to August apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

SeasonName = Literal["winter", "summer"]

_JUNE: Final = 6
_SEPTEMBER: Final = 9


@dataclass(frozen=True, slots=True)
class Season:
    """A season from its first date to its last, both held; a winter runs over New Year."""

    name: SeasonName
    first: date
    last: date


def season_of(on: date) -> Season:
    """The season the date is in: September to May is winter, June to August summer."""
    if _JUNE <= on.month < _SEPTEMBER:
        return Season("summer", date(on.year, _JUNE, 1), date(on.year, _SEPTEMBER, 1) - timedelta(days=1))
    begins = on.year if on.month >= _SEPTEMBER else on.year - 1
    return Season("winter", date(begins, _SEPTEMBER, 1), date(begins + 1, _JUNE, 1) - timedelta(days=1))
