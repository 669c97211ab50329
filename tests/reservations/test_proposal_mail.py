"""The mails about offers and moves: who is told what, in their language and in good order."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from booking.outbox.models import OutboxMessage
from booking.reservations.decisions import confirm, decline, withdraw
from booking.reservations.proposals import accept, expire_proposals, refuse, take_back
from tests.factories.reservations import EVENING, NOW
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.mail import leave, mail, posted
from tests.reservations.offering import HOUR, LATER, WEEK, moved, offered
from tests.reservations.town import Town, of_choir

KINDS = {
    "offer_made": "booker",
    "offer_withdrawn": "booker",
    "offer_accepted": "approver",
    "offer_refused": "approver",
    "offer_expired": "both",
    "move_confirmed": "booker",
    "move_declined": "booker",
    "move_withdrawn": "approver",
    "move_expired": "both",
    "confirmed": "booker",
}


@pytest.fixture
def every_kind(session: Any, town: Town) -> None:
    """Every kind of mail about proposals is posted."""
    town.room.name_sv, town.room.name_en = "Karelensalen", "Karelia Hall"
    guests = make_room(owner=town.owner, name="Vierashuone", name_sv="Gästrummet", name_en="Guest room")
    session.flush()
    booker, approver = acting(town.booker), acting(town.approver)
    asked = of_choir(town)
    ref = asked.reference
    steps: list[Callable[[int], object]] = [
        lambda made: refuse(ref, made, actor=booker, now=NOW, reason="Liian myöhään"),
        lambda made: take_back(ref, made, actor=approver, now=NOW),
        lambda made: expire_proposals(now=NOW + WEEK),
        lambda made: accept(ref, made, actor=booker, now=NOW),
    ]
    for step in steps:
        step(offered(town, asked, LATER, room=guests, message="Salissa on vaalit.").id)
    (date,) = asked.occurrences
    steps = [
        lambda made: take_back(ref, made, actor=booker, now=NOW),
        lambda made: decline(ref, None, "Ilta on täynnä", actor=approver, now=NOW),
        lambda made: expire_proposals(now=EVENING.start),
        lambda made: confirm(ref, None, actor=approver, now=NOW),
    ]
    for step in steps:
        step(moved(town, (date, EVENING))[0].id)
    late = of_choir(town, LATER.shift(HOUR))
    known = offered(town, late, LATER.shift(2 * HOUR), now=NOW - HOUR)
    take_back(late.reference, known.id, actor=approver, now=NOW)
    offered(town, late, LATER.shift(2 * HOUR), message="Salissa on vaalit.")


@pytest.mark.usefixtures("every_kind")
def test_each_side_is_told_what_the_other_or_time_has_done(session: Any, town: Town) -> None:
    readers = {town.booker.email: "booker", town.approver.email: "approver"}
    told: dict[str, set[str]] = {}
    for each in session.scalars(select(OutboxMessage)):
        told.setdefault(each.kind, set()).add(readers[each.recipient])
    both = {"booker", "approver"}
    assert told == {kind: both if who == "both" else {who} for kind, who in KINDS.items()}


@pytest.mark.usefixtures("every_kind")
def test_every_mail_about_a_proposal_is_in_good_order(session: Any, town: Town) -> None:
    for each in session.scalars(select(OutboxMessage)):
        assert "\n\n\n" not in each.body, each.body
        assert each.body.startswith("Hei,\n\n"), each.body
        assert "Imatran tilat, http://localhost\nTähän viestiin ei voi vastata." in each.body, each.body
        assert not any(line != line.strip() for line in each.body.splitlines()), each.body
        assert "/reservations/T" in each.body
        if each.kind not in ("confirmed", "offer_made"):
            assert "→ ti 12.1.2027 klo" in each.body, each.body


@pytest.mark.usefixtures("every_kind")
def test_only_what_the_owner_does_waits_to_be_undone(session: Any, town: Town) -> None:
    by_owner = {"offer_made", "offer_withdrawn", "move_confirmed", "move_declined"}
    for each in session.scalars(select(OutboxMessage)):
        waits = (each.next_attempt_at - each.created_at).total_seconds()
        assert waits == (60 if each.kind in by_owner else 0), each.kind


def test_rooms_and_times_are_told_in_the_readers_language(session: Any, town: Town) -> None:
    town.booker.language = "en"
    guests = make_room(owner=town.owner, name="Vierashuone", name_en="Guest room")
    session.flush()
    offered(town, of_choir(town), LATER, room=guests)
    assert "Tue 12 Jan 2027, 19:00–21:00, Guest room" in mail(session, "offer_made").body


def test_the_managers_hear_of_an_offer_when_the_booker_has_left(session: Any, town: Town) -> None:
    asked = of_choir(town)
    leave(session, town.booker)
    offered(town, asked)
    assert [each.recipient for each in posted(session, "offer_made")] == [town.manager.email]


def test_an_offer_that_ends_within_the_minute_goes_untold_and_others_of_its_series_do_not(
    session: Any, town: Town
) -> None:
    series = of_choir(town, EVENING, EVENING.shift(WEEK))
    offered(town, series, LATER.shift(WEEK), date=1)
    take_back(series.reference, offered(town, series).id, actor=acting(town.approver), now=NOW)
    assert [each.subject_kind for each in posted(session, "offer_made")] == ["proposal"]
    offered(town, series)
    withdraw(series.reference, [series.occurrences[0].id], actor=acting(town.booker), now=NOW)
    assert (len(posted(session, "offer_made")), posted(session, "offer_withdrawn")) == (1, [])


def test_an_offer_that_was_told_is_told_to_be_withdrawn_while_its_date_still_waits(
    session: Any, town: Town
) -> None:
    asked, approver = of_choir(town), acting(town.approver)
    offered(town, asked, now=NOW - HOUR)
    last = offered(town, asked)  # in place of one that is known
    take_back(asked.reference, last.id, actor=approver, now=NOW)
    assert posted(session, "offer_made") == []
    assert mail(session, "offer_withdrawn").subject_id == last.id
    withdraw(asked.reference, None, actor=acting(town.booker), now=NOW)
    assert posted(session, "offer_withdrawn") == []
