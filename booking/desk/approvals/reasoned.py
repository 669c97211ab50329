"""The reason of a refusal as an approver gives it: one of the owner's ready ones, own words, or both."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from booking.access.actor import Actor
from booking.desk.approvals.choosing import Choice
from booking.i18n import language
from booking.reservations.forms import occurrence_ids
from booking.reservations.queries import find
from booking.reservations.reason_templates import templates_of, worded


@dataclass(frozen=True, slots=True)
class Reasoned:
    """What was chosen and written. `template`: a ready reason's id."""

    template: int | None = None
    own: str = ""

    @classmethod
    def read(cls, form: MultiDict[str, str]) -> Reasoned:
        """Return what a form says; what is no number is no choice."""
        template = next(iter(occurrence_ids(form.getlist("template")) or ()), None)
        return cls(template, form.get("reason", ""))

    def words(self, reference: str, actor: Actor) -> str:
        """Return what is sent, in the booker's language. Raises NotFound, RuleViolation."""
        reservation, _seen = find(reference, actor)
        return worded(reservation, self.template, self.own)


@dataclass(frozen=True, slots=True)
class Typed:
    """What an approver sent that was refused: why, of which field, and everything they chose and wrote."""

    error: str
    field: str
    choice: Choice
    reason: Reasoned
    declines: bool


@dataclass(frozen=True, slots=True)
class ReadyReason:
    """A ready reason: in the approver's language to be found by, in each language as it is sent."""

    id: int
    label: str
    texts: Mapping[str, str]


_LABEL_LENGTH = 70


def ready_reasons(owner_ids: Collection[int]) -> Mapping[int, Sequence[ReadyReason]]:
    """Return the ready reasons of these owners, by owner. One statement."""
    found: dict[int, list[ReadyReason]] = {}
    for each in templates_of(owner_ids):
        text = each.text(language())
        label = text if len(text) <= _LABEL_LENGTH else f"{text[:_LABEL_LENGTH].rsplit(' ', 1)[0]} …"
        texts = {code: each.text(code) for code in ("fi", "sv", "en")}
        found.setdefault(each.owner_id, []).append(ReadyReason(each.id, label, texts))
    return found
