"""What comes of a sheet that was sent, as a page tells it, with the steps on the way there."""

from collections.abc import Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.desk.sheets import pages, transfer
from booking.desk.sheets.forms import SheetForm
from booking.reservations.sheets.importing import Taken
from booking.rooms.faults import SheetRefused
from booking.rooms.merge import Outcome
from booking.rooms.steps import Step
from booking.web.carried import packed

_LONG: Final = 64 * 1024  # bytes: about a thousand lines, from where on it lasts long enough to be told


@dataclass(frozen=True, slots=True)
class Work:
    """A sheet, of rooms or of reservations, that is to be looked at, or to be taken in."""

    kind: str
    content: bytes
    is_check: bool
    now: datetime

    @property
    def is_long(self) -> bool:
        """Whether somebody waits long enough for it to want to see it move."""
        return len(self.content) > _LONG


def facts_of(work: Work) -> Generator[Step, None, dict[str, Any]]:
    """Do the work; return what its page says: `faults`, or what would come of it, or what is `done`."""
    try:
        if not work.is_check:
            taken = yield from transfer.taking(work.kind, work.content, work.now)
            return _page(work.kind, done=_("Taulukko on tuotu. %(what)s", what=_words(taken)))
        checked = yield from transfer.checking(work.kind, work.content, work.now)
    except SheetRefused as refused:
        return refused_facts(work.kind, refused)
    return _page(
        work.kind,
        words=_words(checked.taken),
        is_empty=_is_empty(checked.taken),
        checked=packed(work.content),
        dates=pages.shown_dates(checked.lines),
        more_dates=checked.dates - len(checked.lines),
    )


def refused_facts(kind: str, refused: SheetRefused) -> dict[str, Any]:
    """Return what the page of a sheet with faults says."""
    shown = pages.fault_lines(refused.faults)
    return _page(kind, faults=shown, more=len(refused.faults) - len(shown))


def _page(kind: str, **facts: Any) -> dict[str, Any]:
    form = SheetForm(formdata=None, data={"what": kind, "checked": facts.get("checked") or ""})
    return {"kind": kind, "form": form, **facts}


def _is_empty(taken: Outcome | Taken) -> bool:
    if isinstance(taken, Outcome):
        return not taken.created and not taken.changed
    return not taken.dates


def _words(taken: Outcome | Taken) -> str:
    """Return what came, or would come, of a sheet."""
    if isinstance(taken, Outcome):
        return ", ".join(
            (
                ngettext("%(num)s uusi tila", "%(num)s uutta tilaa", taken.created),
                ngettext("%(num)s muuttuu", "%(num)s muuttuu", taken.changed),
                ngettext("%(num)s pysyy ennallaan", "%(num)s pysyy ennallaan", taken.unchanged),
            )
        )
    return ", ".join(
        (
            ngettext("%(num)s uusi varaus", "%(num)s uutta varausta", taken.reservations),
            ngettext("%(num)s uusi aika", "%(num)s uutta aikaa", taken.dates),
            ngettext("%(num)s on jo palvelussa", "%(num)s on jo palvelussa", taken.unchanged),
        )
    )
