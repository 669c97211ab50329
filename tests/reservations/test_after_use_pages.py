"""The pages of what came of dates: the approver's long form, the review list, a reservation's own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event

from booking.access.roles import Role
from booking.extensions import db
from booking.reservations.after_use.models import NoShowReview
from booking.reservations.after_use.pages import dates_of, hints
from booking.reservations.after_use.service import Mark, mark
from booking.reservations.models import Occurrence, Reservation
from tests.factories.organisations import make_membership, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.town import Town, of_choir, states

HOUR = timedelta(hours=1)
WEEK = timedelta(weeks=1)
NOW = EVENING.start + 5 * WEEK
MARKING = "/approvals/after-use"
REVIEWS = "/approvals/reviews"


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


def series(town: Town, count: int = 4, **changes: Any) -> Reservation:
    return of_choir(
        town, *(EVENING.shift(week * WEEK) for week in range(count)), state="confirmed", **changes
    )


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile, without the test's own savepoints."""
    sent: list[str] = []
    connection = db.session.connection()

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if "SAVEPOINT" not in statement:
            sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(connection, "before_cursor_execute", note)


def opened(client: Any, person: Any, address: str) -> str:
    client.sign_in(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


# The approver's list


def test_many_dates_of_several_reservations_are_marked_in_one_form(
    session: Any, client: Any, town: Town
) -> None:
    weekly, once = series(town), make_reservation(town.room, EVENING.shift(3 * HOUR), booker=town.rival)
    page = opened(client, town.approver, MARKING)
    assert "5 mennyttä aikaa on merkitsemättä." in page
    ids = [each.id for each in weekly.occurrences]
    answer = client.submit(
        {
            f"mark-{ids[0]}": "used",
            f"attendance-{ids[0]}": " 2 4 ",
            f"mark-{ids[1]}": "no_show",
            f"attendance-{ids[2]}": "12",  # somebody came, so it was used
            f"mark-{once.occurrences[0].id}": "used",
        },
        action=MARKING,
    )
    page = client.follow(answer).get_data(as_text=True)
    assert "4 aikaa on merkitty." in page
    assert "1 mennyt aika on merkitsemättä." in page
    assert states(weekly) == ["used", "no_show", "used", "confirmed"]
    assert [each.attendance for each in weekly.occurrences] == [24, 0, 12, None]
    assert states(once) == ["used"]


def test_what_is_wrong_is_said_at_its_date_and_the_rest_is_saved(
    session: Any, client: Any, town: Town
) -> None:
    one, other = series(town, 1), make_reservation(town.room, EVENING.shift(3 * HOUR), booker=town.rival)
    first, second = one.occurrences[0].id, other.occurrences[0].id
    opened(client, town.approver, MARKING)
    answer = client.submit(
        {f"mark-{first}": "used", f"attendance-{first}": "101", f"mark-{second}": "no_show"}, action=MARKING
    )
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Kävijöitä voi olla enintään 100. Tarkista luku." in page
    assert "1 aika on merkitty." in page
    form = client.form(action=MARKING)
    assert form.values[f"attendance-{first}"] == ["101"]
    assert form.values[f"mark-{first}"] == ["used"]
    assert states(one) + states(other) == ["confirmed", "no_show"]


def test_what_cannot_be_read_saves_nothing(session: Any, client: Any, town: Town) -> None:
    one, two = series(town, 2).occurrences
    opened(client, town.approver, MARKING)
    answer = client.submit(
        {f"mark-{one.id}": "used", f"mark-{two.id}": "used", f"attendance-{two.id}": "monta"}, action=MARKING
    )
    assert answer.status_code == 422
    assert "Kirjoita luku numeroin, esimerkiksi 12." in answer.get_data(as_text=True)
    session.expire_all()
    assert (one.state, two.state) == ("confirmed", "confirmed")


def test_a_form_without_a_mark_says_so(session: Any, client: Any, town: Town) -> None:
    series(town, 1)
    opened(client, town.approver, MARKING)
    answer = client.submit({}, action=MARKING)
    assert answer.status_code == 422
    assert "Merkitse ainakin yksi aika." in answer.get_data(as_text=True)


def test_other_owners_dates_are_neither_shown_nor_marked(session: Any, client: Any, town: Town) -> None:
    series(town, 1)
    foreign = make_reservation(make_room(name="Seurakuntasali"), visibility="private")
    page = opened(client, town.approver, MARKING)
    assert "Seurakuntasali" not in page
    date = foreign.occurrences[0].id
    answer = client.submit({f"mark-{date}": "no_show"}, action=MARKING)
    assert answer.status_code == 404
    assert states(foreign) == ["confirmed"]
    assert client.submit({"mark-987654321": "used"}, action=MARKING).status_code in (303, 422)


def test_twenty_dates_stand_on_a_page_and_an_owner_can_be_chosen(
    session: Any, client: Any, town: Town
) -> None:
    parish = make_organisation(name="Imatran seurakunta", slug="seurakunta", kind="parish")
    make_membership(town.approver, parish, Role.APPROVER)
    theirs = make_reservation(make_room(owner=parish, name="Seurakuntasali"), EVENING)
    for hour in range(21):
        make_reservation(town.room, EVENING.shift(-hour * 2 * HOUR))
    page = opened(client, town.approver, MARKING)
    assert page.count("<fieldset") == 20
    assert "22 mennyttä aikaa on merkitsemättä." in page
    assert opened(client, town.approver, f"{MARKING}?page=2").count("<fieldset") == 2
    page = opened(client, town.approver, f"{MARKING}?owner=seurakunta")
    assert page.count("<fieldset") == 1
    answer = client.submit({f"mark-{theirs.occurrences[0].id}": "used"}, action=MARKING)
    assert answer.location.endswith(f"{MARKING}?owner=seurakunta")
    assert client.get(f"{MARKING}?owner=jonkun-muun").status_code == 404


@pytest.mark.parametrize("dates", [1, 20])
def test_the_list_asks_the_same_few_statements_however_long_it_is(
    session: Any, client: Any, town: Town, dates: int
) -> None:
    for hour in range(dates):
        of_choir(town, EVENING.shift(-hour * 2 * HOUR), state="confirmed")
    opened(client, town.approver, MARKING)
    with statements() as sent:
        client.get(MARKING)
    asked = [each for each in sent if "occurrences" in each]
    assert len(asked) == 2, asked  # how many there are, and this page of them
    assert len(sent) <= 6, sent


# The review list


def unused(town: Town, count: int) -> Reservation:
    reservation = series(town, count)
    marks = [Mark(each.id, False) for each in reservation.occurrences]
    mark(reservation.reference, marks, actor=acting(town.approver), now=NOW - HOUR)
    return reservation


def test_a_person_reviews_and_the_case_is_kept_among_the_reviewed_ones(
    session: Any, client: Any, town: Town
) -> None:
    unused(town, 3)
    page = opened(client, town.approver, REVIEWS)
    for part in ("Kuoro Koskisointu", "3 vuoroa käyttämättä", "talvikausi 2026–2027", "ti 12.1.2027"):
        assert part in page
    answer = client.submit({"note": "Puhuttu puhelimessa"}, action=REVIEWS)
    page = client.follow(answer).get_data(as_text=True)
    assert "Merkitty läpikäydyksi." in page
    reviewed = page.partition("Läpikäydyt")[2]
    for part in ("Kuoro Koskisointu", "3 vuoroa käyttämättä", "Puhuttu puhelimessa", town.approver.name):
        assert part in reviewed
    assert "Käyty läpi viimeksi ti 16.2.2027" in reviewed
    assert f'action="{REVIEWS}"' not in page
    assert session.query(NoShowReview).one().note == "Puhuttu puhelimessa"


def test_a_case_reviewed_twice_says_that_it_is_done(session: Any, client: Any, town: Town) -> None:
    unused(town, 3)
    opened(client, town.approver, REVIEWS)
    values = client.form(action=REVIEWS).values
    assert client.post(REVIEWS, data=values).status_code == 303
    again = client.post(REVIEWS, data=values)
    assert again.status_code == 409
    assert "Tämä on jo käyty läpi." in again.get_data(as_text=True)


def test_too_long_a_note_comes_back(session: Any, client: Any, town: Town) -> None:
    unused(town, 3)
    opened(client, town.approver, REVIEWS)
    answer = client.submit({"note": "a" * 501}, action=REVIEWS)
    assert answer.status_code == 422
    assert "a" * 501 in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"owner": "jonkun-muun"},
        {"owner": ""},
        {"organisation": "kuoro"},
        {"organisation": "9" * 12},
        {"season": "talvi"},
        {"season": None},
    ],
)
def test_a_review_of_nothing_is_not_found(
    session: Any, client: Any, town: Town, changes: dict[str, str | None]
) -> None:
    unused(town, 3)
    opened(client, town.approver, REVIEWS)
    assert client.submit(changes, action=REVIEWS).status_code == 404


