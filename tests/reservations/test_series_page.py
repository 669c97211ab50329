"""The page of a series: how it repeats, how its dates stand, what is near and what is folded."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from booking.extensions import db
from booking.reservations import decisions, proposals
from booking.reservations.changes import record_change
from booking.reservations.models import Companion, Reservation
from tests.factories.reservations import EVENING, NOW, make_occurrence, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.series import WEEK, plain, series_of, weekly
from tests.reservations.test_what_lies_in_a_room import propose
from tests.reservations.town import Town, of_choir
from tests.support.statements import statements


@pytest.fixture(autouse=True)
def _january(frozen: Callable[[datetime], None]) -> None:
    frozen(NOW)


def page(client: Any, reservation: Reservation) -> str:
    """The main part of the page."""
    text: str = client.get(f"/reservations/{reservation.reference}").text
    return text.partition("<main")[2]


def part(markup: str, start: str, end: str) -> str:
    return markup.partition(start)[2].partition(end)[0]


def dates_in(markup: str) -> list[str]:
    """The lines of the list of dates, folded ones too, without the links to where they are changed."""
    inside = re.sub(
        r"<a href=\"[^\"]*/edit\?.*?</a>", "", part(markup, 'id="dates"', "</section>"), flags=re.S
    )
    return [plain(each) for each in re.findall(r"<li>(.*?)</li>", inside, re.S)]


def test_the_head_says_how_it_repeats_and_how_its_dates_stand(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 17, "pending", "pending", "declined")
    client.sign_in(town.booker)
    head = plain(part(page(client, made), '<div class="head">', "</div>"))
    assert head.startswith("osin vahvistettu Kuoroharjoitus Karelia-sali")
    assert "joka tiistai 25.5.2027 asti, klo 18.00–20.00" in head
    assert "17 vahvistettua, 2 odottaa, 1 hylätty" in head


def test_dates_stand_by_month_what_is_near_first_and_the_rest_folded(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 20)
    make_occurrence(made, weekly(-2), state="used", attendance=24)
    client.sign_in(town.member)
    text = page(client, made)
    shown = text.partition('<details class="fold">')[0]
    assert re.findall("<h3>(.*?)</h3>", shown) == ["tammikuu 2027", "helmikuu 2027", "maaliskuu 2027"]
    assert re.findall(r"<summary>(\d+ .*?aikaa?)</summary>", text) == ["8 myöhempää aikaa", "1 mennyt aika"]
    lines = dates_in(text)
    assert lines[0] == "ti 12.1. 18.00–20.00 vahvistettu"
    assert lines[-1] == "ti 29.12. 18.00–20.00 käytetty · paikalla 24"
    assert len(lines) == 21


def test_a_short_series_is_not_folded_and_a_past_one_lies_open(town: Town, client: Any) -> None:
    short = series_of(town, *["confirmed"] * 6)
    past = make_reservation(
        make_room(), weekly(-3), weekly(-2), state="used", booker=town.booker, organisation=town.choir
    )
    client.sign_in(town.member)
    assert "<details" not in part(page(client, short), 'id="dates"', "</section>")
    assert '<details class="fold" open>' in page(client, past)


def test_what_differs_is_said_of_the_date_alone(town: Town, client: Any) -> None:
    made = series_of(
        town,
        *["confirmed"] * 3,
        own={1: {"own_title": "Kenraali", "own_people": 60, "is_exception": True}},
    )
    make_occurrence(made, weekly(3), room=make_room(name="Auditorio", owner=town.owner))
    client.sign_in(town.booker)
    text = page(client, made)
    assert "1 aika poikkeaa sarjasta" in plain(part(text, '<div class="head">', "</div>"))
    first, second, third, fourth = dates_in(text)
    assert (first, third) == ("ti 12.1. 18.00–20.00 vahvistettu", "ti 26.1. 18.00–20.00 vahvistettu")
    assert second == "ti 19.1. 18.00–20.00 vahvistettu · Kenraali · 60 henkilöä · poikkeaa sarjasta"
    assert fourth == "ti 2.2. 18.00–20.00 vahvistettu · Auditorio"


def test_moves_and_offers_that_await_an_answer_stand_beside_their_date(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "pending", "pending")
    garden = make_room(name="Talvipuutarha", owner=town.owner)
    propose(made.occurrences[0], "booker", weekly(0).shift(timedelta(days=1)))
    propose(made.occurrences[1], "owner", weekly(1), garden)
    client.sign_in(town.booker)
    text = page(client, made)
    moved, offered, _last = dates_in(text)
    assert moved.endswith("Siirto odottaa omistajan päätöstä: ke 13.1.2027 klo 18.00–20.00")
    assert offered.endswith("Omistaja ehdottaa: Talvipuutarha, ti 19.1.2027 klo 18.00–20.00")
    notice = plain(part(text, '<div class="notice', "</div>"))
    assert "Omistaja ehdottaa toista aikaa tai tilaa. Vastaa ehdotukseen." in notice
    assert "Siirto odottaa omistajan päätöstä. Siihen asti vanha aika on voimassa." in notice


def test_a_part_confirmed_series_says_what_is_decided_what_waits_and_what_to_do(
    town: Town, client: Any
) -> None:
    made = series_of(town, "declined", "confirmed", "pending", "pending")
    client.sign_in(town.booker)
    notice = plain(part(page(client, made), '<div class="notice wait">', "</div>"))
    assert notice.startswith(
        "Osa ajoista on vahvistettu. Seuraava vahvistettu aika on ti 19.1.2027 klo 18.00–20.00."
    )
    assert "2 aikaa odottaa vielä päätöstä." in notice
    assert "Ilman tilaa jäi 1 aika. Etsi sille toinen tila: ti 12.1.2027 klo 18.00–20.00 ›" in notice
    assert "Seuraavan ajan (ti 19.1.) voi perua viimeistään ti 12.1.2027 klo 18.00." in notice


def test_a_series_that_only_gave_some_dates_up_is_a_confirmed_one(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "cancelled", "confirmed")
    client.sign_in(town.booker)
    text = page(client, made)
    assert "Varaus on vahvistettu." in text
    assert plain(part(text, '<div class="head">', "</div>")).startswith("vahvistettu")
    assert "2 vahvistettua, 1 peruttu" in text


def test_the_way_in_and_the_deadline_are_those_of_the_next_date(town: Town, client: Any) -> None:
    other = make_room(owner=town.owner, name="Auditorio", access_instructions="Avain kahviosta.")
    town.room.access_instructions = "Avain kirjastosta."
    made = make_reservation(
        town.room, weekly(-2), state="confirmed", booker=town.booker, organisation=town.choir
    )
    make_occurrence(made, EVENING.shift(timedelta(days=2)), room=other)
    make_occurrence(made, weekly(2))
    client.sign_in(town.booker)
    text = page(client, made)
    assert "näkyy tässä ke 13.1.2027 klo 18.00 alkaen" in plain(text)
    assert "näkyy tässä ma 25.1.2027 klo 18.00 alkaen" in plain(text)
    assert "Avain kahviosta." not in text
    assert "Avain kirjastosta." not in text
    assert "Seuraavan ajan (to 14.1.) voi perua viimeistään to 7.1.2027 klo 18.00." in plain(text)


def test_a_reason_is_told_once_and_only_of_what_came_to_nothing(town: Town, client: Any) -> None:
    made = series_of(town, "pending", "pending", "pending")
    ids = [each.id for each in made.occurrences[:2]]
    decisions.decline(made.reference, ids, "Remontti.", actor=acting(town.approver), now=NOW)
    client.sign_in(town.booker)
    lines = dates_in(page(client, made))
    assert [line.partition("hylätty")[2].strip() for line in lines[:2]] == [
        "Perustelu: Remontti.",
        "Perustelu on sama kuin edellisellä.",
    ]
    assert lines[2] == "ti 26.1. 18.00–20.00 odottaa käsittelyä"


def test_the_history_says_which_dates_a_step_was_about(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "confirmed", "confirmed")
    client.sign_in(town.booker)
    for ids in ([made.occurrences[0].id], [each.id for each in made.occurrences[1:]]):
        page(client, made)
        client.submit({"occurrences": ids}, action=f"/reservations/{made.reference}/cancel")
    steps = plain(part(page(client, made), '<ol class="thread">', "</ol>"))
    assert "Varaus peruttiin: ti 12.1." in steps
    assert "Varaus peruttiin: 2 aikaa" in steps


def test_the_history_says_where_a_date_was_before_it_moved(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "pending", "confirmed")
    garden = make_room(name="Talvipuutarha", owner=town.owner)
    propose(made.occurrences[0], "booker", weekly(0).shift(timedelta(days=1)))
    offered = propose(made.occurrences[1], "owner", weekly(1), garden)
    decisions.confirm(made.reference, [made.occurrences[0].id], actor=acting(town.approver), now=NOW)
    proposals.accept(made.reference, offered.id, actor=acting(town.booker), now=NOW)
    client.sign_in(town.booker)
    steps = plain(part(page(client, made), '<ol class="thread">', "</ol>"))
    there = "ke 13.1.2027 klo 18.00–20.00, Karelia-sali"
    assert f"Siirto vahvistettiin: {there}, aiemmin ti 12.1.2027 klo 18.00–20.00" in steps
    assert "18.00–20.00, Talvipuutarha, aiemmin Karelia-sali, ti 19.1.2027 klo 18.00–20.00" in steps


def test_the_history_says_what_an_edit_changed(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "confirmed", "confirmed")
    record_change(
        "edit", made.occurrences[1:], actor_id=town.booker.id, now=NOW, kinds=["people", "title"], moved=[]
    )
    client.sign_in(town.booker)
    steps = plain(part(page(client, made), '<ol class="thread">', "</ol>"))
    assert "Varausta muutettiin (henkilömäärä, nimi): 2 aikaa" in steps


def test_what_was_sent_together_is_linked_both_ways(town: Town, client: Any) -> None:
    main = series_of(town, "pending", "pending")
    other = of_choir(town, room=make_room(name="Kirkko"), state="confirmed")
    db.session.add(Companion(reservation_id=other.id, main_id=main.id))
    client.sign_in(town.booker)
    together = plain(part(page(client, main), "Samalla lähetetty", "</section>"))
    assert together == "Kirkko, 1 aika vahvistettu"
    assert "Karelia-sali, 2 aikaa odottaa käsittelyä" in plain(page(client, other))
    client.sign_in(town.approver)  # of the hall, not of the church
    assert "Samalla lähetetty" not in page(client, main)


def test_strangers_see_the_confirmed_dates_and_nothing_of_how_it_came_so(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "pending", "declined", "confirmed")
    made.occurrences[3].is_exception = True
    propose(made.occurrences[0], "booker", weekly(0).shift(timedelta(days=1)))
    client.sign_in(town.rival)
    text = page(client, made)
    assert dates_in(text) == ["ti 12.1. 18.00–20.00 vahvistettu", "ti 2.2. 18.00–20.00 vahvistettu"]
    for word in ("joka tiistai", "odottaa", "hylätty", "poikkeaa", "Siirto", "vahvistettua"):
        assert word not in text
    assert plain(part(text, '<div class="head">', "</div>")).startswith("vahvistettu")


def test_whether_a_date_was_used_is_no_business_of_strangers(town: Town, client: Any) -> None:
    made = series_of(town, "no_show", "used")
    once = of_choir(town, EVENING.shift(timedelta(days=1)), state="no_show")
    for reservation in (made, once):
        client.sign_out()
        assert plain(part(page(client, reservation), '<div class="head">', "</div>")).startswith(
            "vahvistettu"
        )
        for word in ("käyttämättä", "käytetty"):
            assert word not in client.get(f"/reservations/{reservation.reference}").text
        client.sign_in(town.approver)
        assert "käyttämättä jätetty" in page(client, reservation)


def test_an_association_s_page_has_a_date_that_goes_on_whatever_was_marked(
    town: Town, client: Any, frozen: Callable[..., None]
) -> None:
    series_of(town, "no_show", title="Konsertti")
    frozen(EVENING.start + timedelta(minutes=30))
    told = client.get(f"/organisations/{town.choir.slug}").text
    assert "Konsertti" in told
    assert "käyttämättä" not in told


def test_each_coming_date_leads_its_bookers_to_where_it_is_changed(town: Town, client: Any) -> None:
    made = series_of(town, "confirmed", "pending", "declined", "confirmed")
    make_occurrence(made, weekly(-2), state="used")
    ids = [each.id for each in made.occurrences if each.state in ("confirmed", "pending")]
    address = f"/reservations/{made.reference}/edit?date="
    client.sign_in(town.booker)
    text = page(client, made)
    links = re.findall(f'href="{re.escape(address)}([0-9]+)"', text)
    assert links == [str(each) for each in (ids[0], *ids)]  # of the series first, then of each date
    assert client.get(address + links[1]).status_code == 200
    for reader in (town.member, town.approver, town.rival):
        client.sign_in(reader)
        assert address not in page(client, made)


def test_fifty_two_dates_take_as_many_statements_as_two(town: Town, client: Any) -> None:
    few = series_of(town, "confirmed", "pending")
    many = series_of(
        town, *["confirmed"] * 26, *["pending"] * 26, room=make_room(owner=town.owner), title="Pitkä"
    )
    for each in (*few.occurrences, *many.occurrences):
        propose(each, "booker" if each.state == "confirmed" else "owner", each_evening_later(each))
    client.sign_in(town.booker)
    sent = []
    for made in (few, many):
        page(client, made)
        with statements() as told:
            text = page(client, made)
        sent.append(len([each for each in told if "SAVEPOINT" not in each]))
    assert sent[0] == sent[1]
    assert len(dates_in(text)) == 52


def test_the_page_of_fifty_two_dates_weighs_little(town: Town, client: Any) -> None:
    made = series_of(town, *["confirmed"] * 26, *["pending"] * 24, "declined", "cancelled")
    client.sign_in(town.booker)
    address = f"/reservations/{made.reference}"
    assert len(client.get(address).data) < 60_000
    assert len(client.raw.get(address, headers={"Accept-Encoding": "gzip"}).data) < 9_000


def each_evening_later(occurrence: Any) -> Any:
    """Return the date's slot, shifted to the next day."""
    use = weekly(0).shift(occurrence.starts_at - EVENING.start)
    assert use.duration < WEEK
    return use.shift(timedelta(days=1))
