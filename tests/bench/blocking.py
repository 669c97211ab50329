"""A room blocked by 5,000 events of a calendar from outside that has been read."""

from datetime import timedelta

from booking import clock
from booking.access.roles import Role
from booking.calendars.outside import service
from booking.calendars.outside.applying import known_events
from booking.calendars.outside.readings import OutsideEvent, Reading, Rules
from booking.calendars.outside.service import Got, Wanted
from booking.db import tried
from tests.bench.outside import EVENTS
from tests.bench.stage import Stage
from tests.factories.organisations import make_member, make_organisation
from tests.factories.rooms import make_room
from tests.factories.users import acting

_PACE = timedelta(minutes=90)  # so that all of them lie in the window


def block_with_outside(stage: Stage) -> int:
    """Have the events block a new room and undo it; return how many do."""
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    starts = [now + n * _PACE for n in range(1, EVENTS + 1)]
    events = [OutsideEvent(f"{start}", "", start, start + _PACE / 2, "Muualla") for start in starts]

    def add() -> int:
        owner = make_organisation(kind="city")
        room, actor = make_room(owner=owner), acting(make_member(owner, Role.APPROVER))
        wanted = Wanted(room.id, "https://kalenteri.example/a.ics", "", Rules(), is_public=False)
        source = service.add(wanted, Got(Reading("", events, ())), actor=actor, now=now)
        return len(known_events(source.id, now))

    with stage.app.app_context():
        return tried(add)