@pytest.mark.parametrize("associations", [1, 5])
def test_the_review_list_asks_two_statements(
    session: Any, client: Any, town: Town, associations: int
) -> None:
    for _ in range(associations):
        reservation = make_reservation(
            make_room(owner=town.owner),
            *(EVENING.shift(week * WEEK) for week in range(3)),
            state="no_show",
            organisation=make_organisation(),
        )
        assert reservation.id
    opened(client, town.approver, REVIEWS)
    with statements() as sent:
        page = client.get(REVIEWS).get_data(as_text=True)
    assert page.count("3 vuoroa käyttämättä") == associations
    asked = [each for each in sent if "occurrences" in each or "no_show_reviews" in each]
    assert len(asked) == 2, asked


# A reservation's own


def test_the_booker_marks_their_own_and_mends_it(session: Any, client: Any, town: Town) -> None:
    weekly = series(town)
    address = f"/reservations/{weekly.reference}/after-use"
    opened(client, town.booker, address)
    first: Occurrence = weekly.occurrences[0]
    done = client.submit({f"mark-{first.id}": "used", f"attendance-{first.id}": "12"}, action=address)
    assert "1 aika on merkitty." in client.follow(done).get_data(as_text=True)
    assert "Korjaa merkintää" in opened(client, town.booker, address)
    client.submit({f"mark-{first.id}": "no_show", f"attendance-{first.id}": ""}, action=address)
    assert states(weekly) == ["no_show", "confirmed", "confirmed", "confirmed"]


