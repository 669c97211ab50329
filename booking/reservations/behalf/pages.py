"""What pages say of a reservation made on behalf, and the words for what is to be told by phone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.access.actor import Actor
from booking.reservations import policy
from booking.reservations.behalf.calls import OFFER_MADE, ToCall, behalf_of, calls_to_make, open_calls
from booking.reservations.behalf.models import Call
from booking.reservations.contacts.log import contact_of
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.summary import look_of
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.web.filters import moment, when

NEWS: Final[Mapping[str, Any]] = {
    "confirmed": _l("Omistaja vahvisti pyynnön."),
    "declined": _l("Omistaja hylkäsi pyynnön."),
    "cancelled": _l("Omistaja perui varauksen."),
    "competing_lost": _l("Pyyntö hylättiin, koska aika annettiin toiselle."),
    "expired": _l("Pyyntö vanheni, koska kukaan ei ehtinyt päättää."),
    "offer_made": _l("Omistaja ehdottaa toista aikaa tai tilaa. Kysy, sopiiko se."),
    "offer_withdrawn": _l("Omistaja perui ehdotuksensa."),
    "offer_expired": _l("Omistajan ehdotus vanheni, koska siihen ei vastattu."),
    "question_asked": _l("Omistaja kysyy lisää. Kysy varaajalta ja vastaa varauksen sivulla."),
    "move_confirmed": _l("Omistaja vahvisti siirron."),
    "move_declined": _l("Omistaja ei hyväksynyt siirtoa. Varaus on voimassa entisellä ajallaan."),
    "move_expired": _l("Siirtopyyntö vanheni. Varaus on voimassa entisellä ajallaan."),
}


@dataclass(frozen=True, slots=True)
class News:
    """One thing to be told, and since when."""

    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Panel:
    """A reservation made on behalf, as staff and approvers of the room's owner see it.

    `calls` is what is still to be told, `last` the id of the newest; `is_person`: nobody gets mail of it.
    """

    name: str
    phone: str
    caller: str
    language: str
    is_person: bool
    can_serve: bool
    calls: Sequence[News]
    last: int

    @property
    def dial(self) -> str:
        """The number as a link dials it."""
        return dialled(self.phone)


@dataclass(frozen=True, slots=True)
class CallItem:
    """One line of the list of calls: whom to call about what."""

    reference: str
    title: str
    organisation: str
    name: str
    phone: str
    room: str
    use: Interval
    state: str
    news: Sequence[News]
    last: int

    @property
    def dial(self) -> str:
        """The number as a link dials it."""
        return dialled(self.phone)


def behalf_panel(reservation: Reservation, actor: Actor) -> Panel | None:
    """Return what staff and approvers see; None to anybody else. At most two statements."""
    if not policy.sees_caller(reservation, actor):
        return None
    behalf, calls = behalf_of(reservation), open_calls(reservation)
    return Panel(
        name=reservation.responsible,
        phone=contact_of(reservation),
        caller=behalf.caller if behalf else "",
        language=behalf.language if behalf else "fi",
        is_person=reservation.organisation_id is None,
        can_serve=policy.serves_booker(reservation, actor),
        calls=[news_of(each) for each in calls],
        last=calls[-1].id if calls else 0,
    )


def call_items(actor: Actor, *, limit: int, offset: int = 0) -> list[CallItem]:
    """Return the list of calls of a person's owners, the oldest news first."""
    return [_item(each) for each in calls_to_make(actor, limit=limit, offset=offset)]


def news_of(call: Call) -> News:
    """Return what is to be told, in words."""
    words = NEWS.get(call.kind)
    said = str(words) if words is not None else _("Varauksessa on uutta. Katso varauksen sivulta.")
    offered = _offered(call) if call.kind == OFFER_MADE else []
    return News(" ".join([said, *offered]), call.created_at)


def _offered(call: Call) -> list[str]:
    """Return what the owner offers for each of the call's dates that awaits an answer, and until when."""
    return [
        _offer_words(each, each.proposal)
        for each in call.reservation.occurrences
        if each.id in call.occurrence_ids and each.proposal is not None and each.proposal.side == "owner"
    ]


def _offer_words(occurrence: Occurrence, proposal: Proposal) -> str:
    said: str = _("Nyt: %(now)s. Ehdotus: %(offered)s.", now=_place(occurrence), offered=_place(proposal))
    if proposal.deadline_at is None:
        return said
    until = _("Vastaus viimeistään %(moment)s.", moment=moment(proposal.deadline_at))
    return f"{said} {until}"


def _place(slot: Occurrence | Proposal) -> str:
    use = Interval(slot.starts_at, slot.ends_at)
    return f"{when(use)}, {room_name(catalogue().by_id[slot.room_id])}"


def dialled(phone: str) -> str:
    """Return a phone number as a link dials it."""
    return "".join(each for each in phone if each.isascii() and (each.isdigit() or each == "+"))


def _item(found: ToCall) -> CallItem:
    reservation = found.reservation
    told = {number for call in found.calls for number in call.occurrence_ids}
    dates = [each for each in reservation.occurrences if each.id in told] or reservation.occurrences
    return CallItem(
        reference=reservation.reference,
        title=reservation.title,
        organisation=reservation.organisation.name if reservation.organisation else "",
        name=reservation.responsible,
        phone=contact_of(reservation),
        room=room_name(catalogue().by_id[dates[0].room_id]),
        use=Interval(dates[0].starts_at, dates[0].ends_at),
        state=look_of({each.state for each in reservation.occurrences}),
        news=[news_of(each) for each in found.calls],
        last=found.calls[-1].id,
    )
