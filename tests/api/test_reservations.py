from datetime import timedelta

import pytest
from sqlalchemy import func, select

from booking.access.roles import Role
from booking.api.patterns import SERIES_FIELDS
from booking.extensions import db
from booking.reservations.models import Reservation
from tests.api.calls import codes_of, problem_of
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import every_day, make_room
from tests.factories.users import make_user


def wish(room, **changes):
    body = {
        "room": room.slug,
        "title": "Kuoron harjoitus",
        "start": "2027-01-12T18:00",
        "end": "2027-01-12T20:00",
        "people": 12,
        "purpose": "rehearsal",
        "visibility": "public",
    }
    return {name: value for name, value in (body | changes).items() if value is not ...}


def count():
    return db.session.scalar(select(func.count(Reservation.id)))


def test_a_room_that_confirms_at_once_is_booked_with_one_request(api):
    room, booker = make_room(approval="at_once", access_instructions="Koodi 1234"), make_user(name="Aino")

    answer = api(booker).post("/reservations", wish(room, note="Tuomme flyygelin."))

    made = answer.get_json()
    assert answer.status_code == 201
    assert made["state"] == "confirmed"
    (occurrence,) = made["occurrences"]
    assert occurrence["start"] == "2027-01-12T18:00:00+02:00"
    assert occurrence["end"] == "2027-01-12T20:00:00+02:00"
    assert occurrence["state"] == "confirmed"
    assert (made["responsible"], made["note"]) == ("Aino", "Tuomme flyygelin.")
    assert made["access_instructions"] is None  # until a day before
    assert [(step["step"], step["by"]) for step in made["history"]] == [("request", "booker")]
    assert answer.location == f"/api/v1/reservations/{made['reference']}"


@pytest.mark.parametrize(("hours", "seen"), [(25, None), (24, "Koodi 1234"), (-1, "Koodi 1234"), (-2, None)])
def test_the_key_is_told_from_a_day_before_until_the_end(api, frozen, hours, seen):
    room, booker = make_room(approval="at_once", access_instructions="Koodi 1234"), make_user()
    made = make_reservation(room, EVENING, booker=booker)
    frozen(EVENING.start - timedelta(hours=hours))
    client = api(booker)
    assert client.get(f"/reservations/{made.reference}").get_json()["access_instructions"] == seen
    assert client.get("/reservations").get_json()["items"][0]["access_instructions"] == seen


def test_a_room_by_approval_gets_a_pending_request_for_the_association(api):
    choir = make_organisation()
    room, booker = make_room(who_may_book="associations"), make_member(choir, Role.BOOKER)

    made = api(booker).post("/reservations", wish(room, organisation=choir.slug)).get_json()

    assert made["state"] == "pending"
    assert (made["organisation"], made["organisation_name"]) == (choir.slug, choir.name)
    assert made["access_instructions"] is None


def test_a_taken_slot_is_409_with_the_conflict_and_what_would_do_instead(api):
    room = make_room(approval="at_once", turnaround_minutes=30)
    other = make_room(approval="at_once", venue=room.venue)
    make_reservation(room)

    answer = api(make_user()).post(
        "/reservations", wish(room, start="2027-01-12T19:00", end="2027-01-12T21:00")
    )

    problem = problem_of(answer)
    assert answer.status_code == 409
    assert problem["code"] == "slot_taken"
    assert problem["conflicts"] == [
        {
            "room": room.slug,
            "start": "2027-01-12T19:00:00+02:00",
            "end": "2027-01-12T21:00:00+02:00",
            "reason": "taken",
        }
    ]
    offered = [(each["room"], each["start"]) for each in problem["alternatives"]]
    assert (room.slug, "2027-01-12T20:30:00+02:00") in offered
    assert (other.slug, "2027-01-12T19:00:00+02:00") in offered


