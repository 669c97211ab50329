"""The steps of a reservation's history in words: who did what, to which dates, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.models import User
from booking.audit.models import AuditEntry
from booking.audit.service import history
from booking.extensions import db
from booking.organisations.deputies import InPlace, in_whose_place
from booking.organisations.models import Membership
from booking.organisations.stand_ins import places_by_id
from booking.reservations.changes import room_of
from booking.reservations.dates import reasons_told
from booking.reservations.labels import EDITED, STEPS
from booking.reservations.lifecycle import State, Step
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.queries import reasons_of
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.web.filters import date_short, when

_OWNERS_STEPS = frozenset(
    {
        "confirm",
        "decline",
        "offer",
        "withdraw_offer",
        "confirm_move",
        "decline_move",
        "tell_by_phone",
        "undo",
        "ask",
    }
)
"""What only an owner's side does, an approver in another's place too."""


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One step: when, who, what, which dates where there are several, and the words given with it.

    `before` is where the one date was that the step has moved. `message` is what an owner wrote to an offer:
    no reason for anything.
    """

    at: datetime
    who: str
    what: str
    which: str = ""
    before: str = ""
    reason: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What the steps of a reservation's history say."""

    entries: Sequence[HistoryEntry] = ()
    reasons: Mapping[int, str] = field(default_factory=dict)
    """Why dates came to nothing, by the date's id."""
    taken_back: frozenset[int] = frozenset()
    """The ids of the dates that the owner has cancelled."""


def words_of(reservation: Reservation) -> Words:
    """Return the history of a reservation in words."""
    entries = history("reservation", reservation.id)
    reasons = reasons_of([each.id for each in entries])
    names = _names({each.actor_id for each in entries if each.actor_id is not None})
    served_by = _staff_of(reservation) if reservation.on_behalf else set()
    places = in_whose_place(names, {room_of(each.room_id).owner_id or 0 for each in reservation.occurrences})
    stood_in = _stood_in(reservation, entries)
    dates = {each.id: each for each in reservation.occurrences}
    steps = [
        (each.action, each.details.get("occurrences", ()), reasons.get(each.id) or _own_reason(each))
        for each in entries
    ]
    return Words(
        [
            HistoryEntry(
                at=each.at,
                who=stood_in.get(each.id) or _who(each, reservation, names, served_by, places),
                what=_what(each),
                which=_which(each, dates),
                before=_before(each, dates),
                reason=None if each.action == "offer" else reasons.get(each.id),
                message=reasons.get(each.id) if each.action == "offer" else None,
            )
            for each in entries
        ],
        reasons_told(steps),
        frozenset(
            number
            for each in entries
            if each.action == Step.CANCEL and each.details.get("by") == "owner"
            for number in each.details.get("occurrences", ())
        ),
    )


def _who(
    entry: AuditEntry,
    reservation: Reservation,
    names: Mapping[int, str],
    served_by: Collection[int],
    places: Sequence[InPlace],
) -> str:
    """Return who took a step; whoever took it for somebody else, deputies and staff, also for whom."""
    name = str(names.get(entry.actor_id or 0, _("järjestelmä")))
    if entry.action in _OWNERS_STEPS or entry.details.get("by") == "owner":
        for each in places:
            if each.user_id == entry.actor_id and each.since <= entry.at < each.until:
                return str(_("%(who)s, hyväksyjän %(approver)s puolesta", who=name, approver=each.approver))
        return name
    if entry.actor_id not in served_by:
        return name
    organisation = reservation.organisation
    whom = organisation.name if organisation else reservation.responsible
    return str(_("%(name)s, varaajan puolesta: %(whom)s", name=name, whom=whom))


