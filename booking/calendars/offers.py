"""What the page of calendars shows: a person's secret feeds, those still to be made, and the public ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.calendars.feeds import address
from booking.calendars.models import Subscription
from booking.calendars.service import may_subscribe, subscriptions_of, token_of
from booking.extensions import db
from booking.i18n import language
from booking.organisations.models import Organisation
from booking.rooms.catalogue import catalogue
from booking.web.addresses import webcal


@dataclass(frozen=True, slots=True)
class OfferedFeed:
    """A public feed with its two addresses, in the language the page is read in."""

    name: str
    https_url: str
    webcal_url: str


@dataclass(frozen=True, slots=True)
class ListedSubscription:
    """A secret feed with its two addresses. Not `active` when the person may no longer see what is in it."""

    id: int
    name: str
    scope: str
    https_url: str
    webcal_url: str
    created_at: datetime
    active: bool


def private_path(token: str) -> str:
    """Return the path of a secret feed."""
    return f"/calendars/private/{token}.ics"


def listed(actor: Actor) -> list[ListedSubscription]:
    """Return a person's secret feeds with their addresses."""
    return [_listed(subscription, actor) for subscription in subscriptions_of(actor)]


def _listed(subscription: Subscription, actor: Actor) -> ListedSubscription:
    whose = subscription.organisation.name if subscription.organisation else ""
    url = address(private_path(token_of(subscription)), language())
    return ListedSubscription(
        id=subscription.id,
        name=_name(subscription.kind, whose),
        scope=_scope(subscription.kind),
        https_url=url,
        webcal_url=webcal(url),
        created_at=subscription.created_at,
        active=may_subscribe(subscription.kind, subscription.organisation_id, actor),
    )


def unmade(actor: Actor) -> list[tuple[str, str]]:
    """Return the secret feeds the person could have and has not: (value for `chosen`, name)."""
    made = {(each.kind, each.organisation_id) for each in subscriptions_of(actor)}
    possible: list[tuple[str, int | None, str]] = [("mine", None, "")]
    for organisation in _organisations(actor.organisations_with(Right.SEE)):
        possible.append(("organisation", organisation.id, organisation.name))
        if actor.has(Right.DECIDE, organisation.id):
            possible.append(("approver", organisation.id, organisation.name))
    return [
        (f"{kind}-{organisation_id or ''}".rstrip("-"), _name(kind, whose))
        for kind, organisation_id, whose in possible
        if (kind, organisation_id) not in made
    ]


def chosen(scope: str) -> tuple[str, int | None]:
    """Return the kind and the organisation's id of a value that `unmade` gave."""
    kind, _dash, organisation_id = scope.partition("-")
    return kind, int(organisation_id) if organisation_id else None


def public_feeds(actor: Actor) -> list[OfferedFeed]:
    """Return the public feeds of all rooms, of each owner's, and of the person's own associations."""
    owners = {room.owner_slug: room.owner for room in catalogue().rooms if room.owner_slug}
    own = _organisations(actor.organisations_with(Right.SEE))
    return [
        _offered(_("Kaikki tilat"), "/calendars/all.ics"),
        _offered(_("Tapahtumat"), "/calendars/events.ics"),
        *(
            _offered(_("%(owner)s: tilat", owner=name), f"/calendars/owners/{slug}.ics")
            for slug, name in sorted(owners.items(), key=lambda each: each[1])
        ),
        *(
            _offered(
                _("%(organisation)s: julkiset varaukset", organisation=each.name),
                f"/calendars/organisations/{each.slug}.ics",
            )
            for each in own
        ),
    ]


def _offered(name: str, path: str) -> OfferedFeed:
    url = address(path, language())
    return OfferedFeed(name, url, webcal(url))


def _organisations(ids: Iterable[int]) -> list[Organisation]:
    return list(
        db.session.scalars(
            select(Organisation).where(Organisation.id.in_(sorted(ids))).order_by(Organisation.name)
        )
    )


def _name(kind: str, whose: str) -> str:
    if kind == "organisation":
        return str(_("%(organisation)s: kaikki varaukset", organisation=whose))
    if kind == "approver":
        return str(_("%(owner)s: varaukset ja pyynnöt", owner=whose))
    return str(_("Omat varaukset"))


def _scope(kind: str) -> str:
    if kind == "organisation":
        return str(_("Jäsenille: yhdistyksen kaikki varaukset ja pyynnöt."))
    if kind == "approver":
        return str(_("Hyväksyjille: kaikki varaukset ja pyynnöt omissa tiloissa."))
    return str(_("Omat ja omien yhdistysten varaukset ja pyynnöt."))
