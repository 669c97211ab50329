"""Whatever happens to reservations, closures, rooms and members: the same tag always means the same bytes."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from booking.calendars.blocked import written_block
from booking.calendars.events import written
from booking.db import in_transaction
from booking.errors import DomainError
from booking.reservations.service import request_reservation
from tests.calendars.test_private_never_leaks import undone
from tests.calendars.town import OPEN_RULES, STEPS, Town
from tests.factories.organisations import make_organisation
from tests.factories.reservations import NOW, request_for
from tests.factories.rooms import make_divisible_hall, make_room
from tests.factories.users import acting, make_user
from tests.support.effort import times


def test_the_same_tag_always_means_the_same_bytes(
    client: Any, session: Any, frozen: Callable[[datetime], None]
) -> None:
    happened: Counter[str] = Counter()

    # In whatever order all of it is done; a failure is not made smaller, as each example takes seconds
    @settings(
        max_examples=times(2),
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(order=st.permutations(STEPS), seed=st.integers(0, 2**16))
    def in_any_order(order: list[str], seed: int) -> None:
        frozen(NOW)
        with undone(session):
            happened.update(_live_through(client, session, frozen, order, seed))

    in_any_order()
    missing = set(STEPS) - set(happened)
    assert len(missing) <= 5, f"too much was refused each time: {missing}"


def _live_through(
    client: Any, session: Any, frozen: Callable[[datetime], None], order: list[str], seed: int
) -> set[str]:
    """Do these things one after the other, look at all feeds after each, and return what was done."""
    town = Town(session, seed)
    seen: dict[tuple[str, str], bytes] = {}
    last: dict[str, str] = {}
    changed = 0
    for number, name in enumerate(order):
        town.now = NOW + number * timedelta(seconds=20)
        frozen(town.now)
        town.step(name)
        for address in town.addresses():
            answer = client.get(address)
            if answer.status_code == 404:
                assert town.may_be_gone(address)
                continue
            tag = answer.headers["ETag"]
            assert seen.setdefault((address, tag), answer.data) == answer.data, f"{name} left {address} stale"
            changed += last.get(address) != tag
            last[address] = tag
        asked = town.random.choice(sorted(last))
        again = client.get(asked, headers={"If-None-Match": last[asked]})
        assert again.status_code in ((304, 404) if town.may_be_gone(asked) else (304,))
    assert changed > 50
    there = [address for address in town.addresses() if not town.may_be_gone(address)]
    kept = {address: client.get(address).data for address in there}
    written.cache_clear()
    written_block.cache_clear()
    assert {address: client.get(address).data for address in there} == kept
    return town.done


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
