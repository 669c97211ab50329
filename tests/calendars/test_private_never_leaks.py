"""No word of a private reservation is in a public feed, another's in a secret one, a person's in any."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.access.roles import Role
from booking.audit.service import record
from booking.extensions import db
from booking.reservations.behalf.models import Behalf
from booking.reservations.lifecycle import State
from booking.reservations.models import PURPOSES, Occurrence, Proposal, Reason, Reservation
from booking.reservations.questions.models import QuestionMessage
from booking.timetable.interval import Interval
from tests.calendars.reading import events
from tests.calendars.test_secret_feeds import subscribe
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import make_occurrence, make_reservation
from tests.factories.rooms import make_divisible_hall
from tests.support.effort import times

HOUR = timedelta(hours=1)
FAR = datetime(2027, 6, 1, 12, tzinfo=UTC)
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
    """Fourteen words that no feed contains by chance, none of them part of another."""
    return [f"Qz{next(_numbers):06}qZ" for _ in range(14)]


@settings(max_examples=times(8), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bookings=BOOKINGS)
def test_no_secret_word_is_in_a_feed_that_is_not_its_own(client: Any, session: Any, bookings: Any) -> None:
    with undone(session):
        _book_and_look(client, bookings)


@contextmanager
def undone(session: Any) -> Iterator[None]:
    """Undo what is written inside: each example starts with an empty town."""
    savepoint = session.get_bind().begin_nested()
    try:
        yield
    finally:
        session.remove()
        savepoint.rollback()


def _book_and_look(client: Any, bookings: Any) -> None:
    owner = make_organisation(kind="city")
    rooms = make_divisible_hall(owner=owner)
    hidden: list[tuple[str, str]] = []  # association and uid of its private reservations
    closed: list[str] = []
    persons: list[str] = []
    addresses = [f"/calendars/rooms/{room.slug}.ics" for room in rooms]
    addresses += [f"/calendars/owners/{owner.slug}.ics", "/calendars/all.ics", "/calendars/events.ics"]
    approver = make_member(owner, Role.APPROVER)
    secret: dict[
        str, set[str]
    ] = {}  # what may stand in each secret feed, of all that is told to its own alone
    own: set[str] = set()
    for number, (state, visibility, purpose, which, together, around) in enumerate(bookings):
        title, name, person, email, contact, note, reference, own_title, asked_title, *others = secret_words()
        *erasable, block_title = others
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
        _write_to_each_other(made, asked, erasable)
        block = make_block(
            rooms[which], on=(another.shift(50 * HOUR),), kind=("closure", "outside")[number % 2]
        )
        block.title = block_title
        made.on_behalf = bool(number % 3)
        told = {title, own_title, asked_title, reference} | ({name} if club else set())
        own |= told | {block_title}
        if club:
            secret[subscribe(booker, "organisation", club)] = told
        secret[subscribe(booker)] = told if club or not made.on_behalf else set()
        persons += [person, email.lower(), contact, note, *erasable]
        never = [*persons, asked_title, title, block_title]  # the only date shown has its own
        closed += never if shown else [*never, own_title, reference, *([name] if club else [])]
        if club:
            addresses.append(f"/calendars/organisations/{club.slug}.ics")
        if club and visibility == "private":
            hidden.append((club.slug, made.occurrences[0].uid))

    secret[subscribe(approver, "approver", owner)] = own
    for address, mine in secret.items():
        text = _told(client.get(address))
        assert [word for word in (*persons, *(own - mine)) if word in text] == []
    assert block_title in text, "the approver is told"
    for address in addresses:
        answer = client.get(address)
        text = _told(answer)
        assert [word for word in closed if word in text] == []
        for event in events(answer.data):
            if event["CLASS"] == "PRIVATE":
                assert event["SUMMARY"].startswith("Varattu")
                assert event["CATEGORIES"] == "Varattu"
                assert not {"DESCRIPTION", "URL"} & set(event)
    for slug, uid in hidden:
        assert uid not in client.get(f"/calendars/organisations/{slug}.ics").text


def _told(answer: Any) -> str:
    """All events of a feed as text; an association's own feed bears its name in the head."""
    text: str = answer.data.replace(b"\r\n ", b"").decode("utf-8")
    return text.partition("BEGIN:VEVENT")[2]


def _write_to_each_other(made: Reservation, asked: Occurrence, words: list[str]) -> None:
    """Have staff note who phoned, the owner ask and offer something, and a reason given, in these words."""
    caller, question, message, reason = words
    db.session.add(Behalf(reservation_id=made.id, caller=caller, created_at=FAR - HOUR))
    values = {"reservation_id": made.id, "author_id": made.booker_id, "created_at": FAR - HOUR}
    db.session.add(QuestionMessage(side="owner", text=question, **values))
    db.session.add(
        Proposal(
            occurrence=asked,
            side="owner",
            room=asked.room,
            starts_at=asked.starts_at + HOUR / 2,
            ends_at=asked.ends_at + HOUR / 2,
            turnaround_minutes=0,
            message=message,
            created_by_id=made.booker_id,
            created_at=FAR - HOUR,
        )
    )
    entry = record("decline", "reservation", made.id, actor_id=None, now=FAR - HOUR)
    db.session.add(Reason(audit_entry_id=entry.id, reservation_id=made.id, text=reason))
    db.session.flush()
