"""What the approver's pages say of what is decided already, of a decision that was made, and of a refused one."""

from collections.abc import Callable
from typing import Any

import pytest

from booking.reservations.decisions import confirm, decline
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.users import acting
from tests.reservations.asking import focused
from tests.reservations.offering import LATER, WEEK, moved
from tests.reservations.series import plain
from tests.reservations.town import Town, of_choir, states


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


def weekly(town: Town, count: int, **changes: Any) -> Any:
    """Return the choir's request for so many evenings, a week apart."""
    return of_choir(town, *(EVENING.shift(n * WEEK) for n in range(count)), **changes)


def text_of(answer: Any) -> str:
    return plain(answer.get_data(as_text=True))


def test_a_series_in_the_queue_says_how_its_other_dates_stand(session: Any, client: Any, town: Town) -> None:
    series, approver = weekly(town, 5), acting(town.approver)
    ids = [each.id for each in series.occurrences]
    client.sign_in(town.approver)
    assert "Sarjassa" not in text_of(client.get("/approvals"))
    confirm(series.reference, ids[:2], actor=approver, now=NOW)
    decline(series.reference, ids[2:3], "Vaalit", actor=approver, now=NOW)
    text = text_of(client.get("/approvals"))
    assert "2 aikaa · 2 vapaana Sarjassa 5 aikaa: 2 vahvistettu, 1 hylätty." in text
    decline(series.reference, ids[3:4], "Vaalit", actor=approver, now=NOW)
    assert "Sarjassa 5 aikaa: 2 vahvistettu, 2 hylätty." in text_of(client.get("/approvals"))


def test_a_move_says_what_it_holds_and_what_a_no_leaves(session: Any, client: Any, town: Town) -> None:
    booked = of_choir(town, state="confirmed")
    moved(town, (booked.occurrences[0], LATER))
    client.sign_in(town.approver)
    for address in ("/approvals", f"/approvals/{booked.reference}"):
        text = text_of(client.get(address))
        assert "Uusi aika on pidossa. Jos siirron hylkää, entinen aika jää voimaan." in text
