"""What may come in, read strictly, and as the OpenAPI document tells it."""

from collections.abc import Collection
from typing import Final

from marshmallow import ValidationError, fields

from booking.api.fields import Body, Choice, Clock, Day, Edge, Flag, Many, Moment, Text, WholeNumber
from booking.reservations.models import PURPOSES, REASON_LENGTH, STATES, VISIBILITIES
from booking.reservations.request import LENGTHS
from booking.rooms.models import FEATURES, KINDS
from booking.rooms.pricing import AGES
from booking.timetable.pattern import FREQUENCIES, MONTHLY_BY
from booking.timetable.recurrence import DEFAULT_LIMIT

PAGE: Final = 100  # items, unless asked for otherwise
LARGEST_PAGE: Final = 500
MOST_PEOPLE: Final = 100_000
LARGEST_ID: Final = 2**31 - 1


def _some(chosen: Collection[int]) -> None:
    """Refuse an empty choice: whoever means all dates leaves the field out."""
    if not chosen:
        raise ValidationError("field_missing")


_START: Final = (
    "Start of the use; of a series, of its first date, unless `weekday` or `by` passes that date over:"
    " the series then begins on the first date after it that matches"
)
_WEEKDAYS: Final = (
    "Of a weekly series; 0 is Monday. Without any, the weekday of `start`. Where that one is not among them,"
    " the series begins on the first of them after `start`"
)
_BY: Final = (
    "Of a monthly series, taken from the date of `start`: the 12th, the second or the last Tuesday."
    " With last_weekday and a `start` that is not the last of its month, the series begins on the one that is"
)


class Query(Body):
    """What every address may carry."""

    lang = Text(metadata={"description": "fi, sv or en: the language of names and sentences"})


class RoomFilter(Query):
    """Which rooms are meant."""

    q = Text(metadata={"description": "Words in the names of room, venue, district and owner"})
    kind = Choice(KINDS)
    district = Text(metadata={"example": "Mansikkala"})
    owner = Text(metadata={"description": "Slug of the owner", "example": "imatran-kaupunki"})
    people = WholeNumber(0, MOST_PEOPLE, written=True)
    feature = Many(Choice(FEATURES), metadata={"description": "Only rooms known to have all of these"})


class RoomQuery(RoomFilter):
    """A page of rooms."""

    limit = WholeNumber(1, LARGEST_PAGE, written=True)
    after = Text(metadata={"description": "Slug of the last room of the page before: see `next`"})


class AvailabilityQuery(RoomFilter):
    """A wish for a time, or for a series of times."""

    start = Moment(required=True, written=True, metadata={"description": _START})
    end = Moment(required=True, written=True, metadata={"example": "2027-01-12T20:00"})
    room = Many(Text(), metadata={"description": "Slugs; without any, all rooms that fit"})
    repeat = Choice(FREQUENCIES)
    interval = WholeNumber(
        1, 1000, written=True, metadata={"description": "Every so many days, weeks or months"}
    )
    until = Day(metadata={"description": "Last date of the series, inclusive"})
    count = WholeNumber(
        1, DEFAULT_LIMIT, written=True, metadata={"description": "How many times, instead of until"}
    )
    weekday = Many(WholeNumber(0, 6, written=True), metadata={"description": _WEEKDAYS})
    by = Choice(MONTHLY_BY, metadata={"description": _BY})
    dates = Many(Day(), metadata={"description": "The dates of a list besides the first"})
    skip = Many(Day(), metadata={"description": "Dates left out"})
    skip_holidays = Flag(written=True, metadata={"description": "Public holidays are no dates of the series"})
    skip_school_breaks = Flag(
        written=True, metadata={"description": "Nor are the school breaks of the venue"}
    )


class CalendarQuery(Query):
    """A window; a date means the whole day."""

    from_ = Edge(data_key="from")
    to = Edge(data_key="to", last=True)


class ReservationQuery(Query):
    """Which of one's reservations are meant."""

    organisation = Text(metadata={"description": "Slug of the association"})
    state = Choice((*STATES, "mixed"))
    from_ = Edge(data_key="from")
    to = Edge(data_key="to", last=True)
    limit = WholeNumber(1, LARGEST_PAGE, written=True)
    before = WholeNumber(1, LARGEST_ID, written=True, metadata={"description": "See `next`"})


class Instead(Body):
    """Another room or time for one date of a series. `start` and `end` come together."""

    date = Day(required=True, metadata={"description": "The date as the series gives it"})
    room = Text(
        allow_none=True,
        metadata={
            "description": "Slug. One of another owner is asked for as a reservation of its own, a companion"
        },
    )
    start = Clock(allow_none=True)
    end = Clock(
        allow_none=True, metadata={"example": "19:30", "description": "At or before start: on the next day"}
    )


class NewReservation(Body):
    """A request for a room. Sending it accepts the terms in force."""

    room = Text(required=True)
    title = Text(required=True, metadata={"minLength": 1, "maxLength": LENGTHS["title"]})
    start = Moment(required=True, metadata={"description": _START})
    end = Moment(required=True, metadata={"example": "2027-01-12T20:00"})
    people = WholeNumber(1, MOST_PEOPLE, required=True)
    purpose = Choice(PURPOSES, required=True)
    visibility = Choice(VISIBILITIES, required=True)
    organisation = Text(allow_none=True, metadata={"description": "Slug; left out one books for oneself"})
    responsible = Text(allow_none=True, metadata={"maxLength": LENGTHS["responsible"]})
    contact = Text(allow_none=True, metadata={"maxLength": LENGTHS["contact"]})
    note = Text(allow_none=True, metadata={"maxLength": LENGTHS["note"]})
    age = Choice(
        AGES, allow_none=True, metadata={"description": "Who comes, where the price depends on it: else any"}
    )
    repeat = Choice(
        FREQUENCIES,
        allow_none=True,
        metadata={"description": "Makes it a series, whose first use is from `start` to `end`"},
    )
    interval = WholeNumber(
        1, 1000, allow_none=True, metadata={"description": "Every so many days, weeks or months"}
    )
    until = Day(allow_none=True, metadata={"description": "Last date of the series, inclusive"})
    count = WholeNumber(
        1, DEFAULT_LIMIT, allow_none=True, metadata={"description": "How many times, instead of until"}
    )
    weekday = Many(WholeNumber(0, 6), allow_none=True, metadata={"description": _WEEKDAYS})
    by = Choice(
        MONTHLY_BY,
        allow_none=True,
        metadata={"description": _BY},
    )
    dates = Many(Day(), allow_none=True, metadata={"description": "The dates of a list besides the first"})
    skip = Many(Day(), allow_none=True, metadata={"description": "Dates left out"})
    skip_holidays = Flag(
        allow_none=True, metadata={"description": "Public holidays are no dates of the series"}
    )
    skip_school_breaks = Flag(
        allow_none=True, metadata={"description": "Nor are the school breaks of the venue"}
    )
    instead = Many(
        fields.Nested(Instead, error_messages={"type": "not_an_object", "null": "not_an_object"}),
        allow_none=True,
        metadata={"description": "Dates of the series that are elsewhere or at another time"},
    )


class Step(Body):
    """What to do with which dates; without `occurrences` with all that are open to it."""

    occurrences = Many(WholeNumber(1, LARGEST_ID), allow_none=True, validate=_some, metadata={"minItems": 1})
    reason = Text(longest=REASON_LENGTH, allow_none=True)
