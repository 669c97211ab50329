"""What goes out, as the OpenAPI document tells it. Answers are made by hand in `answers`: the tests hold
them to these schemas.
"""

from typing import Any, Final

from marshmallow import Schema, fields

from booking.occupancy.models import BLOCK_KINDS
from booking.reservations.models import PURPOSES, SIDES, STATES, VISIBILITIES
from booking.rooms.models import FEATURES, KINDS
from booking.rooms.pricing import AGES, BASES, CUSTOMERS
from booking.rooms.rule_columns import APPROVALS, WHO_MAY_BOOK

REASONS: Final = ("taken", "closed", "rule")
STEPS: Final = (
    *("request", "confirm", "decline", "lose", "withdraw", "expire", "cancel", "edit"),
    *("offer", "accept", "refuse_offer", "withdraw_offer", "expire_offer"),
    *("confirm_move", "decline_move", "withdraw_move", "expire_move"),
    *("mark_used", "mark_no_show", "ask", "answer", "undo", "import", "tell_by_phone"),
)


def _out(field: type[fields.Field[Any]], description: str, **more: Any) -> fields.Field[Any]:
    """A field that every answer has."""
    nullable = more.pop("null", False)
    return field(required=True, allow_none=nullable, metadata={"description": description, **more})


def _code(codes: tuple[str, ...], description: str, *, null: bool = False) -> fields.Field[Any]:
    return _out(fields.String, description, enum=[*codes, None] if null else list(codes), null=null)


def _moment(description: str) -> fields.Field[Any]:
    return _out(fields.String, description, format="date-time", example="2027-01-12T18:00:00+02:00")


class Violation(Schema):
    """One thing that is wrong."""

    code = _out(fields.String, "Stable code", example="too_many_people")
    field = _out(fields.String, "Field it belongs to", example="people")
    detail = _out(fields.String, "A sentence in the language of the request")
    date = fields.String(metadata={"format": "date", "description": "The date of a series that breaks it"})


class Wish(Schema):
    """A room and a time."""

    room = _out(fields.String, "Slug of the room", example="karelia-sali")
    start = _moment("Start")
    end = _moment("End")
    reason = fields.String(metadata={"enum": list(REASONS)})


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type = _out(fields.String, "Where the code is explained", example="/api/docs#slot_taken")
    title = _out(fields.String, "What kind of refusal it is, in the language of the request")
    status = _out(fields.Integer, "The HTTP status", example=409)
    detail = _out(fields.String, "What is wrong, in the language of the request")
    code = _out(fields.String, "Stable code", example="slot_taken")
    violations = fields.List(fields.Nested(Violation))
    conflicts = fields.List(fields.Nested(Wish))
    alternatives = fields.List(fields.Nested(Wish))
    missing = fields.List(_code(("read", "book", "decide"), "A scope of which the token needs one"))


class Membership(Schema):
    """A role in an association; somebody with two roles has two of these."""

    slug = _out(fields.String, "Slug", example="imatran-kuoro")
    name = _out(fields.String, "Name")
    role = _code(("member", "booker", "manager", "approver", "staff"), "Role")


class Me(Schema):
    """Whose token it is."""

    email = _out(fields.String, "Address")
    name = _out(fields.String, "Name")
    language = _code(("fi", "sv", "en"), "Language of mail and sentences")
    scopes = fields.List(_code(("read", "book", "decide"), "What the token may do"), required=True)
    organisations = fields.List(fields.Nested(Membership), required=True)


class Price(Schema):
    """What a customer group pays for each hour, use or season."""

    customer = _code(CUSTOMERS, "Who books")
    age = _code(AGES, "Who comes")
    basis = _code(BASES, "What is counted; hours are hours that pass")
    cents = _out(fields.Integer, "For each of them; 0 where it is free", example=1000)


class RoomItem(Schema):
    """A room in a list. What is null is not known."""

    slug = _out(fields.String, "Slug", example="karelia-sali")
    name = _out(fields.String, "Name in the language of the request", example="Karelia-sali")
    venue = _out(fields.String, "Place", example="Kulttuuritalo Virta")
    owner = _out(fields.String, "Slug of the owner; null: unknown, cannot be booked", null=True)
    owner_name = _out(fields.String, "Name of the owner", null=True)
    kind = _code(KINDS, "Kind")
    district = _out(fields.String, "District", null=True, example="Mansikkala")
    capacity = _out(fields.Integer, "People", null=True)
    area_m2 = _out(fields.Float, "Square metres", null=True)
    price_cents_per_hour = _out(
        fields.Integer, "What everyone pays an hour; 0 is free of charge, null: see `prices`", null=True
    )
    prices = fields.List(
        fields.Nested(Price),
        required=True,
        metadata={
            "description": "All prices; empty: not known. A row that names the customer or the age goes"
            " before one that does not; of rows that fit equally well the cheapest counts"
        },
    )
    features = fields.List(
        fields.String(metadata={"enum": list(FEATURES)}),
        required=True,
        metadata={"description": "What the room is known to have"},
    )
    approval = _code(APPROVALS, "Who confirms a request")
    who_may_book = _code(WHO_MAY_BOOK, "Whose requests are taken")
    bookable = _out(fields.Boolean, "Whether it takes requests at all")


