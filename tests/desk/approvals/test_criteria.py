"""An owner's published criteria: what they say of a request, in words, and how they are published."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking.access.roles import Role
from booking.audit.service import history
from booking.desk.approvals.criteria_words import local, newcomer, size, used
from booking.desk.approvals.groups import queue
from booking.desk.approvals.past_use import NEVER, Applicant, PastUse, past_use
from booking.desk.approvals.publishing import Criteria, Wording, publish_criteria
from booking.desk.approvals.waiting_words import waited
from booking.errors import Forbidden, NotFound, RuleViolation
from booking.reservations.criteria import Criterion
from booking.reservations.decisions import cancel
from booking.reservations.giving_back import give_back
from tests.desk.approvals.test_deciding_pages import text_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user
from tests.reservations.offering import LATER, WEEK
from tests.reservations.town import Town, of_choir
from tests.support.statements import statements

DAY = timedelta(days=1)
PAST = EVENING.shift(-10 * WEEK)
ORDER = Criteria({Criterion.NEWCOMER: 2, Criterion.SIZE: 1}, answer_days=2, wording=Wording("Oma teksti"))


@pytest.fixture(autouse=True)
def today(frozen: Callable[..., None]) -> None:
    """It is NOW."""
    frozen(NOW)


def choir_use(town: Town) -> PastUse:
    choir = Applicant(town.owner.id, town.choir.id, None)
    return past_use([choir], NOW).get(choir, NEVER)


# What has been used


def test_past_use_counts_what_came_of_what_was_booked(session: Any, town: Town) -> None:
    for n, state in enumerate(["used", "used", "no_show", "confirmed"]):
        of_choir(town, PAST.shift(n * DAY), state=state)
    back = of_choir(town, EVENING.shift(WEEK), state="confirmed")
    give_back(back.reference, [back.occurrences[0].id], actor=acting(town.booker), now=NOW)
    late = of_choir(town, EVENING, state="confirmed")
    late.room.cancellation_days = 30
    session.flush()
    give_back(late.reference, [late.occurrences[0].id], actor=acting(town.booker), now=NOW)
    owners = of_choir(town, EVENING.shift(2 * DAY), state="confirmed")
    cancel(owners.reference, None, "Vaalit", actor=acting(town.approver), now=NOW)
    for each in (back, late, owners):
        date = each.occurrences[0]
        date.starts_at, date.ends_at = date.starts_at - 10 * WEEK, date.ends_at - 10 * WEEK
    session.flush()
    found = choir_use(town)
    assert found == PastUse(used=2, no_shows=1, unmarked=1, given_back=2, late=1)
    assert found.booked == 6


def test_past_use_is_of_twelve_months_of_this_owner_and_of_whoever_asks(session: Any, town: Town) -> None:
    year_ago = NOW - timedelta(days=365)
    of_choir(town, PAST.shift(year_ago - PAST.start), state="used")
    of_choir(town, PAST.shift(year_ago - PAST.start - timedelta(seconds=60) - DAY), state="used")
    of_choir(town, EVENING, state="confirmed")  # is still to come
    of_choir(town, PAST, state="declined")
    make_reservation(make_room(), PAST, state="used", organisation=town.choir)
    make_reservation(town.room, PAST, state="used", organisation=town.chess_club)
    make_reservation(town.room, PAST.shift(DAY), state="used", booker=town.booker)  # for oneself
    assert choir_use(town) == PastUse(used=1)
    alone = Applicant(town.owner.id, None, town.booker.id)
    assert past_use([alone], NOW) == {alone: PastUse(used=1)}
    assert past_use([], NOW) == {}


def test_many_who_ask_cost_as_many_statements_as_one(session: Any, town: Town) -> None:
    asked = [Applicant(town.owner.id, make_organisation().id, None) for _ in range(30)]
    asked += [Applicant(town.owner.id, None, make_user().id) for _ in range(30)]
    with statements() as sent:
        past_use(asked, NOW)
    assert len(sent) == 2


# The promise to answer


def test_a_broken_promise_is_not_promised_again(session: Any, client: Any, town: Town, frozen: Any) -> None:
    request = of_choir(town, created_at=NOW)
    answering = Criteria({Criterion.LOCAL: 1}, answer_days=5)
    publish_criteria(town.owner.slug, "", answering, actor=acting(town.approver), now=NOW)
    for age, late in ((5 * DAY, False), (5 * DAY + timedelta(seconds=1), True)):
        frozen(NOW + age)
        client.sign_in(town.booker)
        text = text_of(client.get(f"/reservations/{request.reference}"))
        assert ("ei ole vastannut luvatussa ajassa" in text) is late
        assert ("lupaa vastata" in text) is not late


def test_only_a_published_promise_is_said_to_who_asks(
    session: Any, client: Any, town: Town, frozen: Any
) -> None:
    frozen(NOW)
    request = of_choir(town, created_at=NOW)
    confirmed = of_choir(town, EVENING.shift(DAY), state="confirmed")
    pages = (f"/rooms/{town.room.slug}/request", f"/reservations/{request.reference}")
    client.sign_in(town.booker)
    for address in pages:
        text = text_of(client.get(address))
        assert "Vastaus tulee sähköpostiin." in text
        assert "päivässä" not in text
    answering = Criteria({Criterion.LOCAL: 1}, answer_days=5)
    publish_criteria(town.owner.slug, "", answering, actor=acting(town.approver), now=NOW)
    assert "Vastaus luvataan 5 päivässä." in text_of(client.get(pages[0]))
    assert f"{town.owner.name} lupaa vastata 5 päivässä." in text_of(client.get(pages[1]))
    own = Criteria({Criterion.LOCAL: 1}, answer_days=1)
    publish_criteria(town.owner.slug, town.room.kind, own, actor=acting(town.approver), now=NOW)
    assert "Vastaus luvataan päivässä." in text_of(client.get(pages[0]))
    assert "lupaa vastata" not in text_of(client.get(f"/reservations/{confirmed.reference}"))


# In words


def test_criteria_are_said_in_words(app: Any) -> None:
    with app.test_request_context("/"):
        assert local("Rautio", "Rautio") == "sama kaupunginosa, Rautio"
        assert local("Rautio", "Mansikkala") == "Imatra, Rautio"
        assert local("Rautio", "") == "Imatra, Rautio"
        assert local("", "Mansikkala") == "ei tietoa"
        assert local("", "") == "ei tietoa"
        assert size(24, 60) == "24/60 paikkaa, 40\u00a0%"
        assert size(24, None) == "24 henkilöä, paikkoja: ei tietoa"
        assert used(NEVER) == "ei varauksia"
        assert used(PastUse(17, 2, 0, 1)) == "20 varattu: 17 käytetty, 2 käyttämättä, 1 palautettu"
        assert used(PastUse(given_back=2, late=1)) == "2 varattu: 2 palautettu (1 myöhässä)"
        assert (newcomer(NEVER), newcomer(PastUse(used=1))) == ("kyllä, ei käyttöä vuoteen", "ei")
        assert newcomer(PastUse(given_back=3)) == "kyllä, ei käyttöä vuoteen"


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(minutes=59, seconds=59), "odottanut alle tunnin"),
        (timedelta(hours=1), "odottanut 1 tunnin"),
        (timedelta(hours=23, minutes=59), "odottanut 23 tuntia"),
        (timedelta(days=1), "odottanut 1 päivän"),
        (timedelta(days=40), "odottanut 40 päivää"),
    ],
)
def test_age_is_told_in_hours_on_the_first_day_and_then_in_days(app: Any, age: timedelta, words: str) -> None:
    with app.test_request_context("/"):
        assert waited(age) == words


@given(st.lists(st.integers(0, 50), min_size=5, max_size=5))
def test_what_was_booked_is_all_that_came_of_it(numbers: list[int]) -> None:
    use = PastUse(*numbers)
    assert use.booked == sum(numbers[:4])
    assert use.is_newcomer == (not any(numbers[:3]))


# Published


def test_the_criteria_of_a_kind_come_before_those_of_all(session: Any, client: Any, town: Town) -> None:
    keeper = acting(town.approver)
    of_choir(town, people=20)
    make_reservation(town.room, LATER, state="pending", organisation=town.chess_club)

    def said() -> list[str]:
        return [each.label for each in queue(keeper, NOW).groups[0].requests[0].said]

    assert said() == ["Paikallisuus", "Koko", "Käyttö, 12 kk", "Uusi käyttäjä"]  # nothing is published
    publish_criteria(town.owner.slug, "", ORDER, actor=keeper, now=NOW)
    assert said() == ["Koko", "Uusi käyttäjä"]
    publish_criteria(town.owner.slug, town.room.kind, Criteria({Criterion.LOCAL: 4}), actor=keeper, now=NOW)
    assert said() == ["Paikallisuus"]
    client.sign_in(town.approver)
    assert "Paikallisuus ei tietoa" in text_of(client.get("/approvals"))


def test_a_promise_to_answer_is_the_deadline_while_it_is_sooner(session: Any, town: Town) -> None:
    publish_criteria(town.owner.slug, "", ORDER, actor=acting(town.approver), now=NOW)
    fresh = of_choir(town, created_at=NOW - DAY)
    old = of_choir(town, EVENING.shift(DAY), created_at=NOW - 3 * DAY)
    soon = of_choir(town, EVENING.shift(NOW + DAY / 2 - EVENING.start), created_at=NOW)
    items = {item.reference: item.deadline for item in queue(acting(town.approver), NOW).clear}
    assert items[fresh.reference].words == "vastaus luvattu ti 5.1. mennessä"
    assert items[old.reference].words == "vastaus luvattiin su 3.1. mennessä, myöhässä"
    assert items[soon.reference].words == "vanhenee ma 4.1.2027 klo 22.00, kun aika alkaa"
    assert [items[each.reference].presses for each in (fresh, old, soon)] == [False, True, True]


def test_criteria_are_published_on_the_owners_page_and_linked_from_its_rooms(
    session: Any, client: Any, town: Town
) -> None:
    client.sign_in(town.approver)
    address = f"/desk/criteria/{town.owner.slug}"
    client.get(address)
    sent = {
        "local": "",
        "size": "2",
        "past_use": "1",
        "newcomer": "",
        "answer_days": "3",
        "text_fi": "Lue tämä",
    }
    assert client.submit(sent, action=address).status_code == 303
    client.sign_out()
    page = text_of(client.get(f"/organisations/{town.owner.slug}"))
    assert page.index("Käyttö, 12 kk :") < page.index("Koko :")
    assert "Paikallisuus" not in page
    assert "Lue tämä" in page
    assert "Pyyntöön vastataan 3 päivässä." in page
    body = client.get(f"/rooms/{town.room.slug}").get_data(as_text=True)
    assert f'href="/organisations/{town.owner.slug}#criteria"' in body
    (step,) = history("organisation", town.owner.id)
    assert (step.action, step.details) == (
        "publish_criteria",
        {"room_kind": "", "criteria": ["past_use", "size"]},
    )


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"local": "1", "size": "1"}, "Kahdella perusteella on sama sija."),
        ({"local": "", "size": "", "past_use": "", "newcomer": ""}, "Anna sija ainakin yhdelle perusteelle."),
        ({"answer_days": "0"}, "Kirjoita päivien määrä väliltä 1–60."),
        ({"answer_days": "61"}, "Kirjoita päivien määrä väliltä 1–60."),
        ({"answer_days": "pian"}, "Kirjoita luku numeroin"),
        ({"local": "9"}, "Valitse jokin vaihtoehdoista."),
        ({"text_sv": "x" * 2001}, "Lyhennä teksti enintään 2000 merkkiin."),
    ],
)
def test_criteria_that_make_no_sense_are_refused_and_kept(
    session: Any, client: Any, town: Town, sent: dict[str, str], sentence: str
) -> None:
    client.sign_in(town.approver)
    address = f"/desk/criteria/{town.owner.slug}"
    client.get(address)
    answer = client.submit({"text_fi": "Säilyy"} | sent, action=address)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert client.form(action=address).values["text_fi"][0].strip() == "Säilyy"
    assert history("organisation", town.owner.id) == []


def test_the_criteria_of_a_kind_are_taken_back(session: Any, client: Any, town: Town) -> None:
    keeper = acting(town.approver)
    publish_criteria(town.owner.slug, "sports", ORDER, actor=keeper, now=NOW)
    client.sign_in(town.approver)
    client.get(f"/desk/criteria/{town.owner.slug}?kind=sports")
    answer = client.submit({"action": "withdraw"}, action=f"/desk/criteria/{town.owner.slug}")
    assert "Yleiset perusteet ovat voimassa." in text_of(client.follow(answer))
    assert "Oma teksti" not in text_of(client.get(f"/organisations/{town.owner.slug}"))
    assert client.get(f"/desk/criteria/{town.owner.slug}?kind=eiole").status_code == 404


def test_only_who_keeps_the_owners_rooms_publishes(session: Any, town: Town) -> None:
    manager = make_member(town.owner, Role.MANAGER)
    publish_criteria(town.owner.slug, "", ORDER, actor=acting(manager), now=NOW)
    for stranger in (make_member(make_organisation(), Role.APPROVER), town.manager, make_user(is_admin=True)):
        with pytest.raises(Forbidden):
            publish_criteria(town.owner.slug, "", ORDER, actor=acting(stranger), now=NOW)
    with pytest.raises(NotFound):
        publish_criteria("eiole", "", ORDER, actor=acting(manager), now=NOW)
    with pytest.raises(RuleViolation):
        publish_criteria(town.owner.slug, "", Criteria(), actor=acting(manager), now=NOW)
