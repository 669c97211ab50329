"""What was sent a moment ago is found again, so that a second click asks for nothing."""

from datetime import datetime
from typing import Any

from booking.availability.fixes import Fix, FixKind
from booking.reservations.decisions import cancel
from booking.reservations.models import Reservation
from booking.reservations.sent_twice import SENT_TWICE_WITHIN, sent_before
from booking.timetable.pattern import Pattern
from tests.factories.reservations import NOW
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.asking import DATES, WEEK, ask, asked
from tests.reservations.town import Town


def test_the_same_series_sent_again_is_found_for_some_minutes(session: Any, town: Town) -> None:
    church = make_room()
    mended = (Fix(DATES[1], FixKind.ROOM, church.slug), Fix(DATES[2], FixKind.SKIP))
    made = ask(town, fixes=mended)
    actor = acting(town.booker)

    def again(now: datetime = NOW, **changes: Any) -> Reservation | None:
        return sent_before(asked(town, **({"fixes": mended} | changes)), actor, now)

    assert again() == made
    assert again(NOW + SENT_TWICE_WITHIN) is None
    assert again(fixes=mended[:1]) is None
    assert again(title="Muu") is None
    assert again(organisation_slug=None) is None
    assert again(pattern=Pattern("weekly", until=DATES[3])) == made  # the same dates, said in another way
    assert sent_before(asked(town, fixes=mended), acting(town.manager), NOW) is None


def test_what_was_withdrawn_is_asked_for_anew(session: Any, town: Town) -> None:
    room = make_room(approval="at_once")
    made = ask(town, room)
    actor = acting(town.booker)
    assert sent_before(asked(town, room), actor, NOW) == made
    cancel(made.reference, None, "", actor=actor, now=NOW - 3 * WEEK)
    assert sent_before(asked(town, room), actor, NOW) is None
