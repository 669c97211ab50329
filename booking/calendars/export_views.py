"""What leaves the service by itself: a reservation as a file, public events, a week for another site."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.calendars import feeds, public_events
from booking.calendars.answer import asked_language, calendar_answer, feed_answer
from booking.calendars.blocked import why_taken
from booking.calendars.embedded import embed_code, week_shown, week_tag
from booking.calendars.feeds import Feed
from booking.calendars.one import EVER, of_reservation
from booking.clock import now, zone
from booking.errors import NotFound
from booking.i18n import speaking
from booking.timetable.zone import IsoWeek, local_date
from booking.web.headers import FRAMED_POLICY

blueprint = Blueprint("exports", __name__)
blueprint.add_app_template_global(embed_code)

_FRAMED = {
    "Content-Security-Policy": FRAMED_POLICY,
    "Cache-Control": "public, max-age=60",  # many readers of one page; a minute old is new enough for it
    "X-Robots-Tag": "noindex",  # weeks have no end; the association's own page is the one to find
}


@blueprint.get("/reservations/<reference>.ics")
@requires(Permission.ANYONE)
def reservation_file(reference: str) -> Response:
    """All dates of a reservation, for who may see it."""
    answer = calendar_answer(of_reservation(reference, current_actor()), start=EVER, public=False)
    answer.vary.add("Cookie")
    answer.headers["Content-Disposition"] = f'attachment; filename="{reference}.ics"'
    return answer


@blueprint.get("/calendars/events.ics")
@requires(Permission.ANYONE)
def events_feed() -> Response:
    """What is open to anyone, in all rooms."""
    return calendar_answer(feeds.of_events(), start=feeds.since(now()))


@blueprint.get("/events.atom")
@requires(Permission.ANYONE)
def events_atom() -> Response:
    """The next of what is open to anyone, for programs that read news."""
    language, today = asked_language(), local_date(now(), zone())
    return feed_answer(
        public_events.atom_tag(language, today),
        lambda: public_events.atom_feed(language, today),
        language=language,
        public=True,
        content_type="application/atom+xml; charset=utf-8",
    )


@blueprint.get("/events")
@requires(Permission.ANYONE)
def events() -> ResponseReturnValue:
    """What is open to anyone in the next weeks, by day."""
    asked = request.args
    found = public_events.shown(
        now(), organisation=asked.get("organisation", ""), venue=asked.get("venue", "")
    )
    return render_template("calendars/events.html", found=found, weeks=public_events.WEEKS)


@blueprint.get("/embed/organisations/<slug>/week")
@requires(Permission.ANYONE)
def organisation_week(slug: str) -> Response:
    """An association's public reservations of a week, for its own site to show."""
    return _week(feeds.of_organisation, slug)


@blueprint.get("/embed/rooms/<slug>/week")
@requires(Permission.ANYONE)
def room_week(slug: str) -> Response:
    """A room's week, for a site to show."""
    return _week(feeds.of_room, slug)


def _week(feed_of: Callable[[str], Feed], slug: str) -> Response:
    """Answer with a page that may be framed, also where there is no such week: a frame shows nothing else."""
    language, today = asked_language(), local_date(now(), zone())
    try:
        feed, iso = feed_of(slug), _asked_week(today)
    except NotFound:
        with speaking(language):
            answer = make_response(render_template("embed/missing.html", slug=slug), 404)
    else:
        answer = feed_answer(
            week_tag(feed, iso, language, today),
            lambda: _week_page(feed, iso, language, today),
            language=language,
            public=True,
            content_type="text/html; charset=utf-8",
        )
    answer.headers.update(_FRAMED)
    return answer


def _week_page(feed: Feed, iso: IsoWeek, language: str, today: date) -> bytes:
    with speaking(language):
        page = render_template(
            "embed/week.html",
            week=week_shown(feed, iso, today),
            is_room=feed.own_room is not None,
            why_taken=why_taken,
        )
    return page.encode("utf-8")


def _asked_week(today: date) -> IsoWeek:
    text = request.args.get("week")
    try:
        return IsoWeek.parse(text) if text else IsoWeek.of(today)
    except ValueError:
        raise NotFound from None
