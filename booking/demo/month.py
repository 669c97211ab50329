"""A month in the life of the demonstration's rooms, around a given day: the same for the same day.

Everything goes through the reservation services, each step at its own moment in the past, in the order in
which it would have happened: so the history, the claims and the mail are what they would be.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from booking import clock
from booking.demo.behalf import plan_behalf
from booking.demo.closures import plan_closures
from booking.demo.inviting import plan_inviting
from booking.demo.outside import plan_outside
from booking.demo.people import CHOIR
from booking.demo.programme import STORIES, WEEKLY, Story, Weekly
from booking.demo.questions import FIRST_NUMBER, plan_questions
from booking.demo.retired import plan_retired
from booking.demo.series import plan_series
from booking.demo.timeline import BOOKERS, Timeline, use_of
from booking.demo.trust import plan_trust
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.reservations import decisions
from booking.reservations.request import ReservationRequest
from booking.rooms.catalogue import catalogue
from booking.timetable.interval import Interval
from booking.timetable.openings import is_open
from booking.timetable.zone import local_date

DAYS_BACK, DAYS_AHEAD = 14, 28
ASKED_AHEAD, DECIDED_AHEAD = timedelta(days=45), timedelta(days=42)
CHOIRS_PHONE = "050 000 0002"
_DAY = timedelta(days=1)
_LATEST_TRY = 7  # days later, for a story whose day the room is closed


def live_through(now: datetime, tick: Callable[[int], None] = lambda _: None) -> int:
    """Write the month around `now`, in the caller's transaction; return how many reservations there are.

    `tick` is called as steps are done. The mail of it is marked as delivered: nobody waits for it.
    """
    zone, timeline = clock.zone(), Timeline(now)
    for number, (weekly, use) in enumerate(_weekly_uses(local_date(now, zone), zone)):
        _plan_weekly(timeline, number, weekly, use)
    for number, story in enumerate(STORIES, start=FIRST_NUMBER):
        _plan_story(timeline, number, story, zone)
    plan_series(timeline)
    plan_retired(timeline)
    plan_behalf(timeline)
    plan_questions(timeline)
    plan_closures(timeline)
    plan_inviting(timeline)
    plan_outside(timeline)
    plan_trust(timeline)
    timeline.play(tick)
    _mark_mail_delivered()
    return len(timeline.references)


def _weekly_uses(today: date, zone: ZoneInfo) -> Iterator[tuple[Weekly, Interval]]:
    for number in range(-DAYS_BACK, DAYS_AHEAD + 1):
        on = today + number * _DAY
        for weekly in WEEKLY:
            if weekly.weekday == on.weekday() and on.toordinal() // 7 % weekly.every == 0:
                yield weekly, use_of(on, weekly.hours, zone)


def _plan_weekly(timeline: Timeline, number: int, weekly: Weekly, use: Interval) -> None:
    def ask(moment: datetime) -> None:
        booker = timeline.actor(BOOKERS[weekly.organisation])
        request = ReservationRequest(
            room_slug=weekly.room,
            start=use.start,
            end=use.end,
            title=weekly.title,
            purpose=weekly.purpose,
            visibility=weekly.visibility,
            people=weekly.people,
            organisation_slug=weekly.organisation,
        )
        timeline.ask(number, request, booker, moment)

    def decide(moment: datetime) -> None:
        timeline.confirm(number, weekly.room, moment)

    timeline.add(use.start - ASKED_AHEAD, ask)
    timeline.add(use.start - DECIDED_AHEAD, decide)


def _plan_story(timeline: Timeline, number: int, story: Story, zone: ZoneInfo) -> None:
    use = _story_use(story, local_date(timeline.now, zone), zone)
    if use is None:
        return
    request = ReservationRequest(
        room_slug=story.room,
        start=use.start,
        end=use.end,
        title=story.title,
        purpose=story.purpose,
        visibility=story.visibility,
        people=story.people,
        organisation_slug=story.organisation or None,
        contact=CHOIRS_PHONE if story.organisation == CHOIR else "",
        note=story.note,
    )

    def ask(moment: datetime) -> None:
        timeline.ask(number, request, timeline.actor(story.by), moment)

    def end(moment: datetime) -> None:
        _FATES[story.fate](timeline, number, story, moment)

    timeline.add(timeline.now - story.asked * _DAY, ask)
    if story.fate == "expire":
        timeline.add(use.start, end)
    elif story.fate:
        timeline.add(timeline.now - story.ended * _DAY, end)


def _story_use(story: Story, today: date, zone: ZoneInfo) -> Interval | None:
    """Return the story's time: on its day, or on the first day after (before, for the past) that is open."""
    hours = catalogue().room(story.room).hours
    direction = 1 if story.days > 0 else -1
    for more in range(_LATEST_TRY + 1):
        use = use_of(today + (story.days + direction * more) * _DAY, story.hours, zone)
        if is_open(hours, use, zone):
            return use
    return None


def _fate_confirm(timeline: Timeline, number: int, story: Story, moment: datetime) -> None:
    timeline.confirm(number, story.room, moment)


def _fate_decline(timeline: Timeline, number: int, story: Story, moment: datetime) -> None:
    reference, approver = timeline.references.get(number), timeline.approver(story.room)
    if reference is not None and approver is not None:
        decisions.decline(reference, None, story.reason, actor=approver, now=moment)


def _fate_withdraw(timeline: Timeline, number: int, story: Story, moment: datetime) -> None:
    reference = timeline.references.get(number)
    if reference is not None:
        booker = timeline.actor(story.by)
        decisions.withdraw(reference, None, actor=booker, now=moment, reason=story.reason)


def _fate_cancel(timeline: Timeline, number: int, story: Story, moment: datetime) -> None:
    reference = timeline.references.get(number)
    if reference is not None:
        decisions.cancel(reference, None, story.reason, actor=timeline.actor(story.by), now=moment)


def _fate_cancel_by_owner(timeline: Timeline, number: int, story: Story, moment: datetime) -> None:
    reference, approver = timeline.references.get(number), timeline.approver(story.room)
    if reference is not None and approver is not None:
        decisions.confirm(reference, None, actor=approver, now=moment - _DAY)
        decisions.cancel(reference, None, story.reason, actor=approver, now=moment)


def _fate_expire(timeline: Timeline, number: int, story: Story, moment: datetime) -> None:
    decisions.expire_pending(now=moment)


_FATES: dict[str, Callable[[Timeline, int, Story, datetime], None]] = {
    "confirm": _fate_confirm,
    "decline": _fate_decline,
    "withdraw": _fate_withdraw,
    "cancel": _fate_cancel,
    "cancel-by-owner": _fate_cancel_by_owner,
    "expire": _fate_expire,
}


def _mark_mail_delivered() -> None:
    db.session.flush()
    db.session.execute(
        update(OutboxMessage)
        .where(OutboxMessage.delivered_at.is_(None), OutboxMessage.recipient.endswith("@demo.example"))
        .values(delivered_at=OutboxMessage.next_attempt_at)
    )
