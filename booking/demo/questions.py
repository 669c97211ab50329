"""What the city's approver has asked in the demonstration, and who stands in on their holiday."""

from datetime import date, datetime, timedelta
from functools import partial

from booking import clock
from booking.demo.people import CITY, address
from booking.demo.programme import STORIES
from booking.demo.timeline import APPROVERS, Timeline
from booking.organisations.deputies import name_deputy
from booking.organisations.queries import organisation_by_slug
from booking.reservations.questions.service import answer, ask
from booking.timetable.zone import local_date

FIRST_NUMBER = 10_000  # of the stories
DEPUTY = "palvelu"
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)

ASKED = (
    ("Konsertti", "Tarvitsetteko salin jo iltapäivällä harjoitusta varten?", ""),
    ("Taidehuutokauppa", "Montako teosta tuodaan?", "Noin neljäkymmentä. Telineet tuomme itse."),
)
"""(the request's title, what was asked, what was answered)"""


def plan_questions(timeline: Timeline) -> None:
    """Add the questions, the answer and the deputy to what happens."""
    numbers = {story.title: (number, story) for number, story in enumerate(STORIES, start=FIRST_NUMBER)}
    for title, question, words in ASKED:
        number, story = numbers[title]
        timeline.add(timeline.now - _DAY, partial(_ask, timeline, number, question))
        if words:
            timeline.add(timeline.now - 20 * _HOUR, partial(_answer, timeline, number, story.by, words))
    timeline.add(timeline.now, lambda at: _go_on_holiday(timeline, at))


def _ask(timeline: Timeline, number: int, text: str, now: datetime) -> None:
    if reference := timeline.references.get(number):
        ask(reference, text, actor=timeline.actor(APPROVERS[CITY]), now=now)


def _answer(timeline: Timeline, number: int, by: str, text: str, now: datetime) -> None:
    if reference := timeline.references.get(number):
        answer(reference, text, actor=timeline.actor(by), now=now)


def _go_on_holiday(timeline: Timeline, now: datetime) -> None:
    """Have the city's service point stand in for a week, from the Monday after next."""
    today = local_date(now, clock.zone())
    monday: date = today + (14 - today.weekday()) * _DAY
    owner = organisation_by_slug(CITY)
    name_deputy(
        owner.id,
        address(DEPUTY),
        monday,
        monday + 6 * _DAY,
        actor=timeline.actor(APPROVERS[CITY]),
        now=now,
    )
