"""Which calendars there are, what is in each, and the tag that changes whenever its bytes do.

A feed is found with its versions, which are read before the events and in the same transaction: what is sent
under a tag is never older than the tag. The sum of counters that only rise is a version too; which rooms are
summed is fixed by the catalogue's stamp.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.calendars.events import Manner, Told, place_of, told, written
from booking.calendars.queries import Happening, happenings
from booking.calendars.release import release
from booking.clock import zone
from booking.errors import NotFound
from booking.extensions import db
from booking.i18n import speaking
from booking.ical.calendar import CalendarHead, calendar_bytes
from booking.organisations.models import Organisation
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.policy import Sight
from booking.reservations.queries import of_oneself
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import Catalogue
from booking.rooms.labels import room_name
from booking.timetable.zone import day, local_date
from booking.versions.service import Scope, current, total

HISTORY_DAYS = 180
PUBLIC_COLOUR, SECRET_COLOUR = "teal", "darkgreen"


@dataclass(frozen=True, slots=True)
class Feed:
    """One calendar that was asked for.

    `path` is its own, `page` that of the page where people read the same, both after BASE_URL. `name` and
    `description` speak the language spoken when they are called. `which` chooses the dates; `own_room` is the
    room that need not be named in each event; `version` changes whenever the chosen dates do.
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


def of_room(slug: str) -> Feed:
    """Return a room's public feed: its own reservations and those of rooms that share a space with it.

    Raises NotFound.
    """
    rooms = catalogue()
    room = rooms.room(slug)
    shown = {room.id, *(other.id for other in rooms.sharing(room))}
    return Feed(
        path=f"/calendars/rooms/{slug}.ics",
        page=f"/rooms/{slug}",
        name=partial(room_name, room),
        description=lambda: str(_("Tilan varaukset. Yksityisistä näkyy vain ”varattu”.")),
        rooms=rooms,
        which=Occurrence.room_id.in_(sorted(shown)),
        version=(rooms.stamp, current(Scope.ROOM, [room.id])[room.id]),
        own_room=room.id,
    )


def of_organisation(slug: str) -> Feed:
    """Return an association's public feed: its reservations except the private ones. Raises NotFound."""
    found = db.session.execute(
        select(Organisation.id, Organisation.name).where(Organisation.slug == slug)
    ).one_or_none()
    if found is None:
        raise NotFound
    rooms = catalogue()
    return Feed(
        path=f"/calendars/organisations/{slug}.ics",
        page=f"/organisations/{slug}",
        name=lambda: found.name,
        description=lambda: str(_("Yhdistyksen julkiset varaukset.")),
        rooms=rooms,
        which=and_(Reservation.organisation_id == found.id, Reservation.visibility != "private"),
        version=(rooms.stamp, current(Scope.ORGANISATION, [found.id])[found.id]),
        names_organisation=False,
    )


def of_owner(slug: str) -> Feed:
    """Return the public feed of all rooms of an owner. Raises NotFound."""
    rooms = catalogue()
    owned = [room for room in rooms.rooms if room.owner_slug == slug]
    if not slug or not owned:
        raise NotFound
    ids = sorted(room.id for room in owned)
    return Feed(
        path=f"/calendars/owners/{slug}.ics",
        page=f"/organisations/{slug}",
        name=lambda: str(_("%(owner)s: tilat", owner=owned[0].owner)),
        description=lambda: str(_("Kaikkien tilojen varaukset. Yksityisistä näkyy vain ”varattu”.")),
        rooms=rooms,
        which=Occurrence.room_id.in_(ids),
        version=(rooms.stamp, sum(current(Scope.ROOM, ids).values())),
    )


def of_all() -> Feed:
    """Return the public feed of all rooms."""
    rooms = catalogue()
    return Feed(
        path="/calendars/all.ics",
        page="/",
        name=lambda: str(_("Imatran tilat")),
        description=lambda: str(_("Kaikkien tilojen varaukset. Yksityisistä näkyy vain ”varattu”.")),
        rooms=rooms,
        which=Occurrence.room_id.in_(sorted(room.id for room in rooms.rooms)),
        version=(rooms.stamp, total(Scope.ROOM)),
    )