class RoomPage(Schema):
    """A page of rooms."""

    items = fields.List(fields.Nested(RoomItem), required=True)
    next = _out(fields.String, "Address of the next page", null=True)


class KnownFeature(Schema):
    """A fact somebody has looked at."""

    present = _out(fields.Boolean, "Whether the room has it", null=True)
    checked_on = _out(fields.String, "When somebody last looked", null=True, format="date")


class Hours(Schema):
    """An interval of a day, on the wall clock."""

    opens = _out(fields.String, "From", example="10:00")
    closes = _out(fields.String, "Until", example="22:00")
    closes_next_day = _out(fields.Boolean, "Whether `closes` is at or after the next midnight")


class WeeklyHours(Hours):
    """An interval of every such weekday, in a season or always."""

    weekday = _out(fields.Integer, "1 is Monday", minimum=1, maximum=7)
    valid_from = _out(fields.String, "First date of the season", null=True, format="date")
    valid_to = _out(fields.String, "Last date of the season", null=True, format="date")


class DatedHours(Schema):
    """A date that differs from its week; no hours: closed."""

    date = _out(fields.String, "Date", format="date")
    hours = fields.List(fields.Nested(Hours), required=True)


class Rules(Schema):
    """What the room asks of a booking, in the units of the names."""

    approval = _code(APPROVALS, "Who confirms a request")
    who_may_book = _code(WHO_MAY_BOOK, "Whose requests are taken")
    pending_holds = _out(fields.Boolean, "Whether a request holds the time until it is decided")
    grid_minutes = _out(fields.Integer, "Starts and ends are on this grid")
    shortest_minutes = _out(fields.Integer, "Shortest booking")
    longest_minutes = _out(fields.Integer, "Longest booking")
    turnaround_minutes = _out(fields.Integer, "Kept free after each use")
    notice_minutes = _out(fields.Integer, "At least so long before")
    longest_ahead_months = _out(fields.Integer, "At most so long before")
    cancellation_days = _out(fields.Integer, "The booker cancels at least so long before")
    most_active = _out(fields.Integer, "Active reservations an association may have", null=True)


class Room(RoomItem):
    """A room with all that is known of it."""

    street_address = _out(fields.String, "Address", null=True)
    position = _out(fields.Dict, "Latitude and longitude", null=True)
    description = _out(fields.String, "Description", null=True)
    terms = _out(fields.String, "Terms of use", null=True)
    terms_version = _out(fields.Integer, "Version of the terms")
    contact = _out(fields.String, "Whom to ask", null=True)
    known_features = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(KnownFeature),
        required=True,
        metadata={"description": "Every feature; what nobody has looked at is null"},
    )
    open_on_holidays = _out(fields.Boolean, "Open on public holidays")
    hours = fields.List(fields.Nested(WeeklyHours), required=True)
    exceptions = fields.List(fields.Nested(DatedHours), required=True)
    rules = fields.Nested(Rules, required=True)
    shares_space_with = fields.List(fields.String(), required=True)
    source = _out(fields.String, "Where the facts come from", null=True)
    sourced_facts = _out(fields.String, "What the source says", null=True)
    example_facts = fields.List(
        fields.String(), required=True, metadata={"description": "Facts made up for the demonstration"}
    )


class BusyInterval(Schema):
    """A use of the room's space, as the caller may see it: what is null is not theirs to know."""

    start = _moment("Start of the use")
    end = _moment("End of the use")
    state = _code(STATES, "State")
    busy = _out(fields.Boolean, "Whether it takes the space; a request that competes does not")
    block = _code(
        BLOCK_KINDS, "Closed, in the owner's own use or an outside event; null for a reservation", null=True
    )
    mine = _out(fields.Boolean, "Whether the caller or their association booked it")
    title = _out(fields.String, "Title", null=True)
    organisation_name = _out(fields.String, "Association", null=True)
    reference = _out(fields.String, "Reference", null=True)


class Calendar(Schema):
    """What lies on the space of a room in a window."""

    room = _out(fields.String, "Slug", example="karelia-sali")
    start = _moment("Start of the window")
    end = _moment("End of the window")
    items = fields.List(fields.Nested(BusyInterval), required=True)