def test_every_broken_rule_is_named_with_its_field_before_the_calendar_is_looked_at(api):
    room = make_room(capacity=8, hours=every_day(480, 960))
    make_reservation(room)

    answer = api(make_user()).post("/reservations", wish(room, people=10_000))

    assert answer.status_code == 422
    assert problem_of(answer)["code"] == "rule_violation"
    assert codes_of(answer) == {("people", "too_many_people"), ("start", "closed_outside_hours")}
    assert all(each["detail"].endswith(".") for each in problem_of(answer)["violations"])


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"title": ...}, ("title", "field_missing")),
        ({"title": None}, ("title", "field_missing")),
        ({"title": 7}, ("title", "not_text")),
        ({"title": " \x00 "}, ("title", "title_missing")),
        ({"title": "x" * 121}, ("title", "too_much_text")),
        ({"title": "\ud800"}, ("title", "not_text")),
        ({"people": "12"}, ("people", "not_a_number")),
        ({"people": True}, ("people", "not_a_number")),
        ({"people": 1.5}, ("people", "not_a_number")),
        ({"people": 10**30}, ("people", "number_out_of_range")),
        ({"people": 0}, ("people", "number_out_of_range")),
        ({"purpose": "party"}, ("purpose", "unknown_choice")),
        ({"visibility": "secret"}, ("visibility", "unknown_choice")),
        ({"start": "2027-03-28T03:30", "end": "2027-03-28T04:30"}, ("start", "missing_time")),
        ({"end": "2027-01-12T17:00"}, ("end", "end_before_start")),
        ({"start": "2026-01-12T18:00", "end": "2026-01-12T20:00"}, ("start", "in_the_past")),
        ({"start": 1768234000}, ("start", "unreadable_time")),
        ({"start": "2027-01-12 18:00"}, ("start", "unreadable_time")),
        ({"colour": "red"}, ("colour", "unknown_field")),
        ({"organisation": "ei-ole"}, ("organisation", "unknown_organisation")),
    ],
)
def test_a_request_that_cannot_be_is_422_and_nothing_is_kept(api, changes, wrong):
    room = make_room()

    answer = api(make_user()).post("/reservations", wish(room, **changes))

    assert answer.status_code == 422
    assert wrong in codes_of(answer)
    assert count() == 0


def test_sentences_are_in_the_language_of_the_request(api):
    room, booker = make_room(capacity=8), make_user()

    answer = api(booker).post("/reservations", wish(room, people=9))

    assert "Tilaan mahtuu 8 henkeä" in problem_of(answer)["detail"]


def test_one_may_not_book_for_an_association_one_is_only_a_member_of(api):
    choir = make_organisation()
    member = make_member(choir, Role.MEMBER)

    answer = api(member).post("/reservations", wish(make_room(), organisation=choir.slug))

    assert answer.status_code == 403
    assert problem_of(answer)["code"] == "not_a_booker"


def test_an_unknown_room_is_404(api):
    room = make_room(state="retired")

    answer = api(make_user()).post("/reservations", wish(room))

    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "unknown_room"


def test_null_is_the_same_as_leaving_an_optional_field_out(api):
    nothing = dict.fromkeys(
        ("organisation", "responsible", "contact", "note", "repeat", "instead", *SERIES_FIELDS)
    )

    answer = api(make_user()).post("/reservations", wish(make_room(), **nothing))

    assert answer.status_code == 201


def test_an_approver_confirms_and_the_competing_request_is_declined(api):
    owner = make_organisation()
    room, approver = make_room(owner=owner), make_member(owner, Role.APPROVER)
    first, second = make_reservation(room, state="pending"), make_reservation(room, state="pending")

    answer = api(approver).post(f"/reservations/{first.reference}/confirm")

    assert answer.status_code == 200
    assert answer.get_json()["state"] == "confirmed"
    lost = api(second.booker).get(f"/reservations/{second.reference}").get_json()
    assert lost["state"] == "declined"
    assert [(step["step"], step["by"]) for step in lost["history"]] == [("lose", "service")]


def test_confirming_what_is_taken_by_now_is_409_with_the_date(api):
    owner = make_organisation()
    room, approver = make_room(owner=owner), make_member(owner, Role.APPROVER)
    late = make_reservation(room, state="pending")
    make_reservation(room, EVENING.shift(timedelta(minutes=30)))

    answer = api(approver).post(f"/reservations/{late.reference}/confirm")

    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (409, "slot_taken")
    assert [each["start"] for each in problem["conflicts"]] == ["2027-01-12T18:00:00+02:00"]


def test_declining_needs_a_reason_which_the_booker_reads(api):
    owner = make_organisation()
    room, approver = make_room(owner=owner), make_member(owner, Role.APPROVER)
    reservation = make_reservation(room, state="pending")
    path = f"/reservations/{reservation.reference}"

    assert codes_of(api(approver).post(f"{path}/decline")) == {("reason", "reason_missing")}
    assert api(approver).post(f"{path}/decline", {"reason": "Remontti."}).get_json()["state"] == "declined"
    assert api(reservation.booker).get(path).get_json()["history"][-1]["reason"] == "Remontti."


