"""What the approver's part of the desk adds to an owner's public page: its published criteria."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.desk.approvals.criteria_words import CRITERIA, EXPLAINED
from booking.i18n import in_language
from booking.organisations.models import Organisation
from booking.organisations.panels import register_panel
from booking.reservations.criteria import Criterion, PublishedCriteria, published
from booking.rooms.labels import KINDS


@dataclass(frozen=True, slots=True)
class CriteriaShown:
    """The criteria of one kind of rooms: what for, each with its explanation, the promise, own words.

    `in_finnish`: the words are not in the reader's language.
    """

    scope: str
    criteria: Sequence[tuple[str, str]]
    answer_days: int | None
    text: str
    in_finnish: bool


@register_panel
def criteria_of(organisation: Organisation, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return the organisation's published criteria, those of all rooms first, and who may write them."""
    found = published([organisation.id]).values()
    return {
        "criteria": [_shown(each) for each in found],
        "keeps": actor.has(Right.KEEP_ROOMS, organisation.id),
    }


def _shown(found: PublishedCriteria) -> CriteriaShown:
    text = in_language(found.text_fi, found.text_sv, found.text_en)
    codes = [Criterion(each) for each in found.criteria]
    return CriteriaShown(
        scope=str(KINDS[found.kind]) if found.kind else str(_("kaikki tilat")),
        criteria=[(str(CRITERIA[each]), str(EXPLAINED[each])) for each in codes],
        answer_days=found.answer_days,
        text=text,
        in_finnish=bool(text) and text == found.text_fi,
    )
