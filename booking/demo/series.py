"""Series in the demonstration, and what belongs to them: who waits, who came and who did not.

The choir's is part-confirmed: one date declined, for one another room is offered. The girls' awaits its
decision, with others asking for three of its evenings.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from booking import clock
from booking.demo.people import CHOIR, CITY, organisation
from booking.demo.programme import DIGITAL, ESPORT, FLOORBALL, GIRLS, THU, TUE, WHEELS, at
from booking.demo.timeline import APPROVERS, BOOKERS, Timeline, use_of
from booking.errors import RuleViolation, SlotTaken
from booking.extensions import db
from booking.reservations import decisions, proposals
from booking.reservations.after_use.service import Mark, mark
from booking.reservations.lifecycle import State
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.request import ReservationRequest
from booking.reservations.waiting.joining import join
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.rooms.school_breaks import replace_breaks
from booking.timetable.interval import Interval
from booking.timetable.openings import is_open
from booking.timetable.pattern import Pattern
from booking.timetable.school_breaks import example_breaks
from booking.timetable.zone import local_date

BACK, AHEAD = timedelta(days=14), timedelta(days=28)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_CHOIR_SERIES, _GIRLS_SERIES, _RIVALS = 20_000, 20_001, 20_010
_CHOIR_ROOM, _OTHER_ROOM, _GIRLS_ROOM = (
    "vuoksenniskan-koulukeskus",
    "kosken-koulukeskus",
    "kosken-koulukeskus",
)
_EVENING, _AFTER_SCHOOL, _LATER = at(18, 20), at(17, 18.5), at(17.5, 19.5)
_NO_SHOWS = 3


def make_breaks(now: datetime) -> None:
    """Make the example's school breaks of the years around now, for every venue."""
    year = local_date(now, clock.zone()).year
    replace_breaks([(None, each) for start in (year - 1, year, year + 1) for each in example_breaks(start)])


def plan_series(timeline: Timeline) -> None:
    """Add the series and what belongs to them to what happens."""
    today = local_date(timeline.now, clock.zone())
    _plan_choir(timeline, _open_days(THU, today - BACK, today + AHEAD, _CHOIR_ROOM, _EVENING))
    _plan_girls(timeline, _open_days(TUE, today + _DAY, today + AHEAD, _GIRLS_ROOM, _AFTER_SCHOOL))
    timeline.add(timeline.now - 2 * _DAY, lambda moment: _wait(timeline, moment))
    timeline.add(timeline.now, lambda moment: _mark_choir(timeline, moment))
    timeline.add(timeline.now, lambda moment: _mark_no_shows(timeline, moment))


def _plan_choir(timeline: Timeline, days: Sequence[date]) -> None:
    request = _series(_CHOIR_ROOM, days, _EVENING, "Suurteoksen harjoitukset", "rehearsal", 60, CHOIR)

    def ask(moment: datetime) -> None:
        timeline.ask(_CHOIR_SERIES, request, timeline.actor(BOOKERS[CHOIR]), moment)

    def decide(moment: datetime) -> None:
        approver, dates = timeline.actor(APPROVERS[CITY]), _dates(timeline, _CHOIR_SERIES)
        coming = [each for each in dates if each.starts_at > timeline.now]
        declined, left = coming[1:2], coming[2:3]
        confirmed = [each.id for each in dates if each not in [*declined, *left]]
        reference = timeline.references.get(_CHOIR_SERIES)
        if reference is None or not confirmed:
            return
        decisions.confirm(reference, confirmed, actor=approver, now=moment)
        reason = "Salissa on silloin koulun juhla. Muut illat sopivat hyvin."
        for each in declined:
            decisions.decline(reference, [each.id], reason, actor=approver, now=moment)

    def offer(moment: datetime) -> None:
        for each in _dates(timeline, _CHOIR_SERIES):
            if each.state == State.PENDING:
                _offer(timeline, each, moment)

    timeline.add(timeline.now - 40 * _DAY, ask)
    timeline.add(timeline.now - 38 * _DAY, decide)
    timeline.add(timeline.now - _DAY, offer)


def _offer(timeline: Timeline, occurrence: Occurrence, moment: datetime) -> None:
    try:
        proposals.offer(
            occurrence.reservation.reference,
            occurrence.id,
            room_slug=_OTHER_ROOM,
            use=Interval(occurrence.starts_at, occurrence.ends_at),
            message="Sali on silloin näytelmän käytössä. Kosken sali on yhtä iso ja vapaa samaan aikaan.",
            actor=timeline.actor(APPROVERS[CITY]),
            now=moment,
        )
    except (RuleViolation, SlotTaken):  # that room is closed or taken in this week
        return


