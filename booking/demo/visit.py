"""Once the administrator has stood in for the choir's managers, so that a visit can be seen."""

from datetime import datetime, timedelta
from typing import Final

from booking.accounts.service import user_with_email
from booking.demo.people import CHOIR, address
from booking.organisations import stand_ins
from booking.organisations.membership import actor_of

_AGO: Final = timedelta(days=2)
_REASON: Final = "Kuoron hallinto pyysi puhelimessa apua: uusi varaaja ei löytynyt jäsenluettelosta."


def visit_choir(now: datetime) -> None:
    """Have the administrator act for the choir for a quarter of an hour, two days ago."""
    administrator = user_with_email(address("yllapito"))
    if administrator is None:
        raise LookupError("the demonstration's administrator is made before the visit")
    begun = now - _AGO
    actor = actor_of(administrator)
    stand_ins.begin(CHOIR, _REASON, 30, decides=False, actor=actor, now=begun)
    stand_ins.end(actor=actor, now=begun + timedelta(minutes=15))
