"""Whatever happens to reservations, rooms and members: the same tag always means the same bytes."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.calendars import service
from booking.calendars.events import written
from booking.calendars.offers import private_path
from booking.db import in_transaction
from booking.errors import DomainError
from booking.organisations.models import Membership
from booking.reservations.decisions import cancel, confirm, decline, expire_pending, withdraw
from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.editing.service import apply_edit
from booking.reservations.models import VISIBILITIES, Occurrence, Reservation
from booking.reservations.service import request_reservation
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, NOW, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting, make_user
from tests.support.effort import times

STEPS = 30
HOUR = timedelta(hours=1)
OPEN_RULES = {"notice_minutes": 0, "cancellation_days": 0, "who_may_book": "anyone"}


class Town:
    """Four rooms, two associations, a booker, an approver, and the feeds of all of them."""

    def __init__(self, session: Any, seed: int) -> None:
        self.session, self.random, self.now = session, random.Random(seed), NOW
        self.city = make_organisation(kind="city")
        at_once = self.random.choice(["at_once", "by_approver"])
        hall = make_divisible_hall(
            owner=self.city, approval="by_approver", pending_holds=bool(seed % 2), **OPEN_RULES
        )
        self.rooms = [*hall, make_room(approval=at_once, owner=self.city, **OPEN_RULES)]
        self.clubs = [make_organisation(), make_organisation()]
        self.booker = make_user()
        for club in self.clubs:
            make_membership(self.booker, club, Role.BOOKER)
        self.approver = make_member(self.city, Role.APPROVER)
        self.addresses = [
            *(f"/calendars/rooms/{room.slug}.ics" for room in self.rooms),
            *(f"/calendars/organisations/{club.slug}.ics" for club in self.clubs),
            f"/calendars/owners/{self.city.slug}.ics",
            "/calendars/all.ics",
            "/calendars/all.ics?lang=sv",
            "/calendars/events.ics",
            "/events.atom",
            self._secret(self.booker, "mine", None),
            self._secret(self.booker, "organisation", self.clubs[0].id),
            self._secret(self.approver, "approver", self.city.id),
        ]
        self.changes: dict[str, int] = {}

    def _secret(self, user: Any, kind: str, organisation_id: int | None) -> str:
        made = service.create(kind, organisation_id, actor=acting(user), now=NOW)
        return private_path(service.token_of(made))

    def step(self) -> None:
        """Do one thing of those that can happen; what is refused changes nothing."""
        todo = [self.ask] * 4 + [self.confirm] * 3 + [self.decline, self.withdraw, self.cancel] * 2
        chosen = self.random.choice([*todo, self.expire, self.rename, self.join_or_leave, self.edit])
        try:
            in_transaction(chosen)
        except DomainError:
            return
        self.changes[chosen.__name__] = self.changes.get(chosen.__name__, 0) + 1

    def ask(self) -> None:
        start = EVENING.start + self.random.randrange(6) * HOUR
        request = request_for(
            self.random.choice(self.rooms),
            Interval(start, start + self.random.randrange(1, 4) * HOUR),
            organisation_slug=self.random.choice([None, *(club.slug for club in self.clubs)]),
            visibility=self.random.choice(VISIBILITIES),
        )
        request_reservation(request, actor=acting(self.booker), now=self.now)

    def _any(self) -> str:
        references = self.session.query(Reservation.reference).order_by(Reservation.id).all()
        return str(self.random.choice(references)[0]) if references else ""

    def _actor(self) -> Actor:
        return acting(self.random.choice([self.booker, self.approver]))

    def confirm(self) -> None:
        confirm(self._any(), None, actor=acting(self.approver), now=self.now)

    def decline(self) -> None:
        decline(self._any(), None, "Ei sovi", actor=acting(self.approver), now=self.now)

    def withdraw(self) -> None:
        withdraw(self._any(), None, actor=acting(self.booker), now=self.now)

    def cancel(self) -> None:
        cancel(self._any(), None, "Sairastuin", actor=self._actor(), now=self.now)

    def expire(self) -> None:
        expire_pending(now=EVENING.start + self.random.randrange(6) * HOUR)

    def edit(self) -> None:
        date = self.session.query(Occurrence).filter(Occurrence.state == "confirmed").first()
        if date is not None:
            seen = self.random.choice(VISIBILITIES)
            wanted = Edit(Scope.ALL, date.id, title=f"Nimi {self.now:%M}", visibility=seen)
            booker = acting(self.booker)
            apply_edit(date.reservation.reference, wanted, actor=booker, now=self.now)

    def rename(self) -> None:
        thing = self.random.choice([*self.rooms, self.rooms[0].venue, *self.clubs, self.city])
        thing.name = f"{thing.name[:20]} {self.random.randrange(100)}"

    def join_or_leave(self) -> None:
        club = self.clubs[1]
        held = (
            self.session.query(Membership)
            .filter_by(user_id=self.booker.id, organisation_id=club.id, ended_at=None)
            .one_or_none()
        )
        if held is None:
            make_membership(self.booker, club, Role.BOOKER)
        else:
            held.ended_at = self.now


@pytest.mark.parametrize("seed", range(times(2)))
def test_the_same_tag_always_means_the_same_bytes(
    client: Any, session: Any, frozen: Callable[[datetime], None], seed: int
) -> None:
    frozen(NOW)
    town = Town(session, seed)
    seen: dict[tuple[str, str], bytes] = {}
    last: dict[str, str] = {}
    changed = 0
    for number in range(STEPS):
        town.now = NOW + number * timedelta(minutes=1)
        frozen(town.now)
        town.step()
        for address in town.addresses:
            answer = client.get(address)
            assert answer.status_code == 200
            tag = answer.headers["ETag"]
            assert seen.setdefault((address, tag), answer.data) == answer.data
            again = client.get(address, headers={"If-None-Match": last.get(address, '"none"')})
            assert (again.status_code == 304) == (last.get(address) == tag)
            changed += last.get(address) != tag
            last[address] = tag
    assert len(town.changes) >= 5, f"too little happened: {town.changes}"
    assert changed > 50
    kept = {address: client.get(address).data for address in town.addresses}
    written.cache_clear()
    assert {address: client.get(address).data for address in town.addresses} == kept


def test_a_change_elsewhere_leaves_a_feed_alone(
    client: Any, session: Any, frozen: Callable[[datetime], None]
) -> None:
    frozen(NOW)
    half_a, half_b, whole = make_divisible_hall(approval="at_once", **OPEN_RULES)
    club = make_organisation()
    rooms = {room: f"/calendars/rooms/{room.slug}.ics" for room in (half_a, half_b, whole)}

    def tags() -> dict[Any, str]:
        return {room: client.get(address).headers["ETag"] for room, address in rooms.items()}

    before, club_before = tags(), client.get(f"/calendars/organisations/{club.slug}.ics").headers["ETag"]
    in_transaction(
        lambda: request_reservation(request_for(half_a), actor=acting(make_user()), now=NOW),
    )
    after = tags()

    assert after[half_a] != before[half_a]
    assert after[whole] != before[whole], "the whole hall is taken with its half"
    assert after[half_b] == before[half_b]
    assert client.get(f"/calendars/organisations/{club.slug}.ics").headers["ETag"] == club_before


def test_a_change_that_is_undone_is_never_told_under_a_tag_of_its_own(
    client: Any, session: Any, frozen: Callable[[datetime], None]
) -> None:
    frozen(NOW)
    room = make_room(approval="at_once", **OPEN_RULES)
    address = f"/calendars/rooms/{room.slug}.ics"
    before = client.get(address)

    def ask_and_fail() -> None:
        request_reservation(request_for(room), actor=acting(make_user()), now=NOW)
        raise DomainError

    with pytest.raises(DomainError):
        in_transaction(ask_and_fail)

    after = client.get(address)
    assert (after.headers["ETag"], after.data) == (before.headers["ETag"], before.data)
