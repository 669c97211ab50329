"""Feedback reaches the administrators, is answered by mail, and waits no longer than the law allows."""

from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.privacy.feedback import service
from booking.privacy.feedback.models import Feedback
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements

FIELDS = {
    "kind": "accessibility",
    "text": "Valikko ei avaudu näppäimistöllä.",
    "reply_to": "lukija@example.org",
}


def mails() -> list[OutboxMessage]:
    return db.session.query(OutboxMessage).order_by(OutboxMessage.id).all()


def test_a_visitor_s_words_reach_the_administrators_and_are_answered(client: Any, new_client: Any) -> None:
    administrator = make_user(is_admin=True)
    client.get("/feedback?page=/rooms")
    assert client.form(having="text").values["page"] == ["/rooms"]
    assert client.submit(FIELDS, having="text").status_code == 303
    (mail,) = mails()
    assert (mail.recipient, FIELDS["text"] in mail.body) == (administrator.email, True)
    office = new_client()
    sign_in(office, administrator)
    assert FIELDS["text"] in office.get("/admin/feedback").get_data(as_text=True)
    assert office.submit({"answer": "Korjasimme valikon."}, having="answer").status_code == 303
    reply = mails()[-1]
    assert (reply.recipient, "Korjasimme valikon." in reply.body) == ("lukija@example.org", True)
    assert "Vastattu" in office.get("/admin/feedback").get_data(as_text=True)


@pytest.mark.parametrize(
    ("field", "value"), [("kind", None), ("text", " "), ("reply_to", "ei osoite"), ("page", "/" * 301)]
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client: Any, field: str, value: str | None) -> None:
    client.get("/feedback")
    answer = client.submit(FIELDS | {field: value}, having="text")
    assert answer.status_code == 422
    if field != "text":
        assert FIELDS["text"] in answer.get_data(as_text=True)
    assert db.session.query(Feedback).count() == 0


def test_the_page_is_one_of_this_site(client: Any) -> None:
    client.get("/feedback?page=https://example.org/")
    assert client.form(having="text").values["page"] == [""]


def test_a_flood_is_stopped(client: Any) -> None:
    statuses = []
    for _time in range(6):
        client.get("/feedback")
        statuses.append(client.submit(FIELDS, having="text").status_code)
    assert statuses == [303] * 5 + [429]


def test_what_waits_is_reminded_of_once_before_its_14_days_are_over(session: Any) -> None:
    administrator, now = make_user(is_admin=True), clock.now()
    words = service.Words("accessibility", "Ei näy.", "", "")
    found = service.send(words, language="fi", actor=acting(make_user()), address=None, now=now)
    edge = now + service.REMIND_AFTER
    assert service.remind(edge - timedelta(seconds=1)) == 0
    assert service.remind(edge) == 1
    assert service.remind(edge) == 0
    assert [mail.kind for mail in mails()] == ["feedback_received", "feedback_reminder"]
    service.answer(found.id, "Kiitos.", actor=acting(administrator), now=edge)
    assert [mail.recipient for mail in mails()] == [administrator.email] * 2  # no address, no answer by mail


def test_what_is_late_is_marked(client: Any) -> None:
    sign_in(client, make_user(is_admin=True))
    late = clock.now() - service.ANSWER_WITHIN - timedelta(days=1)
    db.session.add(Feedback(kind="accessibility", text="Ei näy.", language="fi", created_at=late))
    assert "Myöhässä" in client.get("/admin/feedback").get_data(as_text=True)


def test_the_list_of_feedback_costs_the_same_however_long_it_is(client: Any) -> None:
    sign_in(client, make_user(is_admin=True))
    counts = []
    for more in (1, 5):
        for number in range(more):
            writer = make_user()
            words = service.Words("other", f"Sanat {more}-{number}", "", writer.email)
            service.send(words, language="fi", actor=acting(writer), address=None, now=clock.now())
        client.get("/admin/feedback")
        with statements() as sent:
            assert f"Sanat {more}-0" in client.get("/admin/feedback").get_data(as_text=True)
        counts.append(len(sent))
    assert counts[0] == counts[1]
