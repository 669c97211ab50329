"""What can be refused. An error carries a code and its parameters, no text: the edges speak to people."""

import dataclasses
from collections.abc import Sequence
from datetime import date
from typing import Any


class DomainError(Exception):
    """Base of every refusal.

    `code` is stable and public (the API shows it); `params` fill the sentence that the edge chooses.
    """

    code = "refused"

    def __init__(self, code: str | None = None, **params: Any) -> None:
        self.code = code or self.code
        self.params = params
        super().__init__(self.code)


class NotFound(DomainError):
    """There is no such thing, or the actor may not know of it: both look the same."""

    code = "not_found"


class Forbidden(DomainError):
    """The actor may see it but not do this."""

    code = "forbidden"


class WrongState(DomainError):
    """The thing's state does not allow this step (any more)."""

    code = "wrong_state"


class TooManyAttempts(DomainError):
    """Throttled; `retry_after` is seconds."""

    code = "too_many_attempts"


@dataclasses.dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule.

    `code` says which, `field` the form's field it belongs to, `params` the figures of the sentence, `on` the
    date of a series that breaks it (None: the request as a whole).
    """

    code: str
    field: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict, hash=False)
    on: date | None = None


class RuleViolation(DomainError):
    """The request breaks rules of the room or asks for an impossible time."""

    code = "rule_violation"

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__()
        self.violations = tuple(violations)


class SlotTaken(DomainError):
    """Somebody holds the space for some of the wished times.

    `conflicts` are the wished intervals that are not free, in order.
    """

    code = "slot_taken"

    def __init__(self, conflicts: Sequence[Any]) -> None:
        super().__init__()
        self.conflicts = tuple(conflicts)
