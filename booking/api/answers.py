"""From facts and reservations to the plain values of an answer. Times carry the offset of the wall clock."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from booking.access.actor import Actor
from booking.audit.models import AuditEntry
from booking.audit.service import history
from booking.clock import zone
from booking.reservations.contacts.log import contact_of
from booking.reservations.keys import words_now
from booking.reservations.lifecycle import HOLDING, State, state_of_all
from booking.reservations.models import Occurrence, Proposal, Reservation
from booking.reservations.policy import Sight, state_shown
from booking.reservations.queries import reasons_of
from booking.reservations.quotes import quote_of
from booking.reservations.seen import Seen
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.rooms.models import FEATURES
from booking.rooms.rules import RoomRules
from booking.timetable.zone import isoformat

Shape = dict[str, Any]
MINUTES_A_DAY = 24 * 60
_RULES = tuple(RoomRules.__dataclass_fields__)
_OWNERS_STEPS = frozenset(
    {"confirm", "decline", "offer", "withdraw_offer", "confirm_move", "decline_move", "undo", "ask"}
)


def moment(at: datetime) -> str:
    """Return a moment as it is answered."""
    return isoformat(at, zone())


def room_item(room: RoomFacts) -> Shape:
    """Return a room of a list."""
    return {
        "slug": room.slug,
        "name": room_name(room),
        "venue": room.venue,
        "owner": room.owner_slug or None,
        "owner_name": room.owner or None,
        "kind": room.kind,
        "district": room.district or None,
        "capacity": room.capacity,
        "area_m2": room.area_m2,
        "price_cents_per_hour": room.price_cents_per_hour,
        "prices": [
            {"customer": each.customer, "age": each.age, "basis": each.basis, "cents": each.amount}
            for each in room.prices
        ],
        "features": [name for name in FEATURES if (known := room.features.get(name)) and known.present],
        "approval": room.rules.approval,
        "who_may_book": room.rules.who_may_book,
        "bookable": room.bookable,
    }


def room_detail(room: RoomFacts, sharing: Sequence[RoomFacts]) -> Shape:
    """Return a room with all that anyone may know of it: not how the key is handed over."""
    latitude, longitude = room.position or (None, None)
    return room_item(room) | {
        "street_address": room.street_address or None,
        "position": {"latitude": latitude, "longitude": longitude} if room.position else None,
        "description": room.description or None,
        "terms": room.terms or None,
        "terms_version": room.terms_version,
        "contact": room.contact or None,
        "known_features": {name: _feature(room, name) for name in FEATURES},
        "open_on_holidays": room.hours.open_on_holidays,
        "hours": [
            {
                "weekday": each.weekday + 1,
                **_hours(each.opens, each.closes),
                "valid_from": _date(each.valid_from),
                "valid_to": _date(each.valid_to),
            }
            for each in room.hours.weekly
        ],
        "exceptions": [
            {"date": each.date.isoformat(), "hours": [_hours(*hours) for hours in each.hours]}
            for each in room.hours.exceptions
        ],
        "rules": {name: getattr(room.rules, name) for name in _RULES},
        "shares_space_with": [
            each.slug for each in sharing if each.id != room.id and each.state == "published"
        ],
        "source": room.source or None,
        "sourced_facts": room.sourced_facts or None,
        "example_facts": sorted(room.example_facts),
    }


def busy_interval(seen: Seen) -> Shape:
    """Return one use of a room as its reader may see it."""
    return {
        "start": moment(seen.use.start),
        "end": moment(seen.use.end),
        "state": seen.state.value,
        "busy": seen.holds,
        "block": seen.block or None,
        "mine": seen.mine,
        "title": seen.title or None,
        "organisation_name": seen.organisation or None,
        "reference": seen.reference,
    }


def reservation_item(
    reservation: Reservation, sight: Sight = Sight.FULL, *, actor: Actor, now: datetime
) -> Shape:
    """Return a reservation without its history: all of it, or what anyone may know."""
    shown = [each for each in reservation.occurrences if sight is Sight.FULL or State(each.state) in HOLDING]
    room, organisation = catalogue().by_id[reservation.room_id], reservation.organisation
    shape: Shape = {
        "reference": reservation.reference,
        "sight": "full" if sight is Sight.FULL else "public",
        "state": state_of_all(state_shown(State(each.state), sight) for each in shown),
        "room": room.slug,
        "title": reservation.title,
        "purpose": reservation.purpose,
        "visibility": reservation.visibility,
        "organisation": organisation.slug if organisation else None,
        "organisation_name": organisation.name if organisation else None,
        "occurrences": [_occurrence(each, sight) for each in shown],
    }
    return shape | _private(reservation, actor, now) if sight is Sight.FULL else shape


def reservation_detail(
    reservation: Reservation, sight: Sight = Sight.FULL, *, actor: Actor, now: datetime
) -> Shape:
    """Return a reservation, with its history for who may see all of it."""
    shape = reservation_item(reservation, sight, actor=actor, now=now)
    return shape | {"history": _history(reservation)} if sight is Sight.FULL else shape


def _private(reservation: Reservation, actor: Actor, now: datetime) -> Shape:
    return {
        "people": reservation.people,
        "responsible": reservation.responsible,
        "contact": contact_of(reservation) or None,
        "note": reservation.note or None,
        "terms_version": reservation.terms_version,
        "price": _price(reservation),
        "access_instructions": words_now(reservation, Sight.FULL, actor, now) or None,
        "created_at": moment(reservation.created_at),
        "changed_at": moment(reservation.changed_at),
    }


def _price(reservation: Reservation) -> Shape | None:
    """Return what the dates that stand cost by what was promised when they were asked for."""
    found = quote_of(reservation)
    if found is None:
        return None
    return {
        "cents": found.cents,
        "promised_cents": reservation.price_cents,
        "basis": found.basis,
        "customer": found.promise.customer,
        "age": found.promise.age,
    }


def _history(reservation: Reservation) -> list[Shape]:
    entries = history("reservation", reservation.id)
    reasons = reasons_of([each.id for each in entries])
    every = [each.id for each in reservation.occurrences]
    proposals = {made.id: made for each in reservation.occurrences for made in each.proposals}
    return [
        {
            "at": moment(each.at),
            "step": each.action,
            "by": _side(each),
            "occurrences": each.details.get("occurrences", every),
            "reason": reasons.get(each.id),
            "proposed": _proposed(proposals.get(each.details.get("proposal", 0))),
        }
        for each in entries
    ]


def _side(entry: AuditEntry) -> str:
    """Whose side took a step: never who, which only the pages of those concerned may say."""
    if entry.actor_id is None:
        return "service"
    return "owner" if entry.action in _OWNERS_STEPS else str(entry.details.get("by", "booker"))


def _occurrence(occurrence: Occurrence, sight: Sight) -> Shape:
    full = sight is Sight.FULL
    return {
        "id": occurrence.id,
        "room": catalogue().by_id[occurrence.room_id].slug,
        "start": moment(occurrence.starts_at),
        "end": moment(occurrence.ends_at),
        "state": state_shown(State(occurrence.state), sight).value,
        "title": occurrence.title,
        "people": occurrence.people if full else None,
        "attendance": occurrence.attendance if full else None,
        "proposal": _proposal(occurrence.proposal) if full and occurrence.proposal else None,
    }


def _proposed(proposal: Proposal | None) -> Shape | None:
    if proposal is None:
        return None
    return {
        "room": catalogue().by_id[proposal.room_id].slug,
        "start": moment(proposal.starts_at),
        "end": moment(proposal.ends_at),
    }


def _proposal(proposal: Proposal) -> Shape:
    return (_proposed(proposal) or {}) | {
        "side": proposal.side,
        "deadline": moment(proposal.deadline_at) if proposal.deadline_at else None,
    }


def _feature(room: RoomFacts, name: str) -> Shape:
    known = room.features.get(name)
    if known is None:
        return {"present": None, "checked_on": None}
    return {"present": known.present, "checked_on": _date(known.checked_on)}


def _hours(opens: int, closes: int) -> Shape:
    return {"opens": _wall(opens), "closes": _wall(closes), "closes_next_day": closes >= MINUTES_A_DAY}


def _wall(minutes: int) -> str:
    hour, minute = divmod(minutes % MINUTES_A_DAY, 60)
    return f"{hour:02d}:{minute:02d}"


def _date(on: date | None) -> str | None:
    return on.isoformat() if on else None
