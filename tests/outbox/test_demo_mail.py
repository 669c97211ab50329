"""The mail of the demonstration, read in the browser."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from booking.outbox.message import Message
from booking.outbox.service import post

NOW = datetime(2027, 1, 12, 16, 0, tzinfo=UTC)


@pytest.fixture
def demo(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DEMO", True)


def put(subject: str, minutes: int = 0) -> int:
    message = Message(
        "confirmed", "kuoro@demo.example", "fi", subject, "Tila on <teidän>.\n", "reservation", 7
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
