"""Which calendars there are, what is in each, and the tag that changes whenever its bytes do.

A feed is found with its versions by one statement of seeks, in the transaction that then reads the events and
sees one moment of the database: what is sent under a tag is what the tag stands for. The sum of counters that
only rise is a version too; which rooms are summed, and what is told of them, is in the version itself.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from heapq import merge
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.calendars.blocked import Blocked, BlockTold, block_told, blocked, rooms_of, written_block
from booking.calendars.events import Manner, Told, place_of, told, written
from booking.calendars.models import Subscription
from booking.calendars.queries import Happening, happenings
from booking.calendars.release import release
from booking.calendars.told_rooms import version_of
from booking.clock import zone
from booking.errors import NotFound
from booking.extensions import db
from booking.i18n import speaking
from booking.ical.calendar import CalendarHead, calendar_bytes
from booking.organisations.models import MergedOrganisation, Organisation
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.policy import Sight
from booking.reservations.queries import of_oneself
from booking.rooms.catalogue import NAMES, STAMP, catalogue
from booking.rooms.facts import Catalogue, RoomFacts
from booking.rooms.labels import room_name
from booking.rooms.models import Room
from booking.timetable.zone import day, local_date
from booking.versions.service import Scope, sum_of, value_of

HISTORY_DAYS = 180
_NAMED = aliased(Organisation)  # which an address names, whatever has become of it
PUBLIC_COLOUR, SECRET_COLOUR = "teal", "darkgreen"


@dataclass(frozen=True, slots=True)
class Feed:
    """One calendar that was asked for.

    `path` is its own, `page` that of the page where people read the same, both after BASE_URL. `name` and
    `description` speak the language spoken when they are called. `which` chooses the dates; `own_room` is the
    room that need not be named in each event; `version` changes whenever the chosen dates do. `blockable`:
    the rooms whose closures, own use and outside events are told, as far as they take one of `spaces`.
    """

    path: str
    page: str
    name: Callable[[], str]
    description: Callable[[], str]
    rooms: Catalogue
    which: ColumnElement[bool]
    version: tuple[object, ...]
    sight: Sight = Sight.PUBLIC
    own_room: int | None = None
    names_organisation: bool = True
    blockable: tuple[RoomFacts, ...] = ()
    spaces: frozenset[int] = frozenset()


def of_room(slug: str) -> Feed:
    """Return a room's public feed: its own reservations and those of rooms that share a space with it.

    Raises NotFound.
    """
    found = _found(select(Room.id, value_of(Scope.ROOM, Room.id), NAMES, STAMP).where(Room.slug == slug))
    rooms = catalogue(found[-1])
    room = rooms.room(slug)
    sharing = rooms.sharing(room)
    return Feed(
        path=f"/calendars/rooms/{slug}.ics",
        page=f"/rooms/{slug}",
        name=partial(room_name, room),
        description=lambda: str(_("Tilan varaukset. Yksityisistä näkyy vain ”varattu”.")),
        rooms=rooms,
        which=Occurrence.room_id.in_([other.id for other in sharing]),
        version=version_of(found, sharing),
        own_room=room.id,
        blockable=tuple(other for other in sharing if other.state == room.state),
        spaces=frozenset(room.space_ids),
    )


def of_organisation(slug: str) -> Feed:
    """Return an association's public feed: its reservations except the private ones. Raises NotFound.

    At the address of one that has become part of another it is the other's: programs follow redirects badly.
    """
    counter = value_of(Scope.ORGANISATION, Organisation.id)
    named = select(func.coalesce(MergedOrganisation.into_id, _NAMED.id)).select_from(_NAMED)
    whose = named.outerjoin(MergedOrganisation, MergedOrganisation.organisation_id == _NAMED.id)
    found = _found(
        select(Organisation.slug, Organisation.name, Organisation.id, counter, NAMES, STAMP).where(
            Organisation.id == whose.where(_NAMED.slug == slug).scalar_subquery()
        )
    )
    now_at, name, organisation_id, *version = found
    rooms = catalogue(found[-1])
    return Feed(
        path=f"/calendars/organisations/{now_at}.ics",
        page=f"/organisations/{now_at}",
        name=lambda: str(name),
        description=lambda: str(_("Yhdistyksen julkiset varaukset.")),
        rooms=rooms,
        which=and_(Reservation.organisation_id == organisation_id, Reservation.visibility != "private"),
        version=version_of(version, rooms.by_id.values()),
        names_organisation=False,
    )


def of_owner(slug: str) -> Feed:
    """Return the public feed of all rooms of an owner. Raises NotFound."""
    owns = select(Room.id).join(Organisation, Organisation.id == Room.owner_id)
    found = _found(select(sum_of(Scope.ROOM, owns.where(Organisation.slug == slug)), NAMES, STAMP))
    rooms = catalogue(found[-1])
    owned = tuple(room for room in rooms.rooms if room.owner_slug == slug)
    if not slug or not owned:
        raise NotFound
    return Feed(
        path=f"/calendars/owners/{slug}.ics",
        page=f"/organisations/{slug}",
        name=lambda: str(_("%(owner)s: tilat", owner=owned[0].owner)),
        description=lambda: str(_("Kaikkien tilojen varaukset. Yksityisistä näkyy vain ”varattu”.")),
        rooms=rooms,
        which=Occurrence.room_id.in_(sorted(room.id for room in owned)),
        version=version_of(found, owned),
        blockable=owned,
        spaces=_spaces(owned),
    )


def of_all() -> Feed:
    """Return the public feed of all rooms."""
    found = _found(select(sum_of(Scope.ROOM), NAMES, STAMP))
    rooms = catalogue(found[-1])
    return Feed(
        path="/calendars/all.ics",
        page="/",
        name=lambda: str(_("Imatran tilat")),
        description=lambda: str(_("Kaikkien tilojen varaukset. Yksityisistä näkyy vain ”varattu”.")),
        rooms=rooms,
        which=Occurrence.room_id.in_(sorted(room.id for room in rooms.rooms)),
        version=version_of(found, rooms.rooms),
        blockable=rooms.rooms,
        spaces=_spaces(rooms.rooms),
    )


def of_events() -> Feed:
    """Return the public feed of what is open to anyone, in all rooms and of everybody.

    Its version rises when a public event does, and when something becomes one or is one no more; not with
    other reservations.
    """
    found = _found(select(value_of(Scope.EVENTS, 0), NAMES, STAMP))
    rooms = catalogue(found[-1])
    return Feed(
        path="/calendars/events.ics",
        page="/events",
        name=lambda: str(_("Tapahtumat Imatran tiloissa")),
        description=lambda: str(_("Kaikille avoimet tilaisuudet.")),
        rooms=rooms,
        which=Reservation.visibility == "event",
        version=version_of(found, rooms.by_id.values()),
    )


def of_person(actor: Actor, path: str) -> Feed:
    """Return what a person books: for themselves, and anybody for the associations they are members of."""
    if actor.user_id is None:
        raise NotFound
    member_of = sorted(actor.organisations_with(Right.SEE))
    theirs = select(Organisation.id).where(Organisation.id.in_(member_of))
    found = _found(
        select(value_of(Scope.USER, actor.user_id), sum_of(Scope.ORGANISATION, theirs), NAMES, STAMP)
    )
    rooms = catalogue(found[-1])
    return Feed(
        path=path,
        page="/my",
        name=lambda: str(_("Omat varaukset")),
        description=lambda: str(_("Omat ja omien yhdistysten varaukset ja pyynnöt.")),
        rooms=rooms,
        which=or_(of_oneself(actor), Reservation.organisation_id.in_(member_of)),
        version=(actor.user_id, member_of, *version_of(found, rooms.by_id.values())),
        sight=Sight.FULL,
    )


def of_members(actor: Actor, organisation_id: int, path: str) -> Feed:
    """Return all reservations of one association, for its members. Raises NotFound for anybody else."""
    if not actor.has(Right.SEE, organisation_id):
        raise NotFound
    counter = value_of(Scope.ORGANISATION, Organisation.id)
    found = _found(
        select(Organisation.slug, Organisation.name, counter, NAMES, STAMP).where(
            Organisation.id == organisation_id
        )
    )
    slug, name, *version = found
    rooms = catalogue(found[-1])
    return Feed(
        path=path,
        page=f"/organisations/{slug}",
        name=lambda: str(_("%(organisation)s: kaikki varaukset", organisation=name)),
        description=lambda: str(_("Jäsenille: yhdistyksen kaikki varaukset ja pyynnöt.")),
        rooms=rooms,
        which=Reservation.organisation_id == organisation_id,
        version=(organisation_id, *version_of(version, rooms.by_id.values())),
        sight=Sight.FULL,
        names_organisation=False,
    )


def of_approver(actor: Actor, owner_id: int, path: str) -> Feed:
    """Return all that is asked for in an owner's rooms, for its approvers. Raises NotFound for others."""
    if not actor.has(Right.DECIDE, owner_id):
        raise NotFound
    counters = sum_of(Scope.ROOM, select(Room.id).where(Room.owner_id == owner_id))
    found = _found(select(Organisation.name, counters, NAMES, STAMP).where(Organisation.id == owner_id))
    name, *version = found
    rooms = catalogue(found[-1])
    owned = tuple(room for room in rooms.by_id.values() if room.owner_id == owner_id)
    return Feed(
        path=path,
        page="/approvals",
        name=lambda: str(_("%(owner)s: varaukset ja pyynnöt", owner=name)),
        description=lambda: str(_("Hyväksyjille: kaikki varaukset ja pyynnöt omissa tiloissa.")),
        rooms=rooms,
        which=Occurrence.room_id.in_(sorted(room.id for room in owned)),
        version=(owner_id, *version_of(version, owned)),
        sight=Sight.FULL,
        blockable=owned,
        spaces=_spaces(owned),
    )