class DateAvailability(Schema):
    """One date."""

    start = _moment("Start")
    end = _moment("End")
    free = _out(fields.Boolean, "Whether the room takes it")
    reason = _code(REASONS, "Why not", null=True)


class RoomAvailability(Schema):
    """One room's answer; `free` means all dates."""

    room = _out(fields.String, "Slug", example="karelia-sali")
    free = _out(fields.Boolean, "Whether all dates are free")
    approval = _code(APPROVALS, "Who confirms a request")
    dates = fields.List(fields.Nested(DateAvailability), required=True)


class Availability(Schema):
    """Every room that fits, best first."""

    items = fields.List(fields.Nested(RoomAvailability), required=True)


class Proposal(Schema):
    """Another time or room for one date, that the other side has not answered yet."""

    room = _out(fields.String, "Slug of the room", example="karelia-sali")
    start = _moment("Start")
    end = _moment("End")
    side = _code(SIDES, "Who proposes it: the owner (a counter-offer) or the booker (a move)")
    deadline = _out(fields.String, "When it ends by itself", null=True, format="date-time")


class Occurrence(Schema):
    """One date of a reservation."""

    id = _out(fields.Integer, "Number of the date")
    room = _out(fields.String, "Slug of the date's room", example="karelia-sali")
    start = _moment("Start")
    end = _moment("End")
    state = _code(STATES, "State")
    title = _out(fields.String, "The date's own title, or the reservation's")
    people = _out(
        fields.Integer, "How many come on the date; null where it is not the caller's to know", null=True
    )
    attendance = _out(
        fields.Integer,
        "How many came, once it is marked; null where it is not the caller's to know",
        null=True,
    )
    proposal = fields.Nested(
        Proposal,
        required=True,
        allow_none=True,
        metadata={
            "description": "What awaits an answer, which is given on the web, on the reservation's page;"
            " null to all but its own people and the approvers"
        },
    )


class ReservationPrice(Schema):
    """What a reservation costs, by the prices that were in force when it was asked for."""

    cents = _out(fields.Integer, "Of the dates that stand; null: not known", null=True)
    promised_cents = _out(fields.Integer, "Of all dates that were asked for", null=True)
    basis = _code(BASES, "How it is counted; null: not known, or in several ways", null=True)
    customer = _code(CUSTOMERS, "Whose price it is")
    age = _code(AGES, "Who comes")


class HistoryEntry(Schema):
    """One step."""

    at = _moment("When")
    step = _code(STEPS, "What was done")
    by = _code(("booker", "owner", "service"), "Whose side did it")
    occurrences = fields.List(fields.Integer(), required=True)
    reason = _out(fields.String, "Why", null=True)
    proposed = fields.Nested(
        Wish,
        required=True,
        allow_none=True,
        metadata={"description": "Of a step about one proposal: the room and time that were proposed"},
    )


class PublicReservation(Schema):
    """What anyone may know of a reservation that is not private."""

    reference = _out(fields.String, "Reference", example="K7HA4DRW")
    sight = _code(("full", "public"), "How much of it the caller sees")
    state = _code((*STATES, "mixed"), "State of all dates; mixed when they differ")
    room = _out(fields.String, "Slug of the room", example="karelia-sali")
    title = _out(fields.String, "Title")
    purpose = _code(PURPOSES, "Purpose")
    visibility = _code(VISIBILITIES, "Who may know")
    organisation = _out(fields.String, "Slug of the association", null=True)
    organisation_name = _out(fields.String, "Association", null=True)
    occurrences = fields.List(fields.Nested(Occurrence), required=True)


class Reservation(PublicReservation):
    """A reservation. What follows `occurrences` comes to its own people and the room's approvers only."""

    people = fields.Integer()
    responsible = fields.String()
    contact = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    terms_version = fields.Integer()
    price = fields.Nested(
        ReservationPrice,
        allow_none=True,
        metadata={"description": "null: asked for before there were prices"},
    )
    access_instructions = fields.String(
        allow_none=True,
        metadata={
            "description": "Key or code of a confirmed date, from a day before it begins until it ends"
        },
    )
    created_at = fields.String(metadata={"format": "date-time"})
    changed_at = fields.String(metadata={"format": "date-time"})
    history = fields.List(fields.Nested(HistoryEntry))
    companions = fields.List(
        fields.String(),
        metadata={"description": "References of what was sent together with it, for rooms of other owners"},
    )


class ReservationPage(Schema):
    """A page of reservations, the latest request first, without their history."""

    items = fields.List(fields.Nested(Reservation), required=True)
    next = _out(fields.String, "Address of the next page", null=True)
