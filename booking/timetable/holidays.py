"""Finnish public holidays, by date and in the user's language.

Source of the rule: the statutory holidays are the church's holidays (New Year's Day, Epiphany, Good Friday,
Easter, Ascension Day, Pentecost, Midsummer Day, All Saints' Day, Christmas), May Day and Independence Day.
Christmas Eve and Midsummer Eve are not statutory, but the Annual Holidays Act (162/2005, section 4) keeps
them out of the working days and everything is closed: here both count as holidays. Easter Saturday does not,
halls being in use on it.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import holidays

Language = Literal["fi", "sv", "en"]

_LOCALES: dict[str, str] = {"fi": "fi", "sv": "sv_FI", "en": "en_US"}


def public_holiday(on: date, language: Language = "fi") -> str | None:
    """The holiday's name in Finnish, Swedish or English; None on other days. Other languages: ValueError."""
    return _holidays(on.year, language).get(on)


def is_public_holiday(on: date) -> bool:
    """Whether the date is a public holiday of Finland."""
    return on in _holidays(on.year, "fi")


@lru_cache(maxsize=512)
def _holidays(year: int, language: str) -> MappingProxyType[date, str]:
    if language not in _LOCALES:
        raise ValueError(f"no holiday names in {language!r}")
    # A copy as a plain dict: the library's own mapping parses keys and fills in years on every look-up.
    return MappingProxyType(dict(holidays.country_holidays("FI", years=year, language=_LOCALES[language])))
