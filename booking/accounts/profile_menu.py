"""The pages of one's own account, in the order of their list."""

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app
from flask_babel import lazy_gettext as _l

# Who builds a page names its endpoint here; what the application does not have is not shown.
PAGES: Final[tuple[tuple[str, Any, Any], ...]] = (
    ("profile.show", _l("Nimi ja kieli"), _l("Miten palvelu sinua puhuttelee.")),
    ("memberships.mine", _l("Omat yhdistykset"), _l("Missä olet mukana ja missä roolissa.")),
    ("profile.email", _l("Sähköposti"), _l("Mihin viestit tulevat.")),
    ("profile.password", _l("Salasana"), _l("Vaihda salasana tai poista se käytöstä.")),
    ("second_factor.show", _l("Kaksivaiheinen kirjautuminen"), _l("Puhelimen koodi salasanan lisäksi.")),
    (
        "profile.sessions",
        _l("Kirjautuneet laitteet"),
        _l("Missä olet kirjautuneena. Kirjaudu ulos kaikkialta."),
    ),
    ("tokens.mine", _l("Rajapinnan avaimet"), _l("Ohjelmille, jotka varaavat puolestasi.")),
    (
        "privacy.mine",
        _l("Tietojeni lataus ja poisto"),
        _l("Mitä sinusta tiedetään, kopio siitä ja tunnuksen poisto."),
    ),
)


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """One line of the list."""

    endpoint: str
    label: str
    note: str


def profile_pages() -> list[ProfilePage]:
    """Return the pages of one's own account that this application has."""
    known = current_app.view_functions
    return [ProfilePage(at, str(label), str(note)) for at, label, note in PAGES if at in known]
