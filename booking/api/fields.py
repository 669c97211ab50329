"""What comes in, read strictly: a field refuses with the code of a sentence, never with a text of its own."""

import re
from collections.abc import Collection
from datetime import date, datetime, time
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields

from booking.clock import zone
from booking.timetable.zone import MissingTime, UnreadableTime, day, parse_date, parse_time
from booking.web.forms import clean_text

_DATE: Final = r"20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"
DATE_PATTERN: Final = f"^{_DATE}$"
TIME_PATTERN: Final = f"^{_DATE}T{_CLOCK}(:[0-5][0-9])?(Z|[+-]{_CLOCK})?$"
CLOCK_PATTERN: Final = f"^{_CLOCK}$"
EDGE_PATTERN: Final = f"{DATE_PATTERN}|{TIME_PATTERN}"
_NUMBER = re.compile(r"-?[0-9]{1,9}")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}
_CODES: Final = {"required": "field_missing", "null": "field_missing", "validator_failed": "bad_value"}


class Complaint(str):
    """The code of a violation, with the figures of its sentence: marshmallow carries nothing but texts."""

    params: dict[str, Any]

    def __new__(cls, code: str, **params: Any) -> "Complaint":
        made = super().__new__(cls, code)
        made.params = params
        return made


class Body(Schema):
    """The base of what is sent as JSON: a field nobody knows is refused."""

    error_messages = {"type": "not_an_object", "unknown": "unknown_field"}


class Text(fields.String):
    """A text without control characters and outer spaces; of at most `longest` characters."""

    default_error_messages = {**_CODES, "invalid": "not_text", "invalid_utf8": "not_text"}

    def __init__(self, *, longest: int | None = None, **kwargs: Any) -> None:
        super().__init__(**_told(kwargs, **({"maxLength": longest} if longest else {})))
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = str(clean_text(super()._deserialize(value, attr, data, **kwargs)))
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise ValidationError("not_text") from error
        if self.longest is not None and len(text) > self.longest:
            raise ValidationError(Complaint("too_much_text", length=self.longest))
        return text


class Choice(Text):
    """One of the codes that the service knows."""

    def __init__(self, choices: Collection[str], **kwargs: Any) -> None:
        enum = [*choices, None] if kwargs.get("allow_none") else list(choices)
        super().__init__(**_told(kwargs, enum=enum))
        self.choices = choices

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.choices:
            raise ValidationError(Complaint("unknown_choice", choices=", ".join(self.choices)))
        return text


class WholeNumber(fields.Integer):
    """A whole number between two others. `written`: it stands in an address, where all is text."""

    default_error_messages = {**_CODES, "invalid": "not_a_number", "too_large": "not_a_number"}

    def __init__(self, least: int, most: int, *, written: bool = False, **kwargs: Any) -> None:
        super().__init__(**_told(kwargs, minimum=least, maximum=most))
        self.least, self.most, self.written = least, most, written

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        number = self._number(value)
        if not self.least <= number <= self.most:
            raise ValidationError(Complaint("number_out_of_range", least=self.least, most=self.most))
        return number

    def _number(self, value: Any) -> int:
        if self.written and isinstance(value, str) and _NUMBER.fullmatch(value):
            return int(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
            raise self.make_error("invalid")
        return int(value)


class Flag(fields.Boolean):
    """True or false. `written`: it stands in an address, as a word or a figure."""

    default_error_messages = {**_CODES, "invalid": "not_a_flag"}

    def __init__(self, *, written: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.written = written

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if isinstance(value, bool):
            return value
        if self.written and value in _FLAGS:
            return _FLAGS[value]
        raise self.make_error("invalid")


class Many(fields.List[Any]):
    """Several of one kind."""

    default_error_messages = {**_CODES, "invalid": "not_a_list"}


class Moment(fields.Field[datetime]):
    """A time as an aware UTC moment; without an offset it is the wall clock's.

    `written`: it stands in an address, where the plus of an offset that nobody escaped arrives as a space.
    """

    default_error_messages = {**_CODES, "invalid": "unreadable_time"}

    def __init__(self, *, written: bool = False, **kwargs: Any) -> None:
        super().__init__(**_told(kwargs, pattern=TIME_PATTERN, example="2027-01-12T18:00"))
        self.written = written

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        return read_moment(value.replace(" ", "+") if self.written else value)


class Day(fields.Field[date]):
    """A date."""

    default_error_messages = {**_CODES, "invalid": "unreadable_date"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_told(kwargs, pattern=DATE_PATTERN, example="2027-03-30"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> date:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        try:
            return parse_date(value)
        except UnreadableTime as error:
            raise self.make_error("invalid") from error


class Clock(fields.Field[time]):
    """A time of day on the wall clock."""

    default_error_messages = {**_CODES, "invalid": "unreadable_clock"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_told(kwargs, pattern=CLOCK_PATTERN, example="17:30"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(_CLOCK, value):
            raise self.make_error("invalid")
        return time.fromisoformat(value)


class Edge(Moment):
    """An end of a window in an address: a moment, or a date that is wholly in the window."""

    def __init__(self, *, last: bool = False, **kwargs: Any) -> None:
        super().__init__(written=True, **_told(kwargs, pattern=EDGE_PATTERN, example="2027-01-12"))
        self.last = last

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            whole = day(parse_date(value), zone())
        except (UnreadableTime, TypeError):
            return super()._deserialize(value, attr, data, **kwargs)
        return whole.end if self.last else whole.start


def read_moment(text: str) -> datetime:
    """Return the moment a text means. Raises ValidationError."""
    try:
        return parse_time(text, zone())
    except MissingTime as error:
        raise ValidationError(Complaint("missing_time", later=error.later)) from error
    except UnreadableTime as error:
        raise ValidationError("unreadable_time") from error


def _told(kwargs: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a field's arguments with more for the OpenAPI document; what is given explicitly stays."""
    return {**kwargs, "metadata": {**more, **kwargs.get("metadata", {})}}
