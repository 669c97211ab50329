"""What is open to anyone and coming: for the page of events, and for the Atom twin of their calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_

from booking.calendars import feeds, queries
from booking.calendars.atom import AtomEntry, AtomHead, atom_bytes
from booking.calendars.events import Told
from booking.calendars.one import EVER
from booking.clock import zone
from booking.i18n import language as spoken_language
from booking.i18n import speaking
from booking.organisations.models import Organisation
from booking.reservations.labels import PURPOSES
from booking.reservations.lifecycle import HOLDING, State
from booking.reservations.models import LONGEST_DAYS, Occurrence
from booking.timetable.zone import day, local_date
from booking.web.filters import when
from booking.web.paging import Page, page_numbers
from booking.web.states import state_word

WEEKS = 8  # that the page looks ahead
A_PAGE = 30
ENTRIES = 100  # of the Atom feed: it is for reading what is next, the calendar is for having all of it


@dataclass(frozen=True, slots=True)
class EventsOfDay:
    """What begins on a day, or goes on from the day before the first."""

    on: date
    events: Sequence[Told]


@dataclass(frozen=True, slots=True)
class EventsShown:
    """One page of the coming events, and what they can be narrowed to: (slug, name) and names."""

    days: Sequence[EventsOfDay]
    page: Page
    organisations: Sequence[tuple[str, str]]
    venues: Sequence[str]
    organisation: str
    venue: str


def shown(now: datetime, *, organisation: str = "", venue: str = "") -> EventsShown:
    """Return the asked page of what comes in the next weeks, of one association or venue if it is known.

    In the language spoken now. Four statements, however many events there are.
    """
    feed = feeds.of_events()
    coming = _coming(feed.which, now)
    bookers, rooms = queries.bookers_and_rooms(coming)
    venues = {feed.rooms.by_id[room_id].venue for room_id in rooms} - {""}
    if organisation in dict(bookers):
        coming = and_(coming, Organisation.slug == organisation)
    if venue in venues:
        there = [room_id for room_id in rooms if feed.rooms.by_id[room_id].venue == venue]
        coming = and_(coming, Occurrence.room_id.in_(sorted(there)))
    page = page_numbers(queries.count(coming), A_PAGE)
    rows = queries.happenings(coming, feed.sight, since=now, limit=A_PAGE, offset=(page.number - 1) * A_PAGE)
    return EventsShown(
        days=_by_day(feeds.tellings(feed, rows, spoken_language()), now),
        page=page,
        organisations=sorted(bookers, key=lambda each: each[1].casefold()),
        venues=sorted(venues, key=str.casefold),
        organisation=organisation if organisation in dict(bookers) else "",
        venue=venue if venue in venues else "",
    )


def _coming(which: ColumnElement[bool], now: datetime) -> ColumnElement[bool]:
    return and_(
        which,
        Occurrence.state.in_(sorted(HOLDING)),
        Occurrence.ends_at > now,
        Occurrence.starts_at > now - timedelta(days=LONGEST_DAYS),
        Occurrence.starts_at < now + timedelta(weeks=WEEKS),
    )


def _by_day(events: Sequence[Told], now: datetime) -> list[EventsOfDay]:
    def on(event: Told) -> date:
        return local_date(max(event.start, now), zone())

    return [EventsOfDay(first, list(of_day)) for first, of_day in groupby(events, key=on)]


def atom_tag(language: str, today: date) -> str:
    """Return the tag of what `atom_feed` makes of the same arguments, without reading an event."""
    return feeds.tag_for("/events.atom", feeds.of_events().version, language, today.isoformat())


def atom_feed(language: str, today: date) -> bytes:
    """Return what ends after this day begins, the next first: what is cancelled says so. Few statements."""
    feed = feeds.of_events()
    rows = queries.happenings(
        feed.which, feed.sight, since=day(today, zone()).start, told_since=EVER, limit=ENTRIES
    )
    with speaking(language):
        head = AtomHead(
            host=current_app.config["SETTINGS"].host,
            language=language,
            title=feed.name(),
            subtitle=feed.description(),
            author=_("Imatran tilat"),
            source=feeds.address("/events.atom", language),
            url=feeds.base_url() + feed.page,
        )
        return atom_bytes(head, [_entry(each) for each in feeds.tellings(feed, rows, language)])


def _entry(event: Told) -> AtomEntry:
    purpose = str(PURPOSES[event.purpose])
    # what people wrote comes last, so that a mark for right-to-left in it turns nothing of ours around
    title = f"{when(event)}: {event.title}"
    if event.state == State.CANCELLED:
        title = f"{state_word(event.state).capitalize()}, {title}"
    return AtomEntry(
        uid=event.uid,
        title=title,
        summary=" · ".join(filter(None, (purpose.capitalize(), event.place.location, event.organisation))),
        category=event.purpose,
        category_label=purpose,
        author=event.organisation,
        url=f"{feeds.base_url()}/reservations/{event.reference}",
        published=event.created_at,
        updated=event.changed_at,
    )
