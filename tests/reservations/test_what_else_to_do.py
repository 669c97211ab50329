"""Who has lost a date through no act of their own is shown the way to another room, on the page too."""

from typing import Any

import pytest

from booking.reservations.decisions import cancel, decline
from tests.factories.reservations import NOW
from tests.factories.users import acting
from tests.reservations.asking import text_of
from tests.reservations.town import Town, of_choir

AGAIN = "/?date=2027-01-12&amp;start=18:00&amp;end=20:00"
SAID = "Etsi sille toinen tila"


@pytest.fixture(autouse=True)
def at_now(frozen: Any) -> None:
    frozen(NOW)


@pytest.mark.parametrize(("state", "end"), [("confirmed", cancel), ("pending", decline)])
def test_who_is_refused_or_cancelled_by_the_owner_searches_again_with_one_press(
    client: Any, town: Town, state: str, end: Any
) -> None:
    mine = of_choir(town, state=state)
    end(mine.reference, None, "Vaalit", actor=acting(town.approver), now=NOW)
    client.sign_in(town.booker)
    page = client.get(f"/reservations/{mine.reference}")
    assert SAID in text_of(page)
    assert AGAIN in page.get_data(as_text=True).replace("%3A", ":")
    client.sign_in(town.approver)
    assert SAID not in text_of(client.get(f"/reservations/{mine.reference}"))


def test_who_cancels_is_not_told_to_search_again(client: Any, town: Town) -> None:
    town.room.cancellation_days = 0
    mine = of_choir(town, state="confirmed")
    cancel(mine.reference, None, "", actor=acting(town.booker), now=NOW)
    client.sign_in(town.booker)
    assert SAID not in text_of(client.get(f"/reservations/{mine.reference}"))
