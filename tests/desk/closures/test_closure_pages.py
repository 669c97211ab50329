"""The pages of closures: listed, previewed, saved, changed and ended."""

import re
from typing import Any

import pytest

from booking.desk.closures.choosing import choose
from booking.desk.closures.models import Closure
from booking.reservations.decisions import cancel
from booking.timetable.pattern import Pattern
from tests.desk.closures.closing import WEEK, shut
from tests.factories.reservations import EVENING, NOW, make_reservation
from tests.factories.users import acting, sign_in
from tests.reservations.town import Town, of_choir
from tests.support.statements import statements

NEW = "/desk/closures/new"
TYPED = {
    "kind": "closure",
    "title": "Lattian hionta",
    "rooms": "karelia-sali",
    "date": "2027-01-12",
    "all_day": "y",
}


@pytest.fixture(autouse=True)
def at_now(frozen: Any) -> None:
    frozen(NOW)


def text_of(answer: Any) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def test_a_closure_is_shown_before_it_is_saved(client: Any, session: Any, town: Town) -> None:
    of_choir(town, EVENING, state="confirmed", title="Kuoroilta")
    of_choir(town, EVENING, title="Toive")
    sign_in(client, town.approver)
    client.get(f"{NEW}?room=karelia-sali")
    seen = client.submit(TYPED | {"step": "preview"}, action=NEW)
    words = text_of(seen)
    assert seen.status_code == 200
    assert "Kuoroilta" in words
    assert "Toive" in words
    assert "alle 14 päivää" in words
    assert session.query(Closure).count() == 0
    saved = client.submit({"step": "save"}, action=NEW)
    assert saved.status_code == 303
    assert "Kuoroilta" in text_of(client.get(saved.location))
    assert "Lattian hionta" in text_of(client.get("/desk/closures"))


def test_what_has_changed_since_the_preview_is_shown_again(client: Any, session: Any, town: Town) -> None:
    sign_in(client, town.approver)
    client.get(NEW)
    client.submit(TYPED | {"step": "preview"}, action=NEW)
    of_choir(town, EVENING, state="confirmed")
    again = client.submit({"step": "save"}, action=NEW)
    assert again.status_code == 409
    assert session.query(Closure).count() == 0
    assert client.submit({"step": "save"}, action=NEW).status_code == 303


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "Kirjoita, mistä on kyse"),
        ({"rooms": []}, "Valitse ainakin yksi tila"),
        ({"date": "2026-12-31"}, "Aika on jo mennyt"),
        ({"last_day": "2027-01-11"}, "ennen ensimmäistä"),
        ({"last_day": "2029-01-11"}, "enintään 366 päivää"),
        ({"all_day": []}, "Kirjoita kellonaika"),
        ({"repeat": "weekly"}, "Kerro viimeinen päivä"),
        ({"repeat": "daily", "until": "2028-12-31"}, "enintään 400"),
        ({"kind": "loma"}, "Mistä on kyse"),
    ],
)
def test_bad_input_keeps_what_was_typed(
    client: Any, town: Town, changes: dict[str, Any], sentence: str
) -> None:
    sign_in(client, town.approver)
    client.get(NEW)
    answer = client.submit(TYPED | changes | {"step": "preview"}, action=NEW)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert changes.get("title", "Lattian hionta") in text_of(answer)


def test_a_kept_date_that_is_cancelled_later_says_so(client: Any, session: Any, town: Town) -> None:
    kept = of_choir(town, state="confirmed")
    closure = shut(town.approver, town.room)
    approver = acting(town.approver)
    choose(closure.id, "keep", [kept.occurrences[0].id], "", actor=approver, now=NOW)
    sign_in(client, town.approver)
    assert "peruttu myöhemmin" not in text_of(client.get(f"/desk/closures/{closure.id}"))
    cancel(kept.reference, None, "Vaalit", actor=approver, now=NOW)
    text = text_of(client.get(f"/desk/closures/{closure.id}"))
    assert "peruttu myöhemmin, aika jäi sululle" in text
    assert "jää voimaan" not in text.partition("Hoidettu")[2]


