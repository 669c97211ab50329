"""What a calendar is told at each step of a reservation's life: method, sequence and status."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.models import User
from booking.calendars.invitations.enclosing import invitation
from booking.db import in_transaction
from booking.outbox.models import OutboxMessage
from booking.reservations.after_use.service import Mark, mark
from booking.reservations.behalf.caller import Caller
from booking.reservations.decisions import cancel, confirm, decline, withdraw
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import apply_edit
from booking.reservations.models import Reservation
from booking.reservations.proposals import accept, offer
from booking.reservations.service import request_reservation
from booking.reservations.undoing.models import DecisionRecord
from booking.reservations.undoing.service import undo
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from tests.calendars.reading import events
from tests.factories.organisations import make_member
from tests.factories.reservations import EVENING, NOW, make_reservation, request_for
from tests.factories.users import acting
from tests.invitations.inbox import Told, calendar_of, mails_with_calendar, told
from tests.reservations.mail import leave, mail, posted
from tests.reservations.offering import LATER
from tests.reservations.town import Town
from tests.support.statements import statements

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
CONFIRMED, CANCELLED = "CONFIRMED", "CANCELLED"


class Life:
    """One reservation of the choir's, step by step, each an hour after the one before."""

    def __init__(self, town: Town, session: Any) -> None:
        self.town, self.session, self.now = town, session, NOW
        self.booker, self.approver = acting(town.booker), acting(town.approver)
        self.reservation: Reservation

    @property
    def known(self) -> str:
        return self.reservation.reference

    def run(self, step: str) -> list[Told]:
        """Take a step; return what the booker's calendar was told by it, its mail being gone."""
        before = len(told(self.session, self.town.booker))
        in_transaction(getattr(self, step))
        found = told(self.session, self.town.booker)[before:]
        if step != "undo":
            self.now += timedelta(hours=1)
        return found

    def ask(self) -> None:
        wish = request_for(self.town.room, organisation_slug=self.town.choir.slug)
        self.reservation = request_reservation(wish, actor=self.booker, now=self.now)

    def ask_for_free_room(self) -> None:
        self.town.room.approval = "at_once"
        self.session.flush()
        self.ask()

    def confirm(self) -> None:
        confirm(self.known, None, actor=self.approver, now=self.now)

    def confirm_with_moves(self) -> None:
        self.confirm()

    def decline(self) -> None:
        decline(self.known, None, "Syy", actor=self.approver, now=self.now)

    def withdraw(self) -> None:
        withdraw(self.known, None, actor=self.booker, now=self.now)

    def booker_cancels(self) -> None:
        cancel(self.known, None, "", actor=self.booker, now=self.now)

    def owner_cancels(self) -> None:
        cancel(self.known, None, "Remontti", actor=self.approver, now=self.now)

    def move(self) -> None:
        self._edit(times=Times(time(19), time(21)))

    def retitle(self) -> None:
        self._edit(title="Konsertti; osa 2, loppu\\n")

    def write_a_note(self) -> None:
        self._edit(note="Salainen huomautus")

    def offer(self) -> None:
        self._offer(LATER)

    def accept(self) -> None:
        proposal = self.reservation.occurrences[0].proposal
        assert proposal is not None
        accept(self.known, proposal.id, actor=self.booker, now=self.now)

    def undo(self) -> None:
        """Half a minute after the decision, which was taken an hour before `now`."""
        last = self.session.scalar(select(DecisionRecord.id).order_by(DecisionRecord.id.desc()).limit(1))
        undo([last], actor=self.approver, now=self.now - timedelta(hours=1) + 30 * SECOND)

    def mark_used(self) -> None:
        self.now = EVENING.end + timedelta(hours=1)
        date = self.reservation.occurrences[0]
        mark(self.known, [Mark(date.id, used=True)], actor=self.booker, now=self.now)

    def stop_wanting(self) -> None:
        self.town.booker.wants_invitations = False
        self.session.flush()

    def want(self) -> None:
        self.town.booker.wants_invitations = True
        self.session.flush()

    def _edit(self, **changes: Any) -> None:
        edit = Edit(Scope.ALL, self.reservation.occurrences[0].id, **changes)
        apply_edit(self.known, edit, actor=self.booker, now=self.now)

    def _offer(self, use: Interval) -> None:
        offer(
            self.known,
            self.reservation.occurrences[0].id,
            room_slug=self.town.room.slug,
            use=use,
            message="",
            actor=self.approver,
            now=self.now,
        )


