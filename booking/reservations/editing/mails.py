"""What both sides are told of an edit: a receipt to the booker's, the news to the approvers."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from booking.accounts.models import User
from booking.reservations import messages
from booking.reservations.editing.saving import Saved
from booking.reservations.editing.survey import EditPreview
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence
from booking.reservations.moves import Change, Place
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name

Way = tuple[messages.DateLine, messages.DateLine]


def tell(found: EditPreview, saved: Saved, *, now: datetime) -> None:
    """Post `edited` to the booker's side and `edited_by_booker` to the approvers."""
    reservation = found.reservation
    coming = [each for each in reservation.occurrences if each.id == found.edit.date_id]
    dates = saved.living or list(saved.ended) or coming

    def facts(reader: User) -> Mapping[str, object]:
        return {
            "moved": _ways(saved.ways),
            "asked": _ways(saved.ways_asked),
            "ended": _lines(saved.ended),
            "added": _lines([each for each in saved.added if each.state == State.CONFIRMED]),
            "requested": _lines([each for each in saved.added if each.state == State.PENDING]),
            "kept": _lines(saved.reverted),
            "retold": saved.retold,
            "only_asks": saved.only_asks,
            "offers_ended": _ways(saved.offers_ended),
        }

    messages.tell_booker("edited", reservation, dates, now=now, facts=facts)
    messages.tell_approvers("edited_by_booker", reservation, dates, now=now, facts=facts)


def _ways(ways: Sequence[Change]) -> list[Way]:
    return [(_line(each.old), _line(each.new)) for each in ways]


def _lines(occurrences: Sequence[Occurrence]) -> list[messages.DateLine]:
    ordered = sorted(occurrences, key=lambda each: (each.starts_at, each.id))
    return [_line(Place.of(each)) for each in ordered]


def _line(place: Place) -> messages.DateLine:
    return messages.DateLine(place.start, place.end, room_name(catalogue().by_id[place.room_id]))
