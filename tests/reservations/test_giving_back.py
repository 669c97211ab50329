"""Giving a date back: late on its page, and by the link of a reminder without signing in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.access.roles import Role
from booking.db import in_transaction
from booking.errors import Forbidden, NotFound, RuleViolation, WrongState
from booking.reservations.changes import mark_changed
from booking.reservations.giving_back import can_give_back, give_back
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.reminders import remind_bookers
from booking.web import signed
from tests.factories.organisations import make_member, make_membership
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.users import acting, make_user
from tests.reservations.mail import leave, links, mail
from tests.reservations.town import Town, kinds_of_mail, last_step, of_choir, states

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = timedelta(weeks=1)
DEADLINE = EVENING.start - WEEK
DAY_BEFORE = EVENING.start - DAY


def ids(reservation: Reservation) -> list[int]:
    return [each.id for each in reservation.occurrences]


# The service


def test_after_the_deadline_it_is_given_back_and_the_owner_sees_that_it_was_late(
    session: Any, town: Town
) -> None:
    reservation = of_choir(town, state="confirmed")
    give_back(
        reservation.reference, ids(reservation), actor=acting(town.booker), now=DAY_BEFORE, reason=" Flunssa "
    )
    assert states(reservation) == ["cancelled"]
    step = last_step(reservation)
    assert (step.action, step.details["by"], step.details["late"]) == ("cancel", "booker", True)
    told = mail(session, "given_back")
    assert told.recipient == town.approver.email
    assert told.subject == "Varaaja luovutti ajan myöhään: Karelia-sali, ti 12.1.2027 klo 18.00–20.00"
    assert "Perustelu: Flunssa" in told.body
    assert mail(session, "cancelled").recipient == town.booker.email
    make_reservation(town.room)  # the time can be had again


def test_before_the_deadline_it_is_an_ordinary_cancellation(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    give_back(reservation.reference, ids(reservation), actor=acting(town.booker), now=DEADLINE)
    assert "late" not in last_step(reservation).details
    assert kinds_of_mail(session) == ["cancelled_by_booker", "cancelled"]


def test_dates_on_both_sides_of_the_deadline_are_told_apart(session: Any, town: Town) -> None:
    series = of_choir(town, EVENING, EVENING.shift(2 * WEEK), state="confirmed")
    give_back(series.reference, ids(series), actor=acting(town.manager), now=DAY_BEFORE)
    assert states(series) == ["cancelled", "cancelled"]
    assert kinds_of_mail(session) == ["cancelled_by_booker", "given_back", "cancelled"]
    assert "12.1.2027" in mail(session, "given_back").subject
    assert "26.1.2027" in mail(session, "cancelled_by_booker").subject


@pytest.mark.parametrize(
    "state", ["pending", "declined", "withdrawn", "expired", "cancelled", "used", "no_show"]
)
def test_only_what_is_confirmed_can_be_given_back(session: Any, town: Town, state: str) -> None:
    reservation = of_choir(town, state=state)
    with pytest.raises(WrongState):
        give_back(reservation.reference, ids(reservation), actor=acting(town.booker), now=DAY_BEFORE)
    assert states(reservation) == [state]
    assert kinds_of_mail(session) == []


def test_what_has_begun_is_not_given_back(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    with pytest.raises(WrongState) as refused:
        give_back(reservation.reference, ids(reservation), actor=acting(town.booker), now=EVENING.start)
    assert refused.value.code == "already_begun"


def test_a_date_has_to_be_chosen_and_be_the_reservations(session: Any, town: Town) -> None:
    mine, other = of_choir(town, state="confirmed"), of_choir(town, EVENING.shift(WEEK), state="confirmed")
    with pytest.raises(RuleViolation) as refused:
        give_back(mine.reference, [], actor=acting(town.booker), now=DAY_BEFORE)
    assert [each.code for each in refused.value.violations] == ["no_dates_chosen"]
    with pytest.raises(NotFound):
        give_back(mine.reference, ids(mine) + ids(other), actor=acting(town.booker), now=DAY_BEFORE)
    assert states(mine) + states(other) == ["confirmed", "confirmed"]


def test_only_the_bookers_side_gives_back(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    (date,) = reservation.occurrences
    for person in (town.approver, town.member, town.rival, make_user(is_admin=True)):
        assert not can_give_back(date, acting(person), DAY_BEFORE)
        with pytest.raises(Forbidden):
            give_back(reservation.reference, ids(reservation), actor=acting(person), now=DAY_BEFORE)
    assert not can_give_back(date, acting(town.manager), DEADLINE)  # it can still be cancelled
    assert not can_give_back(date, acting(town.manager), EVENING.start)
    assert can_give_back(date, acting(town.manager), DAY_BEFORE)


def test_an_approver_who_books_for_the_association_needs_no_reason(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    both = make_member(town.choir, Role.BOOKER)
    make_membership(both, town.owner, Role.APPROVER)
    give_back(reservation.reference, ids(reservation), actor=acting(both), now=DAY_BEFORE)
    assert last_step(reservation).details["by"] == "booker"


# The page


def test_the_button_of_the_page_gives_back_and_says_so(
    client: Any, frozen: Callable[[datetime], None], town: Town
) -> None:
    frozen(DAY_BEFORE)
    reservation = of_choir(town, state="confirmed")
    client.sign_in(town.booker)
    client.get(f"/reservations/{reservation.reference}")
    address = f"/reservations/{reservation.reference}/give-back"
    data = client.form(action=address).values
    nothing = client.submit({"occurrences": None}, action=address)
    assert nothing.status_code == 422
    assert "Valitse ainakin yksi aika." in nothing.get_data(as_text=True)
    page = client.follow(client.submit(action=address)).get_data(as_text=True)
    assert "Aika on luovutettu takaisin." in page
    assert "Aika luovutettiin takaisin perumisajan jälkeen" in page
    assert client.post(address, data=data).status_code == 409


# The link


@pytest.fixture
def reminded(session: Any, frozen: Callable[[datetime], None], town: Town) -> Occurrence:
    """A confirmed date whose reminder has just been written."""
    frozen(DAY_BEFORE)
    reservation = of_choir(town, state="confirmed")
    remind_bookers(now=DAY_BEFORE)
    return reservation.occurrences[0]


def link(session: Any) -> str:
    """Return the path of the link in the only reminder."""
    (address,) = links(mail(session, "reminder").body, "/give-up/")
    return address.removeprefix("http://localhost")


def test_looking_at_the_link_changes_nothing_and_its_button_gives_back(
    session: Any, client: Any, reminded: Occurrence
) -> None:
    address = link(session)
    for _ in range(3):  # a mail scanner, a preview, the person
        page = client.get(address)
        assert page.status_code == 200
        assert client.head(address).status_code == 200
    text = page.get_data(as_text=True)
    for part in ("ti 12.1.2027 klo 18.00–20.00", "Karelia-sali", "Kuoro Koskisointu", reminded.title):
        assert part in text
    assert reminded.state == "confirmed"
    done = client.follow(client.submit(having=None, action=address.partition("?")[0]))
    assert "Varaus on peruttu" in done.get_data(as_text=True)
    session.refresh(reminded)
    assert reminded.state == "cancelled"
    assert last_step(reminded.reservation).details["late"] is True


def test_the_link_is_told_to_nobody(session: Any, client: Any, reminded: Occurrence) -> None:
    good = link(session)
    for address, status in ((good, 200), ("/give-up/keksitty", 404), (f"{good}&x=%ff", 400)):
        answer = client.get(address)
        assert answer.status_code == status
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert answer.headers["Cache-Control"] == "private, no-store"
    assert client.post(link(session)).status_code == 400  # no token of the page
    assert reminded.state == "confirmed"


def test_a_link_used_twice_says_that_it_is_done(session: Any, client: Any, reminded: Occurrence) -> None:
    address = link(session)
    client.get(address)
    form = client.form(action=address.partition("?")[0])
    client.post(address, data=form.values)
    again = client.post(address, data=form.values)
    assert again.status_code == 409
    assert "Aika on peruttu, eikä muuta tarvitse tehdä." in again.get_data(as_text=True)
    assert kinds_of_mail(session).count("given_back") == 1


def test_a_date_that_has_changed_since_the_mail_is_not_given_back(
    session: Any, client: Any, reminded: Occurrence
) -> None:
    address = link(session)
    client.get(address)
    form = client.form(action=address.partition("?")[0])
    mark_changed(reminded, DAY_BEFORE)
    for answer, status in ((client.post(address, data=form.values), 409), (client.get(address), 200)):
        assert answer.status_code == status
        assert "Varaus on muuttunut viestin lähettämisen jälkeen." in answer.get_data(as_text=True)
        assert f"/reservations/{reminded.reservation.reference}" in answer.get_data(as_text=True)
    assert reminded.state == "confirmed"


def test_what_has_begun_is_said_so(
    session: Any, client: Any, frozen: Callable[[datetime], None], reminded: Occurrence
) -> None:
    frozen(EVENING.start)
    assert "Varaus on jo alkanut" in client.get(link(session)).get_data(as_text=True)


def test_before_the_deadline_the_link_cancels(session: Any, client: Any, town: Town, frozen: Any) -> None:
    frozen(DAY_BEFORE)
    town.room.cancellation_days = 0
    session.flush()
    reservation = of_choir(town, state="confirmed")
    remind_bookers(now=DAY_BEFORE)
    page = client.get(link(session)).get_data(as_text=True)
    assert "Perumisaika on jo ohi" not in page
    client.submit(action=link(session).partition("?")[0])
    session.refresh(reservation.occurrences[0])
    assert states(reservation) == ["cancelled"]
    assert "cancelled_by_booker" in kinds_of_mail(session)


@pytest.mark.parametrize("case", ["left", "member only", "closed"])
def test_who_may_not_book_for_the_association_any_more_gives_nothing_back(
    session: Any, client: Any, town: Town, reminded: Occurrence, case: str
) -> None:
    address = link(session)
    client.get(address)
    form = client.form(action=address.partition("?")[0])
    if case == "closed":
        town.booker.closed_at = DAY_BEFORE
    else:
        leave(session, town.booker, then=Role.MEMBER if case == "member only" else None)
    for answer in (client.get(address), client.post(address, data=form.values)):
        assert answer.status_code == 403
        assert "Karelia-sali" not in answer.get_data(as_text=True)
    session.refresh(reminded)
    assert reminded.state == "confirmed"


@pytest.mark.parametrize("case", ["tampered", "cut off", "another purpose", "too long", "another's key"])
def test_a_token_that_is_not_ours_is_worth_nothing(
    app: Any, session: Any, client: Any, town: Town, reminded: Occurrence, case: str
) -> None:
    value = [reminded.id, reminded.sequence, town.booker.id]
    good = signed.sign("give-up", value)
    bad = {
        "tampered": ("A" if good[0] != "A" else "B") + good[1:],
        "cut off": good[:-2],
        "another purpose": signed.sign("something else", value),
        "too long": good + "A" * 5000,
        "another's key": good.rpartition(".")[0] + ".AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    }
    assert client.get(f"/give-up/{good}").status_code == 200
    assert client.get(f"/give-up/{bad[case]}").status_code == 404
    assert signed.read("give-up", bad[case], max_age_days=1) is None


def test_a_link_ends_with_its_time(session: Any, client: Any, frozen: Any, reminded: Occurrence) -> None:
    address = link(session)
    frozen(DAY_BEFORE + 15 * DAY)
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Linkki on vanhentunut" in answer.get_data(as_text=True)


def test_a_personal_reservation_is_given_back_by_its_own_booker(
    session: Any, client: Any, town: Town, frozen: Any
) -> None:
    frozen(DAY_BEFORE)
    reservation = make_reservation(town.room, booker=town.booker)
    remind_bookers(now=DAY_BEFORE)
    client.get(link(session))
    client.submit(action=link(session).partition("?")[0])
    session.refresh(reservation.occurrences[0])
    assert states(reservation) == ["cancelled"]


def test_what_is_given_back_twice_at_once_is_given_back_once(session: Any, town: Town) -> None:
    reservation = of_choir(town, state="confirmed")
    chosen = ids(reservation)
    in_transaction(
        lambda: give_back(reservation.reference, chosen, actor=acting(town.booker), now=DAY_BEFORE)
    )
    with pytest.raises(WrongState):
        in_transaction(
            lambda: give_back(reservation.reference, chosen, actor=acting(town.manager), now=DAY_BEFORE)
        )
    assert kinds_of_mail(session).count("given_back") == 1
