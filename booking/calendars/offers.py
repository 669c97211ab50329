"""What the page of calendars shows: a person's secret feeds, those still to be made, and the public ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from flask_babel import gettext as _
from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.calendars import feeds
from booking.calendars.clients import Client
from booking.calendars.models import Subscription
from booking.calendars.service import may_subscribe, own, subscriptions_of, token_of
from booking.errors import NotFound
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.rooms.catalogue import catalogue
from booking.web.addresses import webcal

LONG: Final = timedelta(days=14)
"""Without a fetch for so long, a program has most likely lost the calendar: the slowest look once a day."""


@dataclass(frozen=True, slots=True)
class OfferedFeed:
    """A public feed with its two addresses. `kind` and `slug` name it in addresses of pages."""

    name: str
    https_url: str
    webcal_url: str
    kind: str
    slug: str


@dataclass(frozen=True, slots=True)
class ListedSubscription:
    """A secret feed with its two addresses. Not `active` when the person may no longer see what is in it.

    `fetched_at` and `client` tell of the last fetch; None and "" when there was none. `is_forgotten`: no
    program has fetched it for long.
    """

    id: int
    name: str
    scope: str
    https_url: str
    webcal_url: str
    created_at: datetime
    active: bool
    fetched_at: datetime | None
    client: str
    is_forgotten: bool

    @property
    def is_in_use(self) -> bool:
        """Whether somebody's program would lose the calendar with this address."""
        return self.active and self.fetched_at is not None


def private_path(token: str) -> str:
    """Return the path of a secret feed."""
    return f"/calendars/private/{token}.ics"


def listed(actor: Actor, events: str, *, now: datetime) -> list[ListedSubscription]:
    """Return a person's secret feeds with their addresses, which ask for the events in a language."""
    return [_listed(subscription, actor, events, now) for subscription in subscriptions_of(actor)]


def private_feed(subscription_id: int, events: str, actor: Actor, *, now: datetime) -> ListedSubscription:
    """Return one of a person's secret feeds. Raises NotFound, also when the right to it has ended."""
    found = _listed(own(subscription_id, actor), actor, events, now)
    if not found.active:
        raise NotFound
    return found


def is_in_use(subscription_id: int, actor: Actor, *, now: datetime) -> bool:
    """Say whether a person's secret feed has been fetched and still answers. Raises NotFound."""
    return _listed(own(subscription_id, actor), actor, "", now).is_in_use


def _listed(subscription: Subscription, actor: Actor, events: str, now: datetime) -> ListedSubscription:
    whose = subscription.organisation.name if subscription.organisation else ""
    url = feeds.address(private_path(token_of(subscription)), events)
    return ListedSubscription(
        id=subscription.id,
        name=_name(subscription.kind, whose),
        scope=_scope(subscription.kind),
        https_url=url,
        webcal_url=webcal(url),
        created_at=subscription.created_at,
        active=may_subscribe(subscription.kind, subscription.organisation_id, actor),
        fetched_at=subscription.fetched_at,
        client=_client(subscription.fetched_by),
        is_forgotten=now - (subscription.fetched_at or subscription.renewed_at) >= LONG,
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


def public_feeds(actor: Actor, events: str) -> list[OfferedFeed]:
    """Return the public feeds of all rooms, of each owner's, and of the person's own associations."""
    owners = {room.owner_slug: room.owner for room in catalogue().rooms if room.owner_slug}
    own_ones = _organisations(actor.organisations_with(Right.SEE))
    return [
        _offered(_("Kaikki tilat"), "all", "", events),
        _offered(_("Tapahtumat"), "events", "", events),
        *(
            _offered(_("%(owner)s: tilat", owner=name), "owners", slug, events)
            for slug, name in sorted(owners.items(), key=lambda each: each[1])
        ),
        *(
            _offered(
                _("%(organisation)s: julkiset varaukset", organisation=each.name),
                "organisations",
                each.slug,
                events,
            )
            for each in own_ones
        ),
    ]


def public_feed(kind: str, slug: str, events: str) -> OfferedFeed:
    """Return one public feed: `kind` is rooms, organisations, owners, all or events. Raises NotFound."""
    of_slug = {"rooms": feeds.of_room, "organisations": feeds.of_organisation, "owners": feeds.of_owner}
    whole = {"all": feeds.of_all, "events": feeds.of_events}
    feed = of_slug[kind](slug) if slug else whole[kind]()
    return _offered(feed.name(), kind, slug, events)


def _offered(name: str, kind: str, slug: str, events: str) -> OfferedFeed:
    url = feeds.address(f"/calendars/{kind}/{slug}.ics" if slug else f"/calendars/{kind}.ics", events)
    return OfferedFeed(name, url, webcal(url), kind, slug)


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


def _client(kind: str | None) -> str:
    names = {
        Client.GOOGLE.value: str(_("Google-kalenteri")),
        Client.APPLE.value: str(_("Applen Kalenteri")),
        Client.OUTLOOK.value: "Outlook",
        Client.THUNDERBIRD.value: "Thunderbird",
        Client.ANDROID.value: str(_("Android-puhelimen ohjelma")),
        Client.OTHER.value: str(_("muu ohjelma")),
    }
    return names[kind] if kind else ""
