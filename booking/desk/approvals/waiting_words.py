"""How long a request has waited, until when it can be decided, and what its owner promised, in words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.desk.approvals.open_dates import OpenDate
from booking.web.filters import date_short, moment

LONG = timedelta(days=3)  # a request that has waited so long is among those that "have waited long"
NEAR = timedelta(days=2)  # what begins sooner is said with weight
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """`words` say until when to decide; `presses` when that is near or the promise is broken."""

    words: str
    presses: bool


def waited(age: timedelta) -> str:
    """Return "odottanut 3 päivää", in hours for the first day."""
    if age < _HOUR:
        return str(_("odottanut alle tunnin"))
    if age < _DAY:
        return str(ngettext("odottanut %(num)s tunnin", "odottanut %(num)s tuntia", age // _HOUR))
    return str(ngettext("odottanut %(num)s päivän", "odottanut %(num)s päivää", age // _DAY))


def deadline(
    dates: Iterable[OpenDate], sent_at: datetime, answer_days: int | None, now: datetime
) -> Deadline:
    """Return when the first of the dates begins, and with it expires undecided, or the sooner promise."""
    begins = min(min(each.slot.start, each.wanted.start) for each in dates)
    promised = sent_at + answer_days * _DAY if answer_days else None
    if promised is not None and promised < begins:
        if promised < now:
            words = _("vastaus luvattiin %(day)s mennessä, myöhässä", day=date_short(promised))
        else:
            words = _("vastaus luvattu %(day)s mennessä", day=date_short(promised))
        return Deadline(str(words), promised - now < _DAY)
    return Deadline(str(_("vanhenee %(moment)s, kun aika alkaa", moment=moment(begins))), begins - now < NEAR)
