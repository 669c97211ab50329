"""What the interface says, in each of its languages."""

import re

from babel.support import Translations

from tests.support.settings import ROOT

LANGUAGES = ("fi", "sv", "en")


def words(text: str, language: str) -> re.Pattern[str]:
    """Return a pattern of a Finnish text of the interface in that language, whatever its parameters."""
    if language != "fi":
        catalogue = Translations.load(str(ROOT / "booking" / "translations"), [language])
        text = catalogue.gettext(text)
    return re.compile(".+".join(re.escape(part) for part in re.split(r"%\(\w+\)s", text)))
