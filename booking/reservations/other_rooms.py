"""How another room that is offered differs from the one that was asked for."""

from booking.i18n import gettext as _
from booking.rooms.facts import RoomFacts
from booking.rooms.price_words import headline


def differences(other: RoomFacts, room: RoomFacts) -> str:
    """Return what differs in approval and price: "omistaja hyväksyy, 45 €/t"; "" where nothing does."""
    said = []
    at_once = other.rules.approval == "at_once"
    if at_once != (room.rules.approval == "at_once"):
        said.append(str(_("vahvistuu heti") if at_once else _("omistaja hyväksyy")))
    if other.prices != room.prices:
        said.append(headline(other.prices) or str(_("hinta ei tiedossa")))
    return ", ".join(said)
