"""What the interface says, in each of its languages."""

import re
from functools import cache

from babel.support import Translations

from tests.support.settings import ROOT

LANGUAGES = ("fi", "sv", "en")


def words(text: str, language: str, many: str = "", number: int = 1) -> re.Pattern[str]:
    """Return a pattern of a Finnish text of the interface in that language, whatever its parameters.

    A text that depends on a number is asked for with both its forms, `text` and `many`, and that `number`.
    """
    if language != "fi":
        text = catalogue(language).ngettext(text, many, number) if many else catalogue(language).gettext(text)
    elif many and number != 1:
        text = many
    if many:
        text = text.replace("%(num)s", str(number))
    return re.compile(".+".join(re.escape(part) for part in re.split(r"%\(\w+\)s", text)))


@cache
def catalogue(language: str) -> Translations:
    """Return the translations into a language."""
    return Translations.load(str(ROOT / "booking" / "translations"), [language])