def test_one_date_of_several_is_decided_alone(api):
    owner = make_organisation()
    room, approver = make_room(owner=owner), make_member(owner, Role.APPROVER)
    reservation = make_reservation(room, EVENING, EVENING.shift(timedelta(days=7)), state="pending")
    first = reservation.occurrences[0].id

    answer = api(approver).post(f"/reservations/{reservation.reference}/confirm", {"occurrences": [first]})

    decided = answer.get_json()
    assert decided["state"] == "mixed"
    assert [each["state"] for each in decided["occurrences"]] == ["confirmed", "pending"]


def test_a_booker_withdraws_a_request_and_cancels_a_confirmed_one(api):
    room, booker = make_room(cancellation_days=7), make_user()
    pending = make_reservation(room, state="pending", booker=booker)
    confirmed = make_reservation(room, EVENING.shift(timedelta(days=1)), booker=booker)
    program = api(booker)

    withdrawn = program.post(f"/reservations/{pending.reference}/withdraw")
    cancelled = program.post(f"/reservations/{confirmed.reference.lower()}/cancel", {"reason": "Sairaus."})

    assert withdrawn.get_json()["state"] == "withdrawn"
    assert cancelled.get_json()["state"] == "cancelled"
    assert cancelled.get_json()["history"][-1]["by"] == "booker"


def test_a_step_the_state_does_not_allow_is_409_wrong_state(api):
    reservation = make_reservation(make_room(), state="declined")

    answer = api(reservation.booker).post(f"/reservations/{reservation.reference}/withdraw")

    assert answer.status_code == 409
    assert problem_of(answer)["code"] == "wrong_state"


@pytest.mark.parametrize("step", ["confirm", "decline", "withdraw", "cancel"])
def test_what_one_may_not_see_is_404_and_what_one_may_not_do_403_whatever_its_state(api, step):
    room, stranger = make_room(), make_user()
    private = make_reservation(room, visibility="private")
    public = make_reservation(room, EVENING.shift(timedelta(days=1)))
    program = api(stranger)

    hidden = program.post(f"/reservations/{private.reference}/{step}", {"reason": "Syy."})
    seen = program.post(f"/reservations/{public.reference}/{step}", {"reason": "Syy."})

    assert (hidden.status_code, problem_of(hidden)["code"]) == (404, "unknown_reservation")
    assert (seen.status_code, problem_of(seen)["code"]) == (403, "forbidden")


def test_another_reservations_date_is_404(api):
    booker = make_user()
    mine = make_reservation(make_room(), state="pending", booker=booker)
    other = make_reservation(make_room(), state="pending")

    answer = api(booker).post(
        f"/reservations/{mine.reference}/withdraw", {"occurrences": [other.occurrences[0].id]}
    )

    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "unknown_occurrence"


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"occurrences": []}, ("occurrences", "field_missing")),
        ({"occurrences": [1, "2"]}, ("occurrences.1", "not_a_number")),
        ({"occurrences": 1}, ("occurrences", "not_a_list")),
        ({"reason": "x" * 501}, ("reason", "too_much_text")),
        ([], ("", "not_an_object")),
    ],
)
def test_a_misshapen_step_is_422_and_does_nothing(api, body, wrong):
    reservation = make_reservation(make_room(), state="pending")

    answer = api(reservation.booker).post(f"/reservations/{reservation.reference}/withdraw", body)

    assert answer.status_code == 422
    assert codes_of(answer) == {wrong}
    assert reservation.occurrences[0].state == "pending"


def test_a_stranger_sees_the_public_part_and_nobody_sees_a_private_one(api):
    room, stranger = make_room(), make_user()
    public = make_reservation(room, note="Ovikoodi puuttuu")
    private = make_reservation(room, EVENING.shift(timedelta(days=1)), visibility="private")

    answer = api(stranger).get(f"/reservations/{public.reference}")

    assert answer.get_json()["sight"] == "public"
    assert answer.get_json()["title"] == public.title
    assert not {"responsible", "contact", "note", "people", "history"} & set(answer.get_json())
    assert api(stranger).get(f"/reservations/{private.reference}").status_code == 404


@pytest.mark.parametrize("reference", ["EIOLE", "%00", "ä", "x" * 300])
def test_no_reference_however_odd_is_more_than_not_found(api, reference):
    assert api(make_user()).get(f"/reservations/{reference}").status_code == 404
