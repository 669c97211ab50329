"""One reservation as a file for a calendar program: all its dates, told as the feeds tell them."""

from datetime import UTC, datetime

from booking.access.actor import Actor
from booking.calendars.feeds import Feed
from booking.i18n import gettext as _
from booking.reservations.models import Reservation
from booking.reservations.queries import find
from booking.rooms.catalogue import catalogue
from booking.versions.service import Scope, current

EVER = datetime(2000, 1, 1, tzinfo=UTC)
"""Before anything was booked: the file has no history to cut off."""


def of_reservation(reference: str, actor: Actor) -> Feed:
    """Return a reservation's dates, as much of them as this reader may see.

    To its own people and its approvers all is told as in their secret feeds, to others as in the public ones.
    Raises NotFound for what the reader may not see.
    """
    reservation, sight = find(reference, actor)
    rooms = catalogue()
    # every change of a reservation raises its booker's version, whoever makes it
    counter = current(Scope.USER, [reservation.booker_id])[reservation.booker_id]
    return Feed(
        path=f"/reservations/{reference}.ics",
        page=f"/reservations/{reference}",
        name=lambda: reservation.title,
        description=lambda: _("Varaus %(reference)s", reference=reference),
        rooms=rooms,
        which=Reservation.id == reservation.id,
        version=(rooms.stamp, sight.value, counter),
        sight=sight,
    )