def of_subscription(subscription: Subscription, actor: Actor, path: str) -> Feed:
    """Return what a secret feed tells its person today. Raises NotFound when the right to it has ended."""
    if subscription.organisation_id is None:
        return of_person(actor, path)
    of = of_approver if subscription.kind == "approver" else of_members
    return of(actor, subscription.organisation_id, path)


def _found(statement: Select[*tuple[Any, ...]]) -> Row[*tuple[Any, ...]]:
    """Return what a feed is found by, its versions, and at last the stamp of all rooms. Raises NotFound."""
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def _spaces(rooms: Sequence[RoomFacts]) -> frozenset[int]:
    return frozenset(space_id for room in rooms for space_id in room.space_ids)


def since(now: datetime) -> datetime:
    """Return where a feed's history starts: on a first, so that a feed changes by itself once a month."""
    first = (local_date(now, zone()) - timedelta(days=HISTORY_DAYS)).replace(day=1)
    return day(first, zone()).start


def tag_of(feed: Feed, *, language: str, start: datetime) -> str:
    """Return the tag of what `feed_bytes` makes of the same arguments, without reading an event."""
    return tag_for(feed.path, feed.version, language, start.isoformat())


def tag_for(*parts: object) -> str:
    """Return the tag of what is made of these parts by this release of this installation."""
    whole = (*parts, base_url(), default_language(), release())
    return hashlib.sha256(repr(whole).encode("utf-8")).hexdigest()[:32]


