"""What a request has come to at the moment it is sent, in one sentence."""

from collections import Counter

from flask_babel import ngettext
from sqlalchemy import select

from booking.extensions import db
from booking.reservations.lifecycle import State
from booking.reservations.models import Companion, Occurrence, Reservation


def what_was_sent(reservation: Reservation, waited: int) -> str:
    """Return "7 aikaa vahvistettu, 1 odottaa käsittelyä, 1 jonossa"; "" where all dates stand alike.

    `waited`: how many dates are waited for beside it. What was sent along counts too. One statement.
    """
    along = db.session.scalars(
        select(Occurrence.state)
        .join(Companion, Companion.reservation_id == Occurrence.reservation_id)
        .where(Companion.main_id == reservation.id)
    )
    counts = Counter([*(each.state for each in reservation.occurrences), *along])
    confirmed, pending = counts[State.CONFIRMED.value], counts[State.PENDING.value]
    words = [
        ngettext("%(num)s aika vahvistettu", "%(num)s aikaa vahvistettu", confirmed) if confirmed else "",
        ngettext("%(num)s odottaa käsittelyä", "%(num)s odottaa käsittelyä", pending) if pending else "",
        ngettext("%(num)s jonossa", "%(num)s jonossa", waited) if waited else "",
    ]
    said = [str(each) for each in words if each]
    return ", ".join(said) if len(said) > 1 else ""