LIVES: dict[str, Sequence[tuple[str, list[Told]]]] = {
    "asked, confirmed, moved with consent, cancelled": (
        ("ask", []),
        ("confirm", [(REQUEST, 1, CONFIRMED)]),
        ("move", []),
        ("confirm_with_moves", [(REQUEST, 2, CONFIRMED)]),
        ("booker_cancels", [(CANCEL, 3, CANCELLED)]),
    ),
    "a pending request invites to nothing": (("ask", []), ("withdraw", [])),
    "declined": (("ask", []), ("decline", [])),
    "confirmed at once, moved at once, closed by the owner": (
        ("ask_for_free_room", [(REQUEST, 0, CONFIRMED)]),
        ("move", [(REQUEST, 1, CONFIRMED)]),
        ("owner_cancels", [(CANCEL, 2, CANCELLED)]),
    ),
    "retitled; a note is nobody's calendar's": (
        ("ask_for_free_room", [(REQUEST, 0, CONFIRMED)]),
        ("retitle", [(REQUEST, 1, CONFIRMED)]),
        ("write_a_note", []),
    ),
    "an offer for a request is accepted": (
        ("ask", []),
        ("offer", []),
        ("accept", [(REQUEST, 1, CONFIRMED)]),
    ),
    "an offer for a confirmed date is accepted": (
        ("ask", []),
        ("confirm", [(REQUEST, 1, CONFIRMED)]),
        ("offer", []),
        ("accept", [(REQUEST, 2, CONFIRMED)]),
        ("booker_cancels", [(CANCEL, 3, CANCELLED)]),
    ),
    "a move is declined": (
        ("ask", []),
        ("confirm", [(REQUEST, 1, CONFIRMED)]),
        ("move", []),
        ("decline", []),
    ),
    "the use is marked": (("ask_for_free_room", [(REQUEST, 0, CONFIRMED)]), ("mark_used", [])),
    "who stops wanting them hears no more, and who wants them again hears of the next change": (
        ("ask_for_free_room", [(REQUEST, 0, CONFIRMED)]),
        ("stop_wanting", []),
        ("move", []),
        ("want", []),
        ("retitle", [(REQUEST, 2, CONFIRMED)]),
    ),
    "what was confirmed before is invited to when it changes, and not cancelled if it never was": (
        ("stop_wanting", []),
        ("ask_for_free_room", []),
        ("want", []),
        ("booker_cancels", []),
    ),
}


@pytest.mark.parametrize("life", LIVES)
def test_each_step_tells_the_calendar_what_it_has_to_hear(session: Any, town: Town, life: str) -> None:
    lived = Life(town, session)
    assert [(step, lived.run(step)) for step, _told in LIVES[life]] == list(LIVES[life])


def test_a_confirmation_that_is_undone_leaves_no_invitation(session: Any, town: Town) -> None:
    lived = Life(town, session)
    for step in ("ask", "confirm", "undo"):
        lived.run(step)
    assert told(session, town.booker) == []
    assert lived.run("confirm") == [(REQUEST, 3, CONFIRMED)]


def test_a_cancellation_that_is_undone_leaves_no_cancel_and_its_next_has_a_higher_sequence(
    session: Any, town: Town
) -> None:
    lived = Life(town, session)
    for step in ("ask_for_free_room", "owner_cancels", "undo"):
        lived.run(step)
    assert told(session, town.booker) == [(REQUEST, 0, CONFIRMED)]
    assert lived.run("retitle") == [(REQUEST, 3, CONFIRMED)]
    assert lived.run("booker_cancels") == [(CANCEL, 4, CANCELLED)]


