"""The pages of one room at the desk, in the order in which a new room is opened."""

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app
from flask_babel import lazy_gettext as _l


@dataclass(frozen=True, slots=True)
class Part:
    """One page: its endpoint, which takes the room's `slug`, its name and what one does there."""

    endpoint: str
    name: Any
    about: Any


# Other parts of the desk add theirs here by their names: a page that is not there is not shown
PARTS: Final = (
    Part("desk_hours.hours", _l("Aukiolo"), _l("Viikon tunnit, kaudet ja poikkeukset.")),
    Part("desk_rooms.facts", _l("Tiedot"), _l("Nimi, kuvaus, koko, esteettömyys ja varusteet.")),
    Part("desk_rooms.photos", _l("Kuvat"), _l("Kuvat ja niiden tekstit.")),
    Part("desk_rooms.prices", _l("Hinnat"), _l("Mitä kukin ryhmä maksaa.")),
    Part("desk_rules.rules", _l("Säännöt"), _l("Kuka saa varata, miten pitkään ja milloin.")),
    Part("desk_rooms.terms", _l("Ehdot"), _l("Mihin varaaja sitoutuu.")),
    Part("desk_rooms.key", _l("Avain"), _l("Miten sisään pääsee. Näkyy vain varaajalle.")),
    Part("desk_rooms.parts", _l("Osat"), _l("Jaa sali osiin, joita varataan erikseen.")),
    Part("desk_rooms.preview", _l("Esikatselu"), _l("Sivu sellaisena kuin muut sen näkevät.")),
)


def parts() -> list[Part]:
    """Return the pages that are there."""
    return [each for each in PARTS if each.endpoint in current_app.view_functions]
