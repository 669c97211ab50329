"""The pages of calendars from outside: added after a look, changed, fetched, paused and removed."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from booking.access.roles import Role
from booking.calendars.outside import sync
from booking.calendars.outside.fetched import Fetched, NotFetched
from booking.calendars.outside.models import OutsideFile, OutsideSource
from booking.calendars.outside.readings import OutsideEvent, Problem, Reading, Unreadable
from booking.calendars.outside.sync import Ways
from booking.occupancy.models import Block
from booking.web.carried import MOST_BYTES
from tests.calendars.outside.telling import SECRET, added, heard, hours, reading, told, weeks
from tests.factories.blocks import make_block
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import sign_in
from tests.support.statements import statements

LIST, NEW = "/desk/calendars", "/desk/calendars/new"


class Elsewhere:
    """Somebody's calendar: what it tells now, or why it cannot be had."""

    def __init__(self) -> None:
        self.events: list[OutsideEvent] = []
        self.problems: list[Problem] = []
        self.trouble: Exception | None = None
        self.asked: list[str] = []

    def fetch(self, address: str, **_rest: Any) -> Fetched:
        self.asked.append(address)
        if isinstance(self.trouble, NotFetched):
            raise self.trouble
        return Fetched(b"BEGIN:VCALENDAR", "", "")

    def read(self, data: bytes, **_rest: Any) -> Reading:
        if isinstance(self.trouble, Unreadable):
            raise self.trouble
        return reading(*self.events, problems=self.problems)


