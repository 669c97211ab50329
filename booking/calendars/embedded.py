"""A week of an association or a room, for a site of somebody else's to show in a frame."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import current_app
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import and_

from booking.calendars.blocked import BlockTold
from booking.calendars.events import Told
from booking.calendars.feeds import Feed, blocks_in, blocks_told, tag_for, tellings
from booking.calendars.queries import happenings
from booking.clock import zone
from booking.i18n import language
from booking.reservations.lifecycle import HOLDING
from booking.reservations.models import Occurrence
from booking.timetable.zone import IsoWeek, local_date, week
from booking.web.addresses import outside_url

_CODE = Markup(
    '<iframe src="{}" title="{}" width="100%" height="480" loading="lazy" style="border:0"></iframe>'
)


@dataclass(frozen=True, slots=True)
class EmbeddedWeek:
    """What a frame shows. `days` are those with something in them; `page` is where people read more.

    `today` is the present day if it is in the week.
    """

    name: str
    page: str
    iso: IsoWeek
    first: date
    last: date
    today: date | None
    days: Sequence[tuple[date, Sequence[Told | BlockTold]]]


def week_tag(feed: Feed, iso: IsoWeek, language: str, today: date) -> str:
    """Return the tag of the page made of what `week_shown` returns, without reading a reservation."""
    in_it = today.isoformat() if today in iso.days() else ""
    return tag_for("week", feed.path, feed.version, str(iso), language, in_it, current_app.config["RELEASE"])


def week_shown(feed: Feed, iso: IsoWeek, today: date) -> EmbeddedWeek:
    """Return the week of a public feed, in the language spoken now. Three statements, or one without rooms.

    What lasts from the week before stands on the Monday.
    """
    window = week(iso.year, iso.week, zone())
    rows = happenings(
        and_(feed.which, Occurrence.state.in_(sorted(HOLDING)), Occurrence.starts_at < window.end),
        feed.sight,
        since=window.start,
    )

    blocks = [each for each in blocks_in(feed, since=window.start) if each.starts_at < window.end]
    told: list[Told | BlockTold] = [*tellings(feed, rows, language())]
    told += blocks_told(feed, blocks, language())
    told.sort(key=_start)

    def on(event: Told | BlockTold) -> date:
        return local_date(max(event.start, window.start), zone())

    days = iso.days()
    return EmbeddedWeek(
        name=feed.name(),
        page=feed.page,
        iso=iso,
        first=days[0],
        last=days[-1],
        today=today if today in days else None,
        days=[(first, list(events)) for first, events in groupby(told, key=on)],
    )


def _start(event: Told | BlockTold) -> datetime:
    return event.start


def embed_code(endpoint: str, slug: str, name: str) -> str:
    """Return the HTML that shows a week on another site, in the language spoken now. Not escaped further."""
    address = outside_url(endpoint, slug=slug, lang=language())
    return str(_CODE.format(address, _("%(name)s: viikon varaukset", name=name)))
