"""The mail of the demonstration, read in the browser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.outbox.message import CalendarPart, Message
from booking.outbox.service import post

NOW = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)


@pytest.fixture
def demo(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)


def put(subject: str, minutes: int = 0, calendar: CalendarPart | None = None) -> int:
    message = Message(
        "confirmed", "kuoro@demo.example", "fi", subject, "Tila on <teidän>.\n", "reservation", 7, calendar
    )
    return post(message, now=NOW + timedelta(minutes=minutes)).id


def test_mail_is_listed_newest_first(demo: None, client: Any) -> None:
    put("Toinen", 5)
    put("Ensimmäinen", 9)
    put("Kolmas", 1)
    text = client.get("/demo/mail").get_data(as_text=True)
    assert text.index("Ensimmäinen") < text.index("Toinen") < text.index("Kolmas")


def test_one_mail_is_shown_with_its_words_as_they_are(demo: None, client: Any) -> None:
    number = put("Vahvistettu")
    text = client.get(f"/demo/mail/{number}").get_data(as_text=True)
    assert "Tila on &lt;teidän&gt;." in text
    assert "kuoro@demo.example" in text


@pytest.mark.parametrize("address", ["/demo/mail/999999", "/demo/mail/99999999999999999999"])
def test_a_mail_that_is_not_there_is_not_found(demo: None, client: Any, address: str) -> None:
    assert client.get(address).status_code == 404


def test_outside_of_the_demonstration_there_is_no_such_page(client: Any) -> None:
    number = put("Salaisuus")
    assert client.get("/demo/mail").status_code == 404
    assert client.get(f"/demo/mail/{number}").status_code == 404


@pytest.mark.parametrize(
    ("method", "words"),
    [("REQUEST", "kalenterikutsu"), ("CANCEL", "peruutus kalenteriin"), ("PUBLISH", "sarjan ajat")],
)
def test_what_a_mail_brings_to_the_calendar_is_named_and_offered(
    demo: None, client: Any, method: str, words: str
) -> None:
    text = "BEGIN:VCALENDAR\r\nX:ä\r\nEND:VCALENDAR\r\n"
    number = put("Vahvistettu", calendar=CalendarPart(method, text))
    page = client.get(f"/demo/mail/{number}").get_data(as_text=True)
    assert words in page
    assert f"({method})" in page
    assert f'href="/demo/mail/{number}/varaus.ics"' in page
    file = client.get(f"/demo/mail/{number}/varaus.ics")
    assert file.data == text.encode("utf-8")
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert file.headers["Content-Disposition"] == "attachment; filename=varaus.ics"


def test_a_mail_without_a_calendar_offers_none(demo: None, client: Any) -> None:
    number = put("Vahvistettu")
    assert "varaus.ics" not in client.get(f"/demo/mail/{number}").get_data(as_text=True)
    assert client.get(f"/demo/mail/{number}/varaus.ics").status_code == 404