def _plan_girls(timeline: Timeline, days: Sequence[date]) -> None:
    request = _series(_GIRLS_ROOM, days, _AFTER_SCHOOL, "Parkourin alkeet", "training", 25, GIRLS)

    def ask(moment: datetime) -> None:
        timeline.ask(_GIRLS_SERIES, request, timeline.actor(BOOKERS[GIRLS]), moment)

    timeline.add(timeline.now - 6 * _DAY, ask)
    rivals = ((FLOORBALL, "Lisävuoro, P14"), (WHEELS, "Kokeiluilta"), (ESPORT, "Liikuntapelit porukalla"))
    for number, ((club, title), day) in enumerate(zip(rivals, days, strict=False)):
        _plan_rival(timeline, number, club, title, use_of(day, _LATER, clock.zone()))


def _plan_rival(timeline: Timeline, number: int, club: str, title: str, use: Interval) -> None:
    request = ReservationRequest(
        room_slug=_GIRLS_ROOM,
        start=use.start,
        end=use.end,
        title=title,
        purpose="training",
        visibility="public",
        people=20,
        organisation_slug=club,
    )

    def ask(moment: datetime) -> None:
        timeline.ask(_RIVALS + number, request, timeline.actor(BOOKERS[club]), moment)

    timeline.add(timeline.now - (5 - number) * _DAY, ask)


def _wait(timeline: Timeline, moment: datetime) -> None:
    """Have somebody wait for one of the choir's evenings in a room that confirms by itself."""
    taken = db.session.scalar(
        select(Occurrence)
        .join(Occurrence.reservation)
        .join(Room, Room.id == Occurrence.room_id)
        .where(
            Reservation.organisation_id == organisation(CHOIR).id,
            Room.slug == "vierashuone",
            Occurrence.state == State.CONFIRMED.value,
            Occurrence.starts_at > timeline.now + _WEEK,
        )
        .order_by(Occurrence.starts_at)
        .limit(1)
    )
    if taken is None:
        return
    use = Interval(taken.starts_at, taken.ends_at)
    request = ReservationRequest(
        room_slug="vierashuone",
        start=use.start,
        end=use.end,
        title="Digi-ilta",
        purpose="course",
        visibility="event",
        people=12,
        organisation_slug=DIGITAL,
    )
    join(request, [use], actor=timeline.actor(BOOKERS[DIGITAL]), now=moment)


def _mark_choir(timeline: Timeline, moment: datetime) -> None:
    """Have the choir tell of its first evening how many came; the others are left to be marked."""
    for each in _dates(timeline, _CHOIR_SERIES)[:1]:
        if each.state == State.CONFIRMED and each.ends_at < moment:
            came = [Mark(each.id, used=True, attendance=54)]
            mark(each.reservation.reference, came, actor=timeline.actor(BOOKERS[CHOIR]), now=moment)


def _mark_no_shows(timeline: Timeline, moment: datetime) -> None:
    """Have the city mark the latest uses of one association as left unused."""
    latest = db.session.scalars(
        select(Occurrence)
        .join(Occurrence.reservation)
        .join(Room, Room.id == Occurrence.room_id)
        .where(
            Reservation.organisation_id == organisation(ESPORT).id,
            Room.owner_id == organisation(CITY).id,
            Occurrence.state == State.CONFIRMED.value,
            Occurrence.ends_at < moment,
        )
        .order_by(Occurrence.starts_at.desc())
        .limit(_NO_SHOWS)
    ).all()
    for each in latest:
        unused = [Mark(each.id, used=False)]
        mark(each.reservation.reference, unused, actor=timeline.actor(APPROVERS[CITY]), now=moment)


def _open_days(weekday: int, first: date, last: date, room_slug: str, hours: tuple[int, int]) -> list[date]:
    """Return the days of that weekday, from the first to the last, on which the room is open then."""
    room, local = catalogue().room(room_slug), clock.zone()
    days = [first + n * _DAY for n in range((last - first).days + 1)]
    return [
        day
        for day in days
        if day.weekday() == weekday and is_open(room.hours, use_of(day, hours, local), local)
    ]


def _series(
    room_slug: str,
    days: Sequence[date],
    hours: tuple[int, int],
    title: str,
    purpose: str,
    people: int,
    organisation_slug: str,
) -> ReservationRequest:
    """Return the request for these days, which are a week apart but for those that are left out."""
    use = use_of(days[0], hours, clock.zone())
    weeks = (days[-1] - days[0]) // _WEEK
    closed = {days[0] + n * _WEEK for n in range(weeks + 1)} - set(days)
    return ReservationRequest(
        room_slug=room_slug,
        start=use.start,
        end=use.end,
        title=title,
        purpose=purpose,
        visibility="public",
        people=people,
        organisation_slug=organisation_slug,
        pattern=Pattern("weekly", until=days[-1], skip=frozenset(closed)),
    )


def _dates(timeline: Timeline, number: int) -> list[Occurrence]:
    """Return the dates of what was asked for, by start; none if it was not."""
    query = (
        select(Occurrence)
        .join(Occurrence.reservation)
        .where(Reservation.reference == timeline.references.get(number))
        .order_by(Occurrence.starts_at)
    )
    return list(db.session.scalars(query))