def of_events() -> Feed:
    """Return the public feed of what is open to anyone, in all rooms and of everybody.

    Its version rises when a public event does, and when something becomes one or is one no more; not with
    other reservations.
    """
    rooms = catalogue()
    return Feed(
        path="/calendars/events.ics",
        page="/events",
        name=lambda: str(_("Tapahtumat Imatran tiloissa")),
        description=lambda: str(_("Kaikille avoimet tilaisuudet.")),
        rooms=rooms,
        which=Reservation.visibility == "event",
        version=(rooms.stamp, current(Scope.EVENTS, [0])[0]),
    )


def of_person(actor: Actor, path: str) -> Feed:
    """Return what a person books: for themselves, and anybody for the associations they are members of."""
    if actor.user_id is None:
        raise NotFound
    rooms = catalogue()
    member_of = sorted(actor.organisations_with(Right.SEE))
    counters = current(Scope.ORGANISATION, member_of)
    return Feed(
        path=path,
        page="/my",
        name=lambda: str(_("Omat varaukset")),
        description=lambda: str(_("Omat ja omien yhdistysten varaukset ja pyynnöt.")),
        rooms=rooms,
        which=or_(of_oneself(actor), Reservation.organisation_id.in_(member_of)),
        version=(
            rooms.stamp,
            actor.user_id,
            current(Scope.USER, [actor.user_id])[actor.user_id],
            *sorted(counters.items()),
        ),
        sight=Sight.FULL,
    )


def of_members(actor: Actor, organisation_id: int, path: str) -> Feed:
    """Return all reservations of one association, for its members. Raises NotFound for anybody else."""
    if not actor.has(Right.SEE, organisation_id):
        raise NotFound
    organisation = db.session.get_one(Organisation, organisation_id)
    rooms = catalogue()
    counter = current(Scope.ORGANISATION, [organisation_id])[organisation_id]
    return Feed(
        path=path,
        page=f"/organisations/{organisation.slug}",
        name=lambda: str(_("%(organisation)s: kaikki varaukset", organisation=organisation.name)),
        description=lambda: str(_("Jäsenille: yhdistyksen kaikki varaukset ja pyynnöt.")),
        rooms=rooms,
        which=Reservation.organisation_id == organisation_id,
        version=(rooms.stamp, organisation_id, counter),
        sight=Sight.FULL,
        names_organisation=False,
    )


def of_approver(actor: Actor, owner_id: int, path: str) -> Feed:
    """Return all that is asked for in an owner's rooms, for its approvers. Raises NotFound for others."""
    if not actor.has(Right.DECIDE, owner_id):
        raise NotFound
    owner = db.session.get_one(Organisation, owner_id)
    rooms = catalogue()
    ids = sorted(room.id for room in rooms.by_id.values() if room.owner_id == owner_id)
    return Feed(
        path=path,
        page="/approvals",
        name=lambda: str(_("%(owner)s: varaukset ja pyynnöt", owner=owner.name)),
        description=lambda: str(_("Hyväksyjille: kaikki varaukset ja pyynnöt omissa tiloissa.")),
        rooms=rooms,
        which=Occurrence.room_id.in_(ids),
        version=(rooms.stamp, owner_id, *sorted(current(Scope.ROOM, ids).items())),
        sight=Sight.FULL,
    )


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
    """Return the whole feed in a language, with the dates from `start` on. One statement, or few."""
    rows = happenings(feed.which, feed.sight, since=start)
    with speaking(language):
        return calendar_bytes(_head(feed, language), map(written, tellings(feed, rows, language)))


def tellings(feed: Feed, rows: Sequence[Happening], language: str) -> list[Told]:
    """Return what may be told of each date to the readers of a feed, in the language spoken now."""
    manner = Manner(language, base_url(), feed.sight, feed.names_organisation)
    places = {room_id: place_of(feed.rooms.by_id[room_id]) for room_id in {row.room_id for row in rows}}
    return [told(row, places[row.room_id], manner, names_room=row.room_id != feed.own_room) for row in rows]


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
