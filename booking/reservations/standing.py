"""How the dates of a reservation stand, counted in words: for flashes, mails and the approver's queue."""

from collections import Counter
from collections.abc import Collection, Mapping

from flask_babel import ngettext

from booking.accounts.models import User
from booking.reservations.messages import Facts
from booking.reservations.models import Occurrence, Reservation


def counted(many: Counter[str]) -> str:
    """Return "2 vahvistettu, 1 hylätty, 3 odottaa" of the number of dates by state; empty for no dates."""
    words = {
        "confirmed": ngettext("%(num)s vahvistettu", "%(num)s vahvistettu", many["confirmed"]),
        "used": ngettext("%(num)s käytetty", "%(num)s käytetty", many["used"]),
        "no_show": ngettext("%(num)s käyttämättä", "%(num)s käyttämättä", many["no_show"]),
        "declined": ngettext("%(num)s hylätty", "%(num)s hylätty", many["declined"]),
        "withdrawn": ngettext("%(num)s peruttu pyyntö", "%(num)s peruttua pyyntöä", many["withdrawn"]),
        "expired": ngettext("%(num)s vanhentunut", "%(num)s vanhentunutta", many["expired"]),
        "cancelled": ngettext("%(num)s peruttu", "%(num)s peruttu", many["cancelled"]),
        "pending": ngettext("%(num)s odottaa", "%(num)s odottaa", many["pending"]),
    }
    return ", ".join(text for state, text in words.items() if many[state])


def partly(reservation: Reservation, told: Collection[Occurrence]) -> Facts:
    """Return what a mail about some dates of a reservation wants: `rest`, how the other dates stand.

    It is empty when the mail is about all of them.
    """

    def facts(reader: User) -> Mapping[str, object]:
        ids = {each.id for each in told}
        others = Counter(each.state for each in reservation.occurrences if each.id not in ids)
        return {"rest": counted(others), "number": len(reservation.occurrences)}

    return facts
