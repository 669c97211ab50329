"""A date as its approver looks at it: what a yes would meet, what else was offered or is to move."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.desk.approvals.open_dates import OpenDate, Slot
from booking.reservations.changes import room_of
from booking.reservations.offer_pages import Line
from booking.rooms.labels import room_name


class Prospect(StrEnum):
    """What a yes would meet."""

    FREE = "free"
    COMPETES = "competes"
    """Others want the same time; a yes declines them."""
    TAKEN = "taken"
    """Somebody else holds a part of it: it can only be declined, or offered another time."""
    MOVE = "move"
    """A confirmed date that holds what it is to move to."""


LOOKS = {
    Prospect.FREE: "free",
    Prospect.COMPETES: "pending",
    Prospect.TAKEN: "taken",
    Prospect.MOVE: "waiting",
}


@dataclass(frozen=True, slots=True)
class DateToDecide:
    """One date that awaits an approver. `room` is named where it is not the request's main one.

    `move`: where it is to go. `offer`: what it was offered, until `answer_by`, and the proposal's id.
    """

    id: int
    start: datetime
    end: datetime
    room: str
    prospect: Prospect
    move: Line | None = None
    offer: Line | None = None
    answer_by: datetime | None = None
    proposal_id: int | None = None

    @property
    def look(self) -> str:
        """The state whose drawing and colour it has."""
        return LOOKS[self.prospect]

    @property
    def words(self) -> str:
        """What it says."""
        words = {
            Prospect.FREE: _("vapaana"),
            Prospect.COMPETES: _("kilpailee"),
            Prospect.TAKEN: _("varattu"),
            Prospect.MOVE: _("siirto"),
        }
        return str(words[self.prospect])

    @property
    def can_confirm(self) -> bool:
        """Whether nothing stands in its way."""
        return self.prospect is not Prospect.TAKEN


def date_to_decide(date: OpenDate, *, is_competing: bool, blockers: Collection[int]) -> DateToDecide:
    """Return one date. `blockers` are the claims of others on its time and space."""
    move, proposal, slot = date.move, date.proposal, date.slot
    if move:
        prospect = Prospect.MOVE
    elif blockers:
        prospect = Prospect.TAKEN
    else:
        prospect = Prospect.COMPETES if is_competing else Prospect.FREE
    offered = proposal if proposal is not None and not move else None
    elsewhere = slot.room_id != date.main_room_id
    return DateToDecide(
        id=date.id,
        start=slot.start,
        end=slot.end,
        room=room_name(room_of(slot.room_id)) if elsewhere else "",
        prospect=prospect,
        move=_line(move.slot, date) if move else None,
        offer=_line(offered.slot, date) if offered else None,
        answer_by=offered.answer_by if offered else None,
        proposal_id=proposal.id if proposal else None,
    )


def prospects_in_words(dates: Iterable[DateToDecide]) -> str:
    """Return "20 aikaa · 17 vapaana · 2 kilpailee · 1 varattu"."""
    every = list(dates)
    many = Counter(each.prospect for each in every)
    parts = {
        Prospect.FREE: ngettext("%(num)s vapaana", "%(num)s vapaana", many[Prospect.FREE]),
        Prospect.COMPETES: ngettext("%(num)s kilpailee", "%(num)s kilpailee", many[Prospect.COMPETES]),
        Prospect.TAKEN: ngettext("%(num)s varattu", "%(num)s varattu", many[Prospect.TAKEN]),
        Prospect.MOVE: ngettext("%(num)s siirto", "%(num)s siirtoa", many[Prospect.MOVE]),
    }
    words = [ngettext("%(num)s aika", "%(num)s aikaa", len(every))]
    return " · ".join([*words, *(text for prospect, text in parts.items() if many[prospect])])


def _line(slot: Slot, date: OpenDate) -> Line:
    elsewhere = slot.room_id != date.slot.room_id
    return Line(slot.start, slot.end, room_name(room_of(slot.room_id)) if elsewhere else "")