def test_a_past_date_is_marked_on_its_reservations_page(session: Any, client: Any, town: Town) -> None:
    once = series(town, 1)
    page = opened(client, town.booker, f"/reservations/{once.reference}")
    assert "Merkitse toteutuneet" in page
    field, action = f"mark-{once.occurrences[0].id}", f"/reservations/{once.reference}/after-use"
    page = client.follow(client.submit({field: "no_show"}, action=action)).get_data(as_text=True)
    assert "Aika merkittiin käyttämättä jääneeksi" in page
    assert "käyttämättä jätetty" in page


def test_a_form_that_comes_back_keeps_what_was_typed(session: Any, client: Any, town: Town) -> None:
    weekly = series(town, 1)
    address, field = f"/reservations/{weekly.reference}/after-use", f"attendance-{weekly.occurrences[0].id}"
    opened(client, town.booker, address)
    answer = client.submit({field: "5000"}, action=address)
    assert answer.status_code == 422
    assert client.form(action=address).values[field] == ["5000"]
    assert client.submit({field: ""}, action=address).status_code == 422


def test_a_mark_that_the_owner_has_mended_meanwhile_is_told(session: Any, client: Any, town: Town) -> None:
    made = series(town, 1)
    address, date = f"/reservations/{made.reference}/after-use", made.occurrences[0]
    mark(made.reference, [Mark(date.id, True)], actor=acting(town.booker), now=NOW)
    opened(client, town.booker, address)
    values = client.form(action=address).values
    mark(made.reference, [Mark(date.id, False)], actor=acting(town.approver), now=NOW)
    answer = client.post(address, data=values)
    assert answer.status_code == 409
    for told in (answer.text, opened(client, town.booker, address)):
        assert "Omistaja on jo merkinnyt ajan." in told
        assert made.title in told
    assert states(made) == ["no_show"]


def test_only_who_may_mark_is_asked(session: Any, client: Any, town: Town) -> None:
    weekly = series(town)
    address = f"/reservations/{weekly.reference}/after-use"
    for person, status in ((town.member, 404), (town.rival, 404), (town.approver, 200), (town.manager, 200)):
        client.sign_in(person)
        assert client.get(address).status_code == status
    assert dates_of(weekly, acting(town.member), NOW) == []


def test_what_an_approver_has_marked_is_not_offered_to_the_booker(session: Any, town: Town) -> None:
    weekly = series(town)
    first, second = weekly.occurrences[0], weekly.occurrences[1]
    mark(weekly.reference, [Mark(first.id, False)], actor=acting(town.approver), now=NOW)
    mark(weekly.reference, [Mark(second.id, True, 9)], actor=acting(town.booker), now=NOW)
    offered = dates_of(weekly, acting(town.booker), NOW)
    assert [(each.chosen, each.attendance) for each in offered] == [("used", 9), ("", None), ("", None)]
    assert len(dates_of(weekly, acting(town.approver), NOW)) == 4
    assert dates_of(weekly, acting(town.booker), EVENING.start - HOUR) == []


def test_my_page_can_say_what_waits_to_be_marked(session: Any, town: Town) -> None:
    weekly = series(town, 3)
    (hint,) = hints(acting(town.booker), NOW)
    assert (hint.reference, hint.room, hint.count) == (weekly.reference, "Karelia-sali", 3)