def test_what_was_cancelled_for_a_closure_is_undone_from_its_page(
    client: Any, session: Any, town: Town
) -> None:
    mine = [of_choir(town, state="confirmed"), of_choir(town, EVENING.shift(WEEK), state="pending")]
    closure = shut(town.approver, town.room, pattern=Pattern("weekly", count=2))
    sign_in(client, town.approver)
    address = f"/desk/closures/{closure.id}"
    client.get(address)
    sent = client.submit({"choice": "cancel", "reason": "Remontti", "which": "rest"}, having="choice")
    page = client.follow(sent)
    assert "Kumoa päätös" in text_of(page)
    assert {each.occurrences[0].state for each in mine} == {"cancelled", "declined"}
    undone = client.submit(having="back")
    assert undone.location.startswith(address)
    words = text_of(client.follow(undone))
    assert "Päätös on kumottu. Viestejä ei lähetetty. 2 aikaa on ennallaan." in words
    assert "Ratkaisematta 2" in words
    session.expire_all()
    assert [each.occurrences[0].state for each in mine] == ["confirmed", "pending"]


def test_who_has_no_rooms_is_shown_the_way_to_open_one(client: Any, session: Any, town: Town) -> None:
    sign_in(client, town.manager)
    text = text_of(client.get(NEW))
    assert "Sinulla ei ole vielä tiloja, joita sulkea." in text
    assert 'href="/desk/rooms/new"' in text
    assert 'name="title"' not in text


def test_a_closure_is_changed_and_ended(client: Any, session: Any, town: Town) -> None:
    closure = shut(town.approver, town.room)
    sign_in(client, town.approver)
    page = f"/desk/closures/{closure.id}"
    client.get(f"{page}/edit")
    client.submit({"title": "Maalaus", "is_public": "y", "step": "preview"}, action=f"{page}/edit")
    assert client.submit({"step": "save"}, action=f"{page}/edit").location == page
    assert "Maalaus" in text_of(client.get(page))
    assert "Maalaus" in text_of(client.get("/rooms/karelia-sali?week=2027-W02"))
    client.get(page)
    assert client.submit({}, action=f"{page}/end").location == page
    assert "päättynyt" in text_of(client.get(page))
    assert client.get(f"{page}/edit").status_code == 303
    assert "Maalaus" not in text_of(client.get("/rooms/karelia-sali?week=2027-W02"))


def test_one_date_of_many_is_dropped_or_changed_alone(client: Any, session: Any, town: Town) -> None:
    closure = shut(town.approver, town.room, pattern=Pattern("weekly", count=4))
    first, second, *_rest = closure.block.dates
    sign_in(client, town.approver)
    page = f"/desk/closures/{closure.id}"
    client.get(page)
    token = client.form(action=f"{page}/end").values["csrf_token"]
    client.post(f"{page}/dates/{first.id}/drop", data={"csrf_token": token})
    assert [each.starts_at for each in closure.block.dates] == [
        EVENING.start - (EVENING.end - EVENING.start) / 2 + n * WEEK for n in (1, 2, 3)
    ]
    client.get(f"{page}/edit?single={second.id}")
    client.submit({"start": "10:00", "end": "12:00", "step": "preview"}, action=f"{page}/edit")
    made = client.submit({"step": "save"}, action=f"{page}/edit")
    assert made.location != page
    assert len(closure.block.dates) == 2
    assert "klo 10.00–12.00" in text_of(client.get(made.location))
    assert "paitsi" in text_of(client.get(page))


def test_the_list_is_as_many_statements_for_many_closures(client: Any, session: Any, town: Town) -> None:
    sign_in(client, town.approver)
    numbers = []
    for n in range(3):
        for _ in range(1 + n * 4):
            shut(town.approver, town.room, pattern=Pattern("weekly", count=3))
        for week in range(3):
            make_reservation(town.room, EVENING.shift((1 + 5 * n + week) * 7 * WEEK))
        client.get("/desk/closures")
        with statements() as sent:
            client.get("/desk/closures")
        numbers.append(len(sent))
    assert numbers[0] == numbers[1] == numbers[2]


def test_the_last_day_of_a_time_and_of_its_repetition_have_names_of_their_own(
    client: Any, town: Town
) -> None:
    sign_in(client, town.approver)
    words = text_of(client.get(NEW))
    labels = re.findall(r"<label[^>]*>(.*?)</label>", words)
    assert len(labels) == len(set(labels))
    assert "Toiston viimeinen päivä" in words
    assert "toistuvalle varaukselle" not in words
