"""No word of what is private, and of nobody's person, is in what leaves the service besides the feeds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.reservations.lifecycle import State
from booking.reservations.models import PURPOSES
from booking.timetable.interval import Interval
from tests.calendars.reading import events
from tests.calendars.test_private_never_leaks import undone
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import make_occurrence, make_reservation
from tests.factories.rooms import make_divisible_hall
from tests.support.effort import times

HOUR = timedelta(hours=1)
FAR = datetime(2027, 6, 1, 12, tzinfo=UTC)
WEEK = "week?week=2027-W22"  # FAR's
BEGINS = {"ics": "BEGIN:VEVENT", "atom": "<entry>", "events": "</h1>", WEEK: "</nav>"}
"""Where what is told begins: an association's own calendar bears its name in the head, whatever is below."""
_numbers = count(1)
BOOKINGS = st.lists(
    st.tuples(
        st.sampled_from(list(State)),
        st.sampled_from(["private", "public", "event"]),
        st.sampled_from(PURPOSES),
        st.integers(0, 2),  # which room
        st.booleans(),  # for the association, or for oneself
        st.text('ÄÖ;,\\"\n漢😀 ', max_size=8),  # what is around each word
    ),
    min_size=1,
    max_size=6,
)


def secret_words() -> list[str]:
    """Nine words that no feed contains by chance, none of them part of another."""
    return [f"Qz{next(_numbers):06}qZ" for _ in range(9)]


@settings(max_examples=times(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bookings=BOOKINGS)
def test_no_secret_word_is_in_what_leaves_the_service(
    client: Any, session: Any, frozen: Callable[[datetime], None], bookings: Any
) -> None:
    frozen(FAR - HOUR)
    with undone(session):
        _book_and_look(client, bookings)


def _book_and_look(client: Any, bookings: Any) -> None:
    owner = make_organisation(kind="city")
    rooms = make_divisible_hall(owner=owner)
    closed: list[str] = []
    open_files: set[str] = set()
    addresses = ["/events.atom", "/events", *(f"/embed/rooms/{room.slug}/{WEEK}" for room in rooms)]
    for number, (state, visibility, purpose, which, together, around) in enumerate(bookings):
        title, name, person, email, contact, note, reference, own_title, asked_title = secret_words()
        club = make_organisation(name=around + name) if together else None
        shown = visibility != "private" and state in {"confirmed", "used", "no_show", "cancelled"}
        booker_of = club or make_organisation()
        booker = make_member(booker_of, name=person, email=f"{email.lower()}@example.org")
        made = make_reservation(
            rooms[which],
            Interval(FAR + number * HOUR, FAR + (number + 1) * HOUR),
            state=state,
            visibility=visibility,
            purpose=purpose,
            organisation=club,
            booker=booker,
            title=title + around,
            responsible=person,
            contact=contact,
            note=around + note,
            reference=reference,
            created_at=FAR - HOUR,
        )
        made.occurrences[0].uid = f"{reference[::-1]}@example.org"  # the factory's tells the reference
        made.occurrences[0].own_title = own_title + around
        another = Interval(FAR + (100 + number) * HOUR, FAR + (101 + number) * HOUR)
        asked = make_occurrence(made, another, state="pending", own_title=asked_title + around)
        asked.uid = f"{asked_title[::-1]}@example.org"
        never = [person, email.lower(), contact, note, asked_title, title]  # the only date shown has its own
        if shown and state != "cancelled":  # then its page is closed too
            open_files.add(f"/reservations/{reference}.ics")
        closed += never if shown else [*never, own_title, reference, *([name] if club else [])]
        addresses.append(f"/reservations/{reference}.ics")
        if club:
            addresses.append(f"/embed/organisations/{club.slug}/{WEEK}")

    for address in addresses:
        answer = client.get(address)
        head = next(words for ending, words in BEGINS.items() if address.endswith(ending))
        text = answer.data.replace(b"\r\n ", b"").decode("utf-8").partition(head)[2]
        assert [word for word in closed if word in text] == [], address
        if address.startswith("/reservations/"):
            assert (answer.status_code == 200) == (address in open_files)
        for event in events(answer.data) if answer.mimetype == "text/calendar" else ():
            if event["CLASS"] == "PRIVATE":
                assert event["SUMMARY"].startswith("Varattu")
                assert event["CATEGORIES"] == "Varattu"
                assert not {"DESCRIPTION", "URL"} & set(event)
