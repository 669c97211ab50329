"""Withdrawing and cancelling dates of a series: single ones, from one on, or all, without a script."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.reservations.models import Reservation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.reservations.series import series_of, weekly
from tests.reservations.town import Town, states


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


def press(client: Any, reservation: Reservation, step: str, which: str, **values: Any) -> Any:
    """Open the reservation's page and press one of the buttons of the form; what is not given is empty."""
    address = f"/reservations/{reservation.reference}"
    client.get(address)
    sent = {"which": which, "occurrences": None, "since": None} | values
    return client.submit(sent, action=f"{address}/{step}")


def test_chosen_dates_are_cancelled_and_no_other(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 5)
    client.sign_in(town.booker)
    ids = [made.occurrences[n].id for n in (1, 3)]
    assert press(client, made, "cancel", "chosen", occurrences=ids).status_code == 303
    assert states(made) == ["confirmed", "cancelled", "confirmed", "cancelled", "confirmed"]


def test_from_a_date_on_means_that_one_and_all_later_ones(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "confirmed", "pending", "confirmed", "confirmed")
    client.sign_in(town.booker)
    press(client, made, "cancel", "since", since=made.occurrences[1].id)
    assert states(made) == ["confirmed", "cancelled", "pending", "cancelled", "cancelled"]


def test_all_means_all_that_wait(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "pending", "pending", "declined")
    client.sign_in(town.booker)
    press(client, made, "withdraw", "all")
    assert states(made) == ["confirmed", "withdrawn", "withdrawn", "declined"]


def test_all_leaves_out_what_is_past_and_what_is_too_near(
    town: Town, client: Any, frozen: Callable[[datetime], None]
) -> None:
    # cancelled at the latest a week before: Tuesday is too near
    made = make_reservation(
        town.room, weekly(-2), weekly(0), weekly(3), booker=town.booker, organisation=town.choir
    )
    frozen(weekly(0).start - timedelta(days=2))
    client.sign_in(town.booker)
    press(client, made, "cancel", "all")
    assert states(made) == ["confirmed", "confirmed", "cancelled"]


def test_pressing_the_button_for_chosen_dates_without_a_choice_cancels_nothing(
    town: Town, client: Any
) -> None:
    made = series_of(town, *["confirmed"] * 3)
    client.sign_in(town.booker)
    answer = press(client, made, "cancel", "chosen", reason="Flunssa.")
    assert answer.status_code == 422
    assert "Valitse ainakin yksi aika." in answer.text
    assert "Flunssa." in answer.text
    assert states(made) == ["confirmed"] * 3


def test_what_was_chosen_is_still_chosen_when_a_reason_is_missing(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 12)
    client.sign_in(town.approver)
    chosen, since = made.occurrences[4].id, made.occurrences[6].id
    answer = press(client, made, "cancel", "chosen", occurrences=[chosen], since=since)
    assert answer.status_code == 422
    assert re.findall(r'id="date-(\d+)" checked', answer.text) == [str(chosen)]
    assert re.findall(r'<option value="(\d+)" selected', answer.text) == [str(since)]
    assert '<details class="fold" open>' in answer.text


def test_a_date_of_another_reservation_is_unknown(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 3)
    other = make_reservation(make_room(), booker=town.booker, organisation=town.choir)
    client.sign_in(town.booker)
    for values in (
        {"which": "since", "since": other.occurrences[0].id},
        {"which": "chosen", "occurrences": [9]},
    ):
        assert press(client, made, "cancel", **values).status_code == 404
    assert states(made) == ["confirmed"] * 3


def test_who_may_only_look_is_refused_whatever_is_pressed(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 3)
    client.sign_in(town.member)
    client.get("/my")
    token = client.page.forms[-1].values["csrf_token"]
    for which in ("all", "since", "chosen"):
        sent = {"csrf_token": token, "which": which, "since": made.occurrences[0].id}
        assert client.post(f"/reservations/{made.reference}/cancel", data=sent).status_code == 403
    assert states(made) == ["confirmed"] * 3


def test_a_single_date_has_one_button(town: Town, client: Any) -> None:
    made = make_reservation(town.room, weekly(2), booker=town.booker, organisation=town.choir)
    client.sign_in(town.booker)
    text = client.get(f"/reservations/{made.reference}").text
    assert text.count("Peru varaus</button>") == 1
    assert 'name="which"' not in text
    client.submit(action=f"/reservations/{made.reference}/cancel")
    assert states(made) == ["cancelled"]


def test_no_first_date_is_chosen_beforehand_and_all_takes_two_presses(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 3)
    client.sign_in(town.booker)
    text = client.get(f"/reservations/{made.reference}").text
    assert '<option value="">valitse</option>' in text
    assert client.form(action=f"/reservations/{made.reference}/cancel").values["since"] == [""]
    fold = text.partition("<summary>Peru kaikki (3)</summary>")[2].partition("</details>")[0]
    assert "Tämä peruu kaikki 3 aikaa." in fold
    assert 'value="all"' in fold
    answer = press(client, made, "cancel", "since", since="")
    assert answer.status_code == 422
    assert "Valitse aika, josta alkaen perutaan." in answer.text
    assert states(made) == ["confirmed"] * 3


def test_it_says_how_many_dates_were_given_up(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 3)
    client.sign_in(town.booker)
    first, second, _third = (each.id for each in made.occurrences)
    assert "2 aikaa on peruttu." in client.follow(
        press(client, made, "cancel", "chosen", occurrences=[first, second])
    ).get_data(as_text=True)
