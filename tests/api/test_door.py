from itertools import groupby

import pytest

from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import ApiToken
from booking.app import create_app
from booking.extensions import db
from booking.i18n import language
from tests.api.calls import problem_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import make_user, sign_in
from tests.support.settings import settings_for

CLOSED_TO_VISITORS = [
    ("GET", "/me"),
    ("GET", "/reservations"),
    ("POST", "/reservations"),
    ("GET", "/reservations/EIOLE"),
    *(("POST", f"/reservations/EIOLE/{step}") for step in ("confirm", "decline", "withdraw", "cancel")),
]
OPEN_TO_VISITORS = ["/rooms", "/availability?start=2027-01-12T18:00&end=2027-01-12T20:00"]


@pytest.mark.parametrize(("method", "path"), CLOSED_TO_VISITORS)
def test_what_is_not_public_asks_for_a_token(api, method, path):
    answer = api().send(method, path)

    assert answer.status_code == 401
    assert problem_of(answer)["code"] == "unauthorized"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(("method", "path"), CLOSED_TO_VISITORS)
def test_a_sessions_cookie_opens_no_door(api, client, method, path):
    sign_in(client, make_user())

    answer = api().send(method, path)

    assert answer.status_code == 401


def test_a_cookie_does_not_change_what_a_token_or_a_visitor_sees(api, client):
    reservation = make_reservation(make_room(), visibility="private", title="Salainen")
    stranger = api(make_user())
    sign_in(client, reservation.booker)

    calendar = api().get(f"/rooms/{reservation.room.slug}/calendar")

    assert "Salainen" not in calendar.get_data(as_text=True)
    assert stranger.get(f"/reservations/{reservation.reference}").status_code == 404


@pytest.mark.parametrize("header", ["Bearer väärä", "Bearer ", "Bearer", "Basic YTpi", "imt_x", ""])
def test_a_token_that_is_none_is_refused_also_where_none_is_needed(api, header):
    for path in ("/me", *OPEN_TO_VISITORS):
        answer = api().send("GET", path, headers={"Authorization": header})
        assert answer.status_code == 401
        assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_revoked_token_and_a_closed_account_are_strangers(api, session):
    revoked, closed = make_user(), make_user()
    first, second = api(revoked), api(closed)
    assert (first.get("/me").status_code, second.get("/me").status_code) == (200, 200)

    session.query(ApiToken).filter_by(user_id=revoked.id).one().revoked_at = NOW
    closed.closed_at = NOW

    assert (first.get("/me").status_code, second.get("/me").status_code) == (401, 401)


def test_the_word_bearer_may_be_written_small(api):
    user = make_user()
    token = create_api_token(user, "testi", now=NOW)

    answer = api().send("GET", "/me", headers={"Authorization": f"bearer {token}"})

    assert answer.get_json()["email"] == user.email


def test_me_tells_every_role(api):
    choir = make_organisation()
    person = make_member(choir)

    shown = api(person).get("/me").get_json()

    assert shown["email"] == person.email
    assert shown["organisations"] == [{"slug": choir.slug, "name": choir.name, "role": "member"}]


def test_the_profile_chooses_the_language_of_sentences_and_the_address_overrules_it(api, monkeypatch):
    spoken = []
    monkeypatch.setattr("booking.api.problems.sentence", lambda *_: spoken.append(language()) or "x")
    person = api(make_user(language="sv"))

    person.get("/reservations", limit=0)
    person.get("/reservations", limit=0, lang="en")
    api().send("GET", "/me", headers={"Accept-Language": "sv"})

    assert [code for code, _ in groupby(spoken)] == ["sv", "en", "sv"]


@pytest.mark.parametrize(
    "body", [b"{", b"[1,", b"\xff\xfe\xff", b"{'a': 1}", b'{"people": NaN}', b"[" * 100_000, b"1" * 5000]
)
def test_broken_json_is_400(api, body):
    answer = api(make_user()).send(
        "POST", "/reservations", data=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 400
    assert problem_of(answer)["code"] == "bad_request"


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"null", b"7"])
def test_json_that_is_no_object_is_422(api, body):
    answer = api(make_user()).send(
        "POST", "/reservations", data=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "", "äö"]
)
def test_what_is_not_sent_as_json_is_415_and_never_taken_for_an_empty_request(api, kind):
    reservation = make_reservation(make_room(), state="pending")
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'

    answer = api(reservation.booker).send(
        "POST",
        f"/reservations/{reservation.reference}/withdraw",
        data=body,
        headers={"Content-Type": kind} if kind else {},
    )

    assert answer.status_code == 415
    assert reservation.occurrences[0].state == "pending"


def test_a_huge_body_is_413(api):
    answer = api(make_user()).post("/reservations", {"note": "x" * 300_000})

    assert answer.status_code == 413
    assert problem_of(answer)["code"] == "request_entity_too_large"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/rooms", "GET"),
        ("DELETE", "/reservations", "POST"),
        ("GET", "/reservations/X/confirm", "POST"),
    ],
)
def test_another_method_is_405_with_what_is_allowed(client, method, path, allowed):
    answer = client.open(f"/api/v1{path}", method=method)

    assert answer.status_code == 405
    assert problem_of(answer)["code"] == "method_not_allowed"
    assert allowed in answer.headers["Allow"]


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v1/rooms/a/b", "/api/v1/reservations/a%2fb"]
)
def test_an_address_nobody_knows_is_a_problem(client, path):
    answer = client.get(path)

    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "not_found"


def test_bytes_that_are_not_utf8_are_400(client):
    answer = client.get("/api/v1/rooms?q=%ff%fe")

    assert answer.status_code == 400
    assert problem_of(answer)["detail"]


def test_a_flaw_of_the_service_is_a_problem_too(client, monkeypatch):
    def fail(*_args, **_kwargs):
        raise RuntimeError("a flaw")

    monkeypatch.setattr("booking.api.rooms.catalogue", fail)

    answer = client.get("/api/v1/rooms")

    assert answer.status_code == 500
    assert problem_of(answer)["code"] == "internal_server_error"
    assert "flaw" not in answer.get_data(as_text=True)


def test_a_locked_database_is_503_and_nothing_is_half_done(fresh_database, tmp_path):
    app = create_app(settings_for(f"{fresh_database('sqlite')}?timeout=0.1", tmp_path))
    with app.app_context():
        room, user = make_room(), make_user()
        token, slug = create_api_token(user, "testi", now=NOW), room.slug
        db.session.commit()
    with app.app_context(), db.engine.connect().execution_options(writes=True) as other:
        other.begin()
        answer = app.test_client().post(
            "/api/v1/reservations",
            headers={"Authorization": f"Bearer {token}"},
            json={
                "room": slug,
                "title": "x",
                "start": "2027-01-12T18:00",
                "end": "2027-01-12T20:00",
                "people": 1,
                "purpose": "other",
                "visibility": "public",
            },
        )
        problem = problem_of(answer)
        other.rollback()
    with app.app_context():
        db.engine.dispose()
    assert answer.status_code == 503
    assert problem["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_database_that_is_gone_is_503(tmp_path):
    app = create_app(settings_for("postgresql+psycopg://nobody@127.0.0.1:1/nothing", tmp_path))

    answer = app.test_client().get("/api/v1/rooms")

    assert answer.status_code == 503
    assert problem_of(answer)["code"] == "unavailable"
