"""A small town in which everything happens that a calendar can show, by the services that people use."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.calendars import service
from booking.calendars.offers import private_path
from booking.clock import zone
from booking.db import in_transaction
from booking.desk.closures import service as closures
from booking.desk.closures.models import Closure
from booking.desk.closures.plans import Plan
from booking.desk.rooms.keeping_facts import Place, facts_of, keep_facts, keep_venue, mark_of_facts
from booking.desk.rooms.states import retire
from booking.errors import DomainError
from booking.occupancy import blocks
from booking.occupancy.models import Block
from booking.organisations.models import Membership
from booking.reservations.behalf.caller import Caller
from booking.reservations.decisions import cancel, confirm, decline, expire_pending, withdraw
from booking.reservations.editing.edit import Edit, Scope, Times
from booking.reservations.editing.service import apply_edit
from booking.reservations.models import VISIBILITIES, Occurrence, Proposal
from booking.reservations.proposals import accept, offer, refuse
from booking.reservations.service import request_reservation
from booking.reservations.undoing.service import undo
from booking.timetable.interval import Interval
from booking.timetable.pattern import Pattern
from booking.timetable.zone import to_wall
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting, make_user

HOUR = timedelta(hours=1)
OPEN_RULES: dict[str, Any] = {"notice_minutes": 0, "cancellation_days": 0, "who_may_book": "anyone"}
STEPS = [
    *(
        "ask",
        "ask",
        "ask_series",
        "book_on_behalf",
        "confirm",
        "undo",
        "confirm",
        "make_offer",
        "accept_offer",
    ),
    *("edit_title", "edit_time", "edit_visibility", "close", "change_closure", "drop_date", "end_closure"),
    *("outside_in", "outside_changes", "outside_gone", "rename_room", "move_venue", "rename_organisation"),
    *("ask", "ask", "decline", "withdraw", "cancel", "make_offer", "refuse_offer", "confirm", "close"),
    *("leave", "join", "retire_room", "expire"),
]
"""What happens, in an order in which most of it can."""


class Town:
    """Five rooms, two associations, a booker, an approver, and the feeds of all of them."""

    def __init__(self, session: Any, seed: int) -> None:
        self.session, self.random, self.now = session, random.Random(seed), NOW
        self.city = make_organisation(kind="city")
        at_once = self.random.choice(["at_once", "by_approver"])
        hall = make_divisible_hall(
            owner=self.city, approval="by_approver", pending_holds=bool(seed % 2), **OPEN_RULES
        )
        self.rooms = [*hall, make_room(approval=at_once, owner=self.city, **OPEN_RULES)]
        self.spare = make_room(owner=self.city)
        self.clubs = [make_organisation(), make_organisation()]
        self.booker = make_user()
        for club in self.clubs:
            make_membership(self.booker, club, Role.BOOKER)
        self.approver = make_member(self.city, Role.APPROVER)
        make_membership(self.approver, self.city, Role.STAFF)
        secret = [
            self._secret(self.booker, "mine", None),
            self._secret(self.booker, "organisation", self.clubs[0].id),
            self._secret(self.approver, "approver", self.city.id),
        ]
        self._addresses = [
            *(f"/calendars/rooms/{room.slug}.ics" for room in [*self.rooms, self.spare]),
            *(f"/calendars/organisations/{club.slug}.ics" for club in self.clubs),
            f"/calendars/owners/{self.city.slug}.ics",
            "/calendars/all.ics",
            "/calendars/all.ics?lang=sv",
            "/calendars/events.ics",
            "/events.atom",
            f"/embed/organisations/{self.clubs[0].slug}/week?week=2027-W02",
            f"/embed/rooms/{self.rooms[2].slug}/week?week=2027-W02",
            "/calendars/events.ics",
            "/events.atom",
            *secret,
            f"{secret[-1]}?lang=en",
        ]
        self.decided: list[int] = []
        self.done: set[str] = set()

    def _secret(self, user: Any, kind: str, organisation_id: int | None) -> str:
        made = service.create(kind, organisation_id, actor=acting(user), now=NOW)
        return private_path(service.token_of(made))

    def addresses(self) -> list[str]:
        """All feeds, one kind or language each."""
        return self._addresses

    def may_be_gone(self, address: str) -> bool:
        """Say whether a feed may answer 404: that of the room that is retired."""
        return self.spare.slug in address

    def step(self, name: str) -> None:
        """Do one thing of those that can happen; what is refused changes nothing."""
        work: Callable[[], bool | None] = getattr(self, name)
        try:
            if in_transaction(work) is not False:
                self.done.add(name)
        except DomainError:
            return

    # reservations

    def _use(self) -> Interval:
        start = EVENING.start + self.random.randrange(6) * HOUR
        return Interval(start, start + self.random.randrange(1, 4) * HOUR)

    def _request(self, **changes: Any) -> Any:
        values = {
            "organisation_slug": self.random.choice([None, *(club.slug for club in self.clubs)]),
            "visibility": self.random.choice(VISIBILITIES),
        }
        return request_for(self.random.choice(self.rooms), self._use(), **values | changes)

    def ask(self) -> None:
        request_reservation(self._request(), actor=acting(self.booker), now=self.now)

    def ask_series(self) -> None:
        use = self._use().shift(timedelta(days=self.random.randrange(1, 5)))
        request = request_for(self.rooms[3], use, pattern=Pattern("weekly", count=3))
        request_reservation(request, actor=acting(self.booker), now=self.now)

    def book_on_behalf(self) -> None:
        use = self._use().shift(timedelta(days=5))
        known = {"responsible": "Soittaja", "contact": "040 123 4567", "caller": Caller("Soittaja")}
        request = request_for(self.random.choice(self.rooms), use, **known)
        request_reservation(request, actor=acting(self.approver), now=self.now)

    def _date(self, *states: str) -> Occurrence | None:
        query = self.session.query(Occurrence).filter(Occurrence.state.in_(states)).order_by(Occurrence.id)
        dates = query.all()
        return self.random.choice(dates) if dates else None

    def _reference(self, *states: str) -> str:
        date = self._date(*states)
        return date.reservation.reference if date else ""

    def _actor(self) -> Actor:
        return acting(self.random.choice([self.booker, self.approver]))

    def confirm(self) -> None:
        decided = confirm(self._reference("pending"), None, actor=acting(self.approver), now=self.now)
        self.decided.append(decided.record.id)

    def undo(self) -> bool:
        if not self.decided:
            return False
        undo([self.decided.pop()], actor=acting(self.approver), now=self.now)
        return True

    def decline(self) -> None:
        decline(self._reference("pending"), None, "Ei sovi", actor=acting(self.approver), now=self.now)

    def withdraw(self) -> None:
        withdraw(self._reference("pending"), None, actor=acting(self.booker), now=self.now)

    def cancel(self) -> None:
        cancel(self._reference("confirmed"), None, "Sairastuin", actor=self._actor(), now=self.now)

    def expire(self) -> None:
        expire_pending(now=EVENING.start + self.random.randrange(6) * HOUR)

    def _edit(self, **changes: Any) -> bool:
        date = self._date("pending", "confirmed")
        if date is None:
            return False
        edit = Edit(self.random.choice([Scope.ALL, Scope.ONE]), date.id, **changes)
        apply_edit(date.reservation.reference, edit, actor=acting(self.booker), now=self.now)
        return True

    def edit_title(self) -> bool:
        return self._edit(title=f"Uusi nimi {self.random.randrange(100)}")

    def edit_time(self) -> bool:
        use = self._use()
        start, end = (to_wall(each, zone()).time() for each in (use.start, use.end))
        return self._edit(times=Times(start, end, int(end <= start)))

    def edit_visibility(self) -> bool:
        date = self._date("pending", "confirmed")
        if date is None:
            return False
        edit = Edit(Scope.ALL, date.id, visibility=self.random.choice(VISIBILITIES))
        apply_edit(date.reservation.reference, edit, actor=acting(self.booker), now=self.now)
        return True

    def make_offer(self) -> bool:
        date = self._date("pending", "confirmed")
        if date is None:
            return False
        offer(
            date.reservation.reference,
            date.id,
            room_slug=self.random.choice(self.rooms).slug,
            use=self._use().shift(timedelta(days=self.random.randrange(3, 30))),
            message="Käykö tämä?",
            actor=acting(self.approver),
            now=self.now,
        )
        return True

    def _answer(self, answer: Callable[..., Any]) -> bool:
        found = self.session.query(Proposal).filter_by(state="open", side="owner").first()
        if found is None:
            return False
        reference = found.occurrence.reservation.reference
        answer(reference, found.id, actor=acting(self.booker), now=self.now)
        return True

    def accept_offer(self) -> bool:
        return self._answer(accept)

    def refuse_offer(self) -> bool:
        return self._answer(refuse)

    # closures and what comes from outside

    def _wanted(self) -> closures.Wanted:
        start = to_wall(self._use().start, zone()).replace(tzinfo=None)
        rooms = self.random.sample(self.rooms, self.random.randrange(1, 3))
        return closures.Wanted(
            self.random.choice(["closure", "own_use"]),
            f"Remontti {self.random.randrange(100)}",
            self.random.random() < 0.5,
            tuple(room.id for room in rooms),
            Plan(start, start + HOUR, Pattern("weekly", count=3)),
        )

    def _closure(self) -> Closure | None:
        every = self.session.query(Closure).filter_by(removed_at=None).order_by(Closure.id).all()
        return self.random.choice(every) if every else None

    def close(self) -> None:
        closures.close(self._wanted(), actor=acting(self.approver), now=self.now)

    def _with_closure(self, work: Callable[[Closure], Any]) -> bool:
        closure = self._closure() or closures.close(self._wanted(), actor=acting(self.approver), now=self.now)
        work(closure)
        return True

    def change_closure(self) -> bool:
        who = acting(self.approver)
        return self._with_closure(
            lambda found: closures.change(found.id, self._wanted(), actor=who, now=self.now)
        )

    def drop_date(self) -> bool:
        who = acting(self.approver)
        return self._with_closure(
            lambda found: closures.drop_date(found.id, found.block.dates[0].id, actor=who, now=self.now)
        )

    def end_closure(self) -> bool:
        who = acting(self.approver)
        return self._with_closure(lambda found: closures.end(found.id, actor=who, now=self.now))

    def _spaces(self) -> set[int]:
        return {space.id for space in self.random.choice(self.rooms).spaces}

    def outside_in(self) -> None:
        blocks.make("outside", "Ulkoa", self._spaces(), [self._use()], is_public=self.random.random() < 0.5)

    def _outside(self) -> Block:
        found = self.session.query(Block).filter_by(kind="outside").first()
        return found or blocks.make("outside", "Ulkoa", self._spaces(), [self._use()], is_public=True)

    def outside_changes(self) -> None:
        block = self._outside()
        block.title, block.is_public = f"Toinen {self.random.randrange(100)}", True
        blocks.change(block, self._spaces(), [self._use(), self._use()], now=self.now)

    def outside_gone(self) -> None:
        block = self._outside()
        blocks.change(block, blocks.spaces_of([block.id])[block.id], [], now=self.now)

    # rooms and people

    def rename_room(self) -> None:
        room = self.random.choice(self.rooms)
        names: dict[str, Any] = {"name": f"Sali {self.random.randrange(1000)}", "name_sv": "Nya salen"}
        changed = replace(facts_of(room), **names)
        keep_facts(
            room.slug, changed, {}, seen=mark_of_facts(room), actor=acting(self.approver), now=self.now
        )

    def move_venue(self) -> None:
        place = Place("Uusi talo", "Keskusta", f"Katu {self.random.randrange(100)}", (61.1, 28.7))
        keep_venue(self.rooms[0].venue.slug, place, actor=acting(self.approver), now=self.now)

    def rename_organisation(self) -> None:
        thing = self.random.choice([*self.clubs, self.city])
        thing.name = f"{thing.name[:20]} {self.random.randrange(100)}"

    def retire_room(self) -> None:
        retire(self.spare.slug, actor=acting(self.approver), now=self.now)

    def _membership(self) -> Membership | None:
        query = self.session.query(Membership)
        found: Membership | None = query.filter_by(
            user_id=self.booker.id, organisation_id=self.clubs[1].id, ended_at=None
        ).one_or_none()
        return found

    def leave(self) -> bool:
        held = self._membership()
        if held is not None:
            held.ended_at = self.now
        return held is not None

    def join(self) -> bool:
        if self._membership() is not None:
            return False
        make_membership(self.booker, self.clubs[1], Role.BOOKER)
        return True