def _stood_in(reservation: Reservation, entries: Sequence[AuditEntry]) -> dict[int, str]:
    """Return who took which step as an administrator in place of one of the reservation's organisations.

    By the step's id; one statement, or none.
    """
    marked = {each.id: each.details["stand_in"] for each in entries if "stand_in" in each.details}
    found = places_by_id(set(marked.values()))
    owners = {room_of(each.room_id).owner_id for each in reservation.occurrences}
    told = {}
    for entry_id, visit in marked.items():
        organisation_id, who, organisation = found[visit]
        if organisation_id in {reservation.organisation_id, *owners}:
            told[entry_id] = str(
                _("%(who)s, ylläpitäjä organisaation %(name)s puolesta", who=who, name=organisation)
            )
    return told


def _staff_of(reservation: Reservation) -> set[int]:
    """Return the people who are or were staff of the room's owner."""
    return set(
        db.session.scalars(
            select(Membership.user_id).where(
                Membership.organisation_id == reservation.room.owner_id,
                Membership.role == Role.STAFF.value,
            )
        )
    )


def _what(entry: AuditEntry) -> str:
    words = str(STEPS[_step(entry)])
    kinds = [str(EDITED[each]) for each in entry.details.get("kinds", ())]
    return f"{words} ({', '.join(kinds)})" if kinds else words


def _which(entry: AuditEntry, dates: Mapping[int, Occurrence]) -> str:
    """Return which of several dates a step was about, and the other time or room it was about."""
    date, proposed = _date(entry, dates), _proposed(entry, dates)
    if "left" in entry.details:  # the date is there, and where it was is told besides
        return proposed or date
    return " → ".join(filter(None, (date, proposed)))


def _proposed(entry: AuditEntry, dates: Mapping[int, Occurrence]) -> str:
    """Return what was offered or asked for in a step about one proposal, whatever has become of it."""
    details = entry.details
    if asked := details.get("asked"):
        places = [each["to"] for each in asked]
    else:
        ids = {*details.get("proposals", ()), *filter(None, [details.get("proposal")])}
        known = (each for date in dates.values() for each in date.proposals if each.id in ids)
        places = [(each.room_id, each.starts_at.isoformat(), each.ends_at.isoformat()) for each in known]
    if len(places) != 1:
        return ""
    room_id, start, end = places[0]
    use = Interval(*(datetime.fromisoformat(each).astimezone(UTC) for each in (start, end)))
    return f"{when(use)}, {room_name(catalogue().by_id[room_id])}"


def _date(entry: AuditEntry, dates: Mapping[int, Occurrence]) -> str:
    """Return which of several dates a step was about: the one, or how many."""
    ids = entry.details.get("occurrences", ())
    if len(dates) == 1 or not ids:
        return ""
    if len(ids) == 1:
        return date_short(dates[ids[0]].starts_at)
    return str(ngettext("%(num)s aika", "%(num)s aikaa", len(ids)))


def _before(entry: AuditEntry, dates: Mapping[int, Occurrence]) -> str:
    """Return where the date of a step was before it, if it moved one date."""
    ids = entry.details.get("occurrences", ())
    left = [
        *zip(ids, entry.details.get("left", ()), strict=False),
        *((each["id"], each["from"]) for each in entry.details.get("moved", ())),
    ]
    if len(left) != 1:
        return ""
    occurrence_id, (room_id, start, end) = left[0]
    use = Interval(*(datetime.fromisoformat(each).astimezone(UTC) for each in (start, end)))
    elsewhere = dates[occurrence_id].room_id != room_id
    return f"{room_name(catalogue().by_id[room_id])}, {when(use)}" if elsewhere else when(use)


def _own_reason(entry: AuditEntry) -> str:
    return str(STEPS[Step.LOSE.value]) if entry.action == Step.LOSE.value else ""


def _step(entry: AuditEntry) -> str:
    if entry.action == "request" and entry.details.get("state") == State.CONFIRMED.value:
        return "request_at_once"
    if entry.action == Step.CANCEL.value and entry.details.get("short_notice"):
        return "cancel_short"
    if entry.action == Step.CANCEL.value and entry.details.get("late"):
        return "give_back_late"
    return entry.action


def _names(user_ids: set[int]) -> dict[int, str]:
    rows = db.session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}
