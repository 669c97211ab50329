from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking.access.roles import Role
from booking.accounts.api_tokens import create_api_token
from booking.api.idempotency import KEPT
from booking.api.models import IdempotencyKey
from booking.app import create_app
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.reservations.models import Reservation
from tests.api.calls import codes_of, problem_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import make_user
from tests.support.settings import settings_for


def wish(slug, **changes):
    return {
        "room": slug,
        "title": "Kokous",
        "start": "2027-01-12T18:00",
        "end": "2027-01-12T20:00",
        "people": 4,
        "purpose": "meeting",
        "visibility": "public",
    } | changes


def count(model=Reservation):
    return db.session.scalar(select(func.count()).select_from(model))


def test_the_same_request_sent_twice_is_done_once_and_answered_alike(api):
    booker, body = api(make_user()), wish(make_room(approval="at_once").slug)

    first = booker.post("/reservations", body, Idempotency_Key="avain-1")
    mails = count(OutboxMessage)
    again = booker.post("/reservations", dict(reversed(body.items())), Idempotency_Key="avain-1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert again.get_data() == first.get_data()
    assert again.location == first.location
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (count(), count(OutboxMessage)) == (1, mails)


def test_another_request_under_the_same_key_is_refused(api):
    booker, room = api(make_user()), make_room()
    booker.post("/reservations", wish(room.slug), Idempotency_Key="avain-1")

    answer = booker.post("/reservations", wish(room.slug, title="Toinen"), Idempotency_Key="avain-1")

    assert answer.status_code == 422
    assert problem_of(answer)["code"] == "idempotency_mismatch"
    assert count() == 1


def test_a_key_belongs_to_one_person(api):
    slug = make_room().slug
    first = api(make_user()).post("/reservations", wish(slug), Idempotency_Key="avain-1")
    second = api(make_user()).post("/reservations", wish(slug), Idempotency_Key="avain-1")

    assert first.get_json()["reference"] != second.get_json()["reference"]


def test_a_refused_request_leaves_its_key_free(api):
    booker, taken, free = api(make_user()), make_room(approval="at_once"), make_room()
    make_reservation(taken)

    refused = booker.post("/reservations", wish(taken.slug), Idempotency_Key="avain-1")
    accepted = booker.post("/reservations", wish(free.slug), Idempotency_Key="avain-1")

    assert (refused.status_code, accepted.status_code) == (409, 201)


def test_a_step_sent_twice_is_answered_with_what_it_did_the_first_time(api):
    owner = make_organisation()
    approver = api(make_member(owner, Role.APPROVER))
    reservation = make_reservation(make_room(owner=owner), state="pending")
    path = f"/reservations/{reservation.reference}/decline"

    first = approver.post(path, {"reason": "Remontti."}, Idempotency_Key="avain-1")
    again = approver.post(path, {"reason": "Remontti."}, Idempotency_Key="avain-1")
    without = approver.post(path, {"reason": "Remontti."})

    assert (first.status_code, again.status_code, without.status_code) == (200, 200, 409)
    assert again.get_data() == first.get_data()


def test_the_same_body_at_another_address_is_another_request(api):
    booker = make_user()
    program, room = api(booker), make_room()
    mine = make_reservation(room, state="pending", booker=booker)
    other = make_reservation(room, state="pending", booker=booker)
    program.post(f"/reservations/{mine.reference}/withdraw", Idempotency_Key="avain-1")

    answer = program.post(f"/reservations/{other.reference}/withdraw", Idempotency_Key="avain-1")

    assert answer.status_code == 422
    assert other.occurrences[0].state == "pending"


@pytest.mark.parametrize("key", ["", "x" * 121, "kaksi sanaa"])
def test_a_key_that_is_none_is_refused(api, key):
    answer = api(make_user()).post("/reservations", wish(make_room().slug), Idempotency_Key=key)

    assert answer.status_code == 422
    assert codes_of(answer) == {("Idempotency-Key", "bad_idempotency_key")}


def test_a_key_is_forgotten_after_a_week(api, frozen):
    booker, room = api(make_user()), make_room()
    booker.post("/reservations", wish(room.slug), Idempotency_Key="avain-1")
    frozen(NOW + KEPT + timedelta(seconds=1))

    answer = booker.post("/reservations", wish(room.slug, title="Toinen"), Idempotency_Key="avain-1")

    assert answer.status_code == 201
    assert count(IdempotencyKey) == 1


def test_two_simultaneous_requests_with_one_key_act_once(backend, fresh_database, tmp_path, frozen):
    frozen(NOW)
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    with app.app_context():
        slug = make_room(approval="at_once").slug
        token = create_api_token(make_user(), "testi", now=NOW)
        db.session.commit()

    def send(_):
        return app.test_client().post(
            "/api/v1/reservations",
            json=wish(slug),
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "avain-1"},
        )

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(send, range(8)))
    with app.app_context():
        kept = count()
        db.session.remove()
        db.engine.dispose()

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_data() for answer in answers}) == 1
    assert sum("Idempotency-Replayed" not in answer.headers for answer in answers) == 1
    assert kept == 1