def feed_bytes(feed: Feed, *, language: str, start: datetime) -> bytes:
    """Return the whole feed in a language, with the dates from `start` on, by start. A few statements."""
    rows = happenings(feed.which, feed.sight, since=start)
    blocks = blocks_in(feed, since=start)
    with speaking(language):
        reserved = ((each.start, written(each)) for each in tellings(feed, rows, language))
        closed = ((each.start, written_block(each)) for each in blocks_told(feed, blocks, language))
        events = merge(reserved, closed, key=_start)
        return calendar_bytes(_head(feed, language), (event for _when, event in events))


def tellings(feed: Feed, rows: Sequence[Happening], language: str) -> list[Told]:
    """Return what may be told of each date to the readers of a feed, in the language spoken now."""
    manner = Manner(language, base_url(), feed.sight, feed.names_organisation)
    places = {room_id: place_of(feed.rooms.by_id[room_id]) for room_id in {row.room_id for row in rows}}
    return [told(row, places[row.room_id], manner, names_room=row.room_id != feed.own_room) for row in rows]


def _start(event: tuple[datetime, bytes]) -> datetime:
    return event[0]


def blocks_in(feed: Feed, *, since: datetime) -> Sequence[Blocked]:
    """Return the dates of blocks that a feed tells of and that end after `since`. Two statements, or none."""
    return blocked(feed.spaces, since=since) if feed.spaces else ()


def blocks_told(feed: Feed, rows: Sequence[Blocked], language: str) -> Iterator[BlockTold]:
    """Yield what may be told of each to the readers of a feed, in the language spoken now."""
    rooms: dict[frozenset[int], Sequence[RoomFacts]] = {}
    for row in rows:
        if row.space_ids not in rooms:
            rooms[row.space_ids] = rooms_of(row.space_ids, feed.blockable)
        yield block_told(row, rooms[row.space_ids], language, feed.sight, own_room=feed.own_room)


def _head(feed: Feed, language: str) -> CalendarHead:
    return CalendarHead(
        name=feed.name(),
        description=feed.description(),
        language=language,
        source=address(feed.path, language),
        url=base_url() + feed.page,
        color=PUBLIC_COLOUR if feed.sight is Sight.PUBLIC else SECRET_COLOUR,
    )


def address(path: str, language: str) -> str:
    """Return the address of a feed in a language; the installation's own language needs no saying."""
    query = "" if language == default_language() else f"?lang={language}"
    return f"{base_url()}{path}{query}"


def default_language() -> str:
    """Return the language of a feed whose address names none: the installation's, whoever asks."""
    return str(current_app.config["DEFAULT_LANGUAGE"])


def base_url() -> str:
    """Return the address that the service is known by, without a slash at its end."""
    return str(current_app.config["SETTINGS"].base_url)