def test_a_cancellation_within_the_minute_waits_for_the_invitation_before_it(
    session: Any, town: Town
) -> None:
    lived = Life(town, session)
    lived.run("ask")
    lived.run("confirm")
    lived.now = NOW + timedelta(hours=1) + 20 * SECOND
    lived.run("booker_cancels")
    invited, cancelled = mails_with_calendar(session, town.booker)
    assert (invited.kind, cancelled.kind) == ("confirmed", "cancelled")
    assert invited.next_attempt_at == cancelled.next_attempt_at == NOW + timedelta(hours=1) + MINUTE
    assert told(session, town.booker) == [(REQUEST, 1, CONFIRMED), (CANCEL, 2, CANCELLED)]


def test_a_mail_that_the_server_will_not_take_keeps_the_next_one_no_longer_than_a_minute(
    session: Any, town: Town
) -> None:
    lived = Life(town, session)
    lived.run("ask_for_free_room")
    (stuck,) = mails_with_calendar(session, town.booker)
    stuck.next_attempt_at, stuck.attempts = lived.now + timedelta(hours=6), 9
    lived.run("booker_cancels")
    assert mail(session, "cancelled").next_attempt_at == lived.now - timedelta(hours=1) + MINUTE


def test_who_has_not_chosen_gets_the_same_words_and_nothing_else(session: Any, town: Town) -> None:
    bodies = []
    for wants in (True, False):
        town.booker.wants_invitations = wants
        lived = Life(town, session)
        for step in ("ask", "confirm", "booker_cancels"):
            lived.run(step)
        confirmed = posted(session, "confirmed")[-1]
        assert (confirmed.calendar is not None, confirmed.calendar_method) == (
            (True, REQUEST) if wants else (False, None)
        )
        bodies.append(confirmed.body.replace(lived.known, "TUNNUS"))
    invited, plain = bodies
    sentence = "Kalenterikutsu on liitteenä. Jos kalenteri ei lisää aikaa itse, avaa liite varaus.ics.\n\n"
    assert sentence in invited
    assert invited.replace(sentence, "") == plain


def test_of_a_series_one_mail_brings_all_dates_and_later_ones_what_has_changed(
    session: Any, town: Town
) -> None:
    wish = request_for(
        town.room, organisation_slug=town.choir.slug, pattern=Pattern("weekly", count=5), people=5
    )
    lived = Life(town, session)
    lived.reservation = in_transaction(lambda: request_reservation(wish, actor=lived.booker, now=NOW))
    assert told(session, town.booker) == []
    assert lived.run("confirm") == [(PUBLISH, 1, CONFIRMED)] * 5
    assert "niin ajat tulevat kalenteriin tai muuttuvat siellä." in mail(session, "confirmed").body
    dates = lived.reservation.occurrences
    in_transaction(
        lambda: cancel(lived.known, [dates[1].id, dates[2].id], "", actor=lived.booker, now=lived.now)
    )
    assert told(session, town.booker)[5:] == [(PUBLISH, 2, CANCELLED)] * 2
    taken_out = "Perutut ajat ovat liitteessä varaus.ics. Avaa se, niin ne poistuvat kalenterista."
    cancelled = mail(session, "cancelled").body
    assert taken_out in cancelled
    assert "tulevat kalenteriin" not in cancelled
    lived.now += timedelta(hours=1)
    alone = Edit(Scope.ONE, dates[3].id, title="Kenraali")
    in_transaction(lambda: apply_edit(lived.known, alone, actor=lived.booker, now=lived.now))
    assert told(session, town.booker)[7:] == [(PUBLISH, 2, CONFIRMED)]
    assert len(mails_with_calendar(session, town.booker)) == 3


