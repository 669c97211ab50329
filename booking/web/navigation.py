"""What the frame of every page knows: the menu, the language, who is here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app, g, request
from flask_babel import lazy_gettext
from markupsafe import Markup

from booking.i18n import language
from booking.web.addresses import language_field, language_url

# In the order of the menu. Whoever may not open a page does not see it.
MENU: Final = (
    ("availability.search", lazy_gettext("Etsi tila")),
    ("rooms.list_rooms", lazy_gettext("Tilat")),
    ("reservations.day", lazy_gettext("Päivä")),
    ("organisations.list_organisations", lazy_gettext("Yhdistykset")),
    ("reservations.my", lazy_gettext("Omat varaukset")),
    ("approvals.queue", lazy_gettext("Hyväksynnät")),
    ("desk.overview", lazy_gettext("Omistajan pöytä")),
    ("calendars.mine", lazy_gettext("Kalenterit")),
    ("admin.overview", lazy_gettext("Ylläpito")),
)


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the menu."""

    label: str
    endpoint: str
    current: bool


def init_app(app: Flask, may_open: Callable[[str], bool]) -> None:
    """Give the frame's facts to every template. None of them reads the database."""

    def menu() -> list[MenuItem]:
        return [
            MenuItem(str(label), endpoint, request.endpoint == endpoint)
            for endpoint, label in MENU
            if endpoint in current_app.view_functions and may_open(endpoint)
        ]

    def frame() -> dict[str, Any]:
        return {
            "lang": language(),
            # for what owners have written in one language only: a screen reader must know which
            "finnish": Markup("") if language() == "fi" else Markup('lang="fi"'),
            "language_url": language_url,
            "language_field": language_field,
            "navigation": menu() if request else [],
            "actor": g.get("actor"),
            "demo": current_app.config["DEMO"],
            "release": current_app.config["RELEASE"],
        }

    app.context_processor(frame)
