"""What a reader of an association's page has to do with it: a panel of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.organisations.members import managers_of
from booking.organisations.models import Organisation
from booking.organisations.panels import register_panel


@dataclass(frozen=True, slots=True)
class Belonging:
    """`may_ask`: it is one that people ask to be let into, and the reader is not in it.

    `is_managed`: somebody could answer; looked up only for who may ask.
    """

    belongs: bool
    manages: bool
    may_ask: bool
    is_managed: bool
    is_archived: bool
    is_unverified: bool
    is_turned_down: bool


@register_panel
def belonging_facts(organisation: Organisation, actor: Actor, now: datetime) -> Mapping[str, Any]:
    """Return how the reader stands to the organisation. One statement for who may ask, none for others."""
    belongs = actor.has(Right.SEE, organisation.id)
    is_archived = organisation.archived_at is not None
    asks = organisation.kind in ("association", "group") and not is_archived
    return {
        "belonging": Belonging(
            belongs=belongs,
            manages=actor.has(Right.MANAGE, organisation.id),
            may_ask=asks and not belongs,
            is_managed=asks and not belongs and bool(managers_of(organisation.id)),
            is_archived=is_archived,
            is_unverified=organisation.verified_at is None,
            is_turned_down=organisation.turned_down_at is not None,
        )
    }