def test_a_mail_of_dates_that_change_and_dates_that_end_says_both(session: Any, town: Town) -> None:
    town.room.approval = "at_once"
    wish = request_for(town.room, organisation_slug=town.choir.slug, pattern=Pattern("weekly", count=3))
    made = in_transaction(lambda: request_reservation(wish, actor=acting(town.booker), now=NOW))
    shorter = Edit(Scope.ALL, made.occurrences[0].id, title="Kenraali", pattern=Pattern("weekly", count=2))
    later = NOW + timedelta(hours=1)
    in_transaction(lambda: apply_edit(made.reference, shorter, actor=acting(town.booker), now=later))
    assert sorted(told(session, town.booker)[3:]) == [(PUBLISH, 1, CANCELLED), *[(PUBLISH, 1, CONFIRMED)] * 2]
    last = mails_with_calendar(session, town.booker)[-1].body
    assert "niin ajat tulevat kalenteriin, muuttuvat siellä tai poistuvat sieltä." in last


def test_the_managers_are_invited_to_what_they_hear_of_when_the_booker_has_left(
    session: Any, town: Town
) -> None:
    town.manager.wants_invitations = True
    lived = Life(town, session)
    lived.run("ask_for_free_room")
    assert told(session, town.manager) == []
    leave(session, town.booker)
    in_transaction(lambda: cancel(lived.known, None, "Remontti", actor=lived.approver, now=lived.now))
    assert mail(session, "cancelled").recipient == town.manager.email
    assert told(session, town.manager) == [], "they were never invited"
    assert told(session, town.booker) == [(REQUEST, 0, CONFIRMED)]


@pytest.mark.parametrize("for_association", [True, False])
def test_on_behalf_only_people_with_a_mail_are_invited(
    session: Any, town: Town, for_association: bool
) -> None:
    town.room.approval = "at_once"
    staff = make_member(town.owner, Role.STAFF, wants_invitations=True)
    other = make_member(town.choir, Role.BOOKER, wants_invitations=True)
    wish = request_for(
        town.room,
        organisation_slug=town.choir.slug if for_association else None,
        responsible="Soittaja",
        contact="050 000 0000",
        caller=Caller(who="Soittaja"),
    )
    in_transaction(lambda: request_reservation(wish, actor=acting(staff), now=NOW))
    invited = {each.recipient for each in session.scalars(select(OutboxMessage)) if each.calendar}
    assert invited == ({town.booker.email, other.email} if for_association else set())
    readers: list[User] = [town.booker, other] if for_association else []
    for reader in readers:
        (message,) = mails_with_calendar(session, reader)
        assert str(message.calendar).count("ATTENDEE") == 1
        assert "Soittaja" not in str(message.calendar)


def test_what_lost_and_what_was_closed_sends_no_invitation_but_the_winners(session: Any, town: Town) -> None:
    town.rival.wants_invitations = True
    lost = make_reservation(town.room, state="pending", booker=town.rival, organisation=town.chess_club)
    lived = Life(town, session)
    lived.run("ask")
    assert lived.run("confirm") == [(REQUEST, 1, CONFIRMED)]
    assert lost.occurrences[0].state == "declined"
    assert told(session, town.rival) == []


def test_an_invitation_speaks_its_readers_language_whoever_clicks(session: Any, town: Town) -> None:
    town.booker.language = "sv"
    lived = Life(town, session)
    lived.run("ask")
    lived.run("confirm")
    (invited,) = mails_with_calendar(session, town.booker)
    (event,) = events(calendar_of(invited))
    assert event["DESCRIPTION"].endswith(f"Övning\\n1 person\\nBokning {lived.known}")
    assert "En kalenderinbjudan är bifogad." in invited.body


def test_what_a_calendar_hears_costs_three_statements_for_any_number_of_dates(
    session: Any, town: Town
) -> None:
    costs = []
    for weeks in (1, 2, 9):  # the first also reads the rooms
        uses = [EVENING.shift(timedelta(weeks=weeks * 10 + n)) for n in range(weeks)]
        booked = make_reservation(town.room, *uses, booker=town.booker, created_at=NOW)
        session.commit()
        assert len(booked.occurrences) == weeks
        with statements() as sent:
            found = invitation(booked, town.booker, NOW)
        assert found is not None
        assert found.calendar.text.count("BEGIN:VEVENT") == weeks
        costs.append(len([each for each in sent if "SAVEPOINT" not in each]))
    assert costs[1] == costs[2] <= 3