@pytest.fixture(autouse=True)
def elsewhere(frozen: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    """The calendar at every address and in every file of this test."""
    frozen(NOW)
    there = Elsewhere()
    monkeypatch.setattr(sync, "WAYS", Ways(there.fetch, there.read))
    return there


def text_of(answer: Any) -> str:
    return " ".join(answer.get_data(as_text=True).split())


def typed(room: Any, **changes: Any) -> dict[str, Any]:
    return {"room": room.slug, "address": SECRET, "step": "preview"} | changes


def test_a_calendar_is_shown_before_it_is_saved_with_what_it_meets(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere
) -> None:
    make_reservation(hall, hours(1, 2), title="Rippikoulu")
    make_block(hall, on=(hours(0, 1),))
    elsewhere.events = [told("a", hours(0, 4), "Kuoron ilta"), told("b", hours(10, 11))]
    elsewhere.problems = [Problem(12, "outside_unexpected")]
    sign_in(client, keeper)
    client.get(f"{NEW}?room={hall.slug}")
    seen = client.submit(typed(hall), action=NEW)
    words = text_of(seen)
    assert seen.status_code == 200
    for part in ("2 tapahtumaa varaisi", "Kuoron ilta", "Rippikoulu", "Remontti", "Rivi 12:"):
        assert part in words
    assert session.scalars(select(OutsideSource)).all() == []
    saved = client.submit({"step": "save"}, action=NEW)
    assert saved.status_code == 303
    page = text_of(client.get(saved.location))
    for part in ("Rippikoulu", "Kuoron ilta", "Remontti", "Rivi 12:", "ajan tasalla", "kalenteri.example/…"):
        assert part in page
    assert "salainen-avain" not in page
    assert "osuu 1 varaukseen" in text_of(client.get(LIST))
    assert "salainen-avain" in text_of(client.get(f"{saved.location}/edit"))


def test_what_changed_since_the_look_is_shown_again(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere
) -> None:
    sign_in(client, keeper)
    client.get(NEW)
    client.submit(typed(hall), action=NEW)
    elsewhere.events = [told("a")]
    again = client.submit({"step": "save"}, action=NEW)
    assert again.status_code == 409
    assert session.scalars(select(OutsideSource)).all() == []
    assert client.submit({"step": "save"}, action=NEW).status_code == 303
    assert len(session.scalars(select(Block)).all()) == 1


@pytest.mark.parametrize(
    ("trouble", "part"),
    [
        (NotFetched("outside_unexpected"), "ylläpito näkee"),
        (Unreadable([Problem(3, "outside_unexpected"), Problem(9, "calendar_no_start")]), "Rivi 9:"),
    ],
)
def test_a_calendar_that_cannot_be_read_is_said_and_nothing_is_lost(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere, trouble: Exception, part: str
) -> None:
    elsewhere.trouble = trouble
    sign_in(client, keeper)
    client.get(NEW)
    answer = client.submit(typed(hall, all_day="skip"), action=NEW)
    assert answer.status_code == 422
    assert part in text_of(answer)
    assert "jäi pois" not in text_of(answer)
    kept = client.form(action=NEW).values
    assert (kept["address"], kept["all_day"]) == ([SECRET], ["skip"])
    assert session.scalars(select(OutsideSource)).all() == []


@pytest.mark.parametrize(
    "address",
    ["", "kalenteri.example/a.ics", "file:///etc/passwd", "https://", "https://[x/", "https://a b/c"],
)
def test_what_is_no_address_is_refused_at_its_field(
    client: Any, keeper: Any, hall: Any, elsewhere: Elsewhere, address: str
) -> None:
    sign_in(client, keeper)
    client.get(NEW)
    answer = client.submit(typed(hall, address=address), action=NEW)
    assert answer.status_code == 422
    assert 'id="address-error"' in answer.get_data(as_text=True)
    assert elsewhere.asked == []


def test_a_file_is_looked_at_carried_along_saved_and_replaced(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere
) -> None:
    elsewhere.events = [told("a")]
    sign_in(client, keeper)
    client.get(NEW)
    file = (BytesIO(b"BEGIN:VCALENDAR first"), "sali.ics")
    client.submit(typed(hall, address="", file=file), action=NEW)
    saved = client.submit({"step": "save"}, action=NEW)
    assert saved.status_code == 303
    shown = text_of(client.get(saved.location))
    assert "sali.ics" in shown
    assert "Lue nyt uudelleen" not in shown
    assert "Pidä tauko" not in shown
    elsewhere.events = [told("a"), told("b", hours(5, 6))]
    edit = f"{saved.location}/edit"
    client.get(edit)
    newer = (BytesIO(b"BEGIN:VCALENDAR second"), "uudempi.ics")
    client.submit({"step": "preview", "file": newer}, action=edit)
    assert client.submit({"step": "save"}, action=edit).status_code == 303
    assert "uudempi.ics" in text_of(client.get(saved.location))
    assert len(session.scalars(select(OutsideFile)).all()) == 1
    assert elsewhere.asked == []


def test_titles_are_shown_to_all_without_asking_for_the_calendar(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere
) -> None:
    source = added(keeper, hall, told("a", title="Kuoron ilta"))
    week = f"/rooms/{hall.slug}?week=2027-W02"
    assert "Kuoron ilta" not in text_of(client.get(week))
    elsewhere.trouble = NotFetched("outside_unexpected")
    sign_in(client, keeper)
    client.get(f"{LIST}/{source.id}/edit")
    changed = client.submit({"titles": "shown", "step": "preview"}, action=f"{LIST}/{source.id}/edit")
    assert changed.status_code == 303
    client.get("/logout")
    with client.raw.session_transaction() as kept:
        kept.clear()
    assert "Kuoron ilta" in text_of(client.get(week))


def test_fetching_now_follows_and_says_what_came_of_it(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere
) -> None:
    source = added(keeper, hall, *weeks(12))
    page = f"{LIST}/{source.id}"
    sign_in(client, keeper)
    elsewhere.events = weeks(12)
    said = []
    for trouble, events in [
        (None, weeks(12)),
        (None, weeks(11)),
        (Unreadable([Problem(4, "outside_unexpected")]), []),
        (None, []),
    ]:
        elsewhere.trouble, elsewhere.events = trouble, events
        client.get(page)
        assert client.submit({}, action=f"{page}/fetch").status_code == 303
        said.append(text_of(client.get(page)))
    assert "Mikään ei ollut muuttunut" in said[0]
    assert "1 tapahtuma muuttui" in said[1]
    assert "haku ei onnistu" in said[2]
    assert "Rivi 4:" in said[2]
    assert "tyhjeni yllättäen" in said[3]
    assert len(session.scalars(select(Block)).all()) == 11
    client.submit({}, action=f"{page}/accept-empty")
    assert "ei ole tulevia tapahtumia" in text_of(client.get(page))


def test_one_that_emptied_says_what_was_wrong_in_it_and_is_fetched_again_without_freeing_anything(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere
) -> None:
    source = added(keeper, hall, *weeks(12))
    page = f"{LIST}/{source.id}"
    sign_in(client, keeper)
    elsewhere.problems = [Problem(12, "calendar_no_start")]
    said = []
    for trouble, events in [(None, []), (NotFetched("source_gone", {"host": "h"}), []), (None, weeks(12))]:
        elsewhere.trouble, elsewhere.events = trouble, events
        client.get(page)
        assert client.submit({}, action=f"{page}/fetch").status_code == 303
        said.append((text_of(client.get(page)), text_of(client.get(LIST))))
        assert len(session.scalars(select(Block)).all()) == 12
    emptied, both, well = said
    for part in ("tyhjeni yllättäen", "Rivi 12:", "Hae nyt", "vapauta ajat"):
        assert part in emptied[0]
    assert "haku ei onnistu" not in emptied[0]
    for words in both:
        assert "tyhjeni yllättäen" in words
        assert "haku ei onnistu" in words
    assert "Kalenteri on poistettu (h)." in both[0]
    assert "tyhjeni yllättäen" not in well[0]


@pytest.mark.parametrize(
    ("state", "holds", "part"),
    [
        ("confirmed", False, "jäävät voimaan"),
        ("pending", True, "pitää sen päätökseen asti"),
        ("pending", False, "ei voi vahvistaa tähän aikaan"),
    ],
)
def test_what_becomes_of_a_date_that_is_met_is_told_as_it_is(
    client: Any, keeper: Any, hall: Any, state: str, holds: bool, part: str
) -> None:
    hall.pending_holds = holds
    make_reservation(hall, hours(1, 2), state=state)
    source = added(keeper, hall, told("a", hours(0, 4)))
    sign_in(client, keeper)
    words = text_of(client.get(f"{LIST}/{source.id}"))
    parts = ("jäävät voimaan", "pitää sen päätökseen asti", "ei voi vahvistaa tähän aikaan")
    assert [each for each in parts if each in words] == [part]


def test_a_file_that_is_too_large_is_refused_with_words_that_fit_it(client: Any, keeper: Any) -> None:
    sign_in(client, keeper)
    body = b"x" * (MOST_BYTES + 300_000)  # refused by its length, before anything of it is read as a form
    answer = client.post(NEW, data=body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 413
    assert "enintään 5 Mt. Lähetä pienempi tiedosto" in text_of(answer)


def test_a_calendar_is_paused_resumed_and_removed(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere
) -> None:
    source = added(keeper, hall, told("a"))
    page = f"{LIST}/{source.id}"
    sign_in(client, keeper)
    client.get(page)
    client.submit({}, action=f"{page}/pause")
    assert "tauolla" in text_of(client.get(page))
    client.submit({}, action=f"{page}/resume")
    assert "ajan tasalla" in text_of(client.get(page))
    removed = client.submit({}, action=f"{page}/remove")
    assert removed.location.endswith(LIST)
    assert "ei ole liitetty kalentereita" in text_of(client.get(LIST))
    assert client.get(page).status_code == 404
    assert session.scalars(select(Block)).all() == []


def test_the_pages_take_as_many_statements_for_many_calendars_and_events(
    client: Any, session: Any, parish: Any, keeper: Any, hall: Any
) -> None:
    sign_in(client, keeper)
    make_reservation(hall, hours(30, 31))
    source = added(keeper, hall, *weeks(3), told("s0", hours(28, 31)))
    client.get(LIST)
    counts = []
    for _ in range(2):
        with statements() as listing:
            assert client.get(LIST).status_code == 200
        with statements() as showing:
            assert client.get(f"{LIST}/{source.id}").status_code == 200
        counts.append((len(listing), len(showing)))
        added(keeper, hall, *(told(f"t{n}", hours(20 + n, 21 + n)) for n in range(30)))
        heard(source, keeper, *weeks(40), *(told(f"s{n}", hours(28 + n, 31 + n)) for n in range(4)))
    assert counts[0] == counts[1]


def test_another_owners_keeper_neither_sees_nor_names_it(
    client: Any, session: Any, keeper: Any, hall: Any, elsewhere: Elsewhere
) -> None:
    source = added(keeper, hall, told("a"))
    city = make_organisation(kind="city")
    make_room(owner=city)
    sign_in(client, make_member(city, Role.APPROVER))
    assert "Salin kalenteri" not in text_of(client.get(LIST))
    assert client.get(f"{LIST}/{source.id}").status_code == 404
    client.get(NEW)
    answer = client.submit(typed(hall), action=NEW)
    assert answer.status_code == 422
    assert elsewhere.asked == []
