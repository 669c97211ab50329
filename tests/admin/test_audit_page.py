"""The administrator's page of what was done: found by anything, cheap at any size, taken out as a file."""

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from booking.admin import audit_concerns, audit_queries
from booking.admin.audit_queries import Wanted, all_entries, entries, in_words
from booking.audit.models import AuditEntry
from booking.audit.service import record
from booking.cli.probe import probe_audit
from booking.extensions import db
from booking.privacy.traces import REMOVED
from tests.factories.organisations import make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import make_user, sign_in
from tests.support.statements import statements

NOON = datetime(2027, 1, 12, 10, tzinfo=UTC)


@pytest.fixture
def admin(client: Any) -> Any:
    person = make_user(is_admin=True, name="Ylläpidon väki")
    sign_in(client, person)
    return person


def note(
    action: str, kind: str, number: int, at: datetime = NOON, by: int | None = None, **known: Any
) -> int:
    return record(action, kind, number, actor_id=by, now=at, **known).id


def found(client: Any, **query: Any) -> list[str]:
    """Return the first line of each entry on the page."""
    page = client.get("/admin/audit", query_string=query).text
    body = page.partition("<ol")[2].partition("</ol>")[0]
    return [each.partition("</strong>")[0] for each in body.split("<strong>")[1:]]


@pytest.mark.usefixtures("admin")
def test_an_entry_is_found_by_day_action_thing_person_and_organisation(client: Any) -> None:
    room = make_room()
    choir, person = make_organisation(), make_user()
    reservation = make_reservation(room, organisation=choir)
    note("confirm", "reservation", reservation.id, by=person.id)
    note("keep_facts", "room", room.id, NOON + timedelta(days=1))
    note("give_role", "organisation", choir.id, NOON - timedelta(days=1))
    note("change_profile", "user", person.id, NOON + timedelta(days=2), by=person.id)
    confirmed, kept = "Pyyntö vahvistettiin", "Tilan tietoja muutettiin"
    given, changed = "Rooli annettiin", "Omia tietoja muutettiin"
    assert found(client)[:4] == [changed, kept, confirmed, given]
    assert found(client, first="2027-01-12", last="12.1.2027") == [confirmed]
    assert found(client, first="2027-01-13") == [changed, kept]
    assert found(client, action="reservation.confirm") == [confirmed]
    assert found(client, kind="room", subject=room.slug) == [kept]
    assert found(client, kind="reservation", subject=reservation.reference.lower()) == [confirmed]
    assert found(client, kind="user", subject=person.email) == [changed]
    assert found(client, kind="organisation", subject=str(choir.id)) == [given]
    assert found(client, who=person.email.upper()) == [changed, confirmed]
    assert found(client, organisation=choir.id) == [confirmed, given]
    assert found(client, organisation=room.owner_id) == [kept, confirmed]
    assert found(client, organisation=make_organisation().id) == []


@pytest.mark.usefixtures("admin")
@pytest.mark.parametrize(
    "query",
    [
        {"who": "ei.kukaan@example.org"},
        {"kind": "room", "subject": "ei-ole"},
        {"subject": "ABC"},
        {"first": "2027-01-13", "last": "2027-01-12"},
        {"first": "huomenna"},
        {"action": "ei-ole"},
        {"action": "room.keep_facts", "kind": "user"},
        {"organisation": "x"},
    ],
)
def test_what_cannot_be_found_is_said_at_its_field_and_kept(client: Any, query: dict[str, str]) -> None:
    answer = client.get("/admin/audit", query_string=query)
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    assert all(value in answer.text for name, value in query.items() if name in ("who", "subject"))


@pytest.mark.usefixtures("admin")
def test_pages_follow_each_other_without_a_gap_though_many_have_one_moment(client: Any) -> None:
    numbers = [
        note("change_profile", "user", each, NOON + timedelta(seconds=each // 40)) for each in range(120)
    ]
    seen: list[int] = []
    before = None
    while True:
        part = entries(Wanted(action="change_profile"), before=before, size=50)
        seen += [each.id for each in part]
        if len(part) < 50:
            break
        before = part[-1].id
    assert seen == numbers[::-1]
    first = client.get("/admin/audit?action=user.change_profile").text
    assert f"before={seen[49]}" in first
    assert "Vanhemmat" in first
    assert "Vanhemmat" not in client.get(f"/admin/audit?action=user.change_profile&before={seen[99]}").text


@pytest.mark.usefixtures("admin")
def test_details_are_told_in_words_of_the_reader_and_a_step_of_one_kind_is_chosen_alone(client: Any) -> None:
    note("join", "waiting", 1, dates=[7, 8])
    note("join", "organisation", make_organisation().id, user=5, roles=["booker", "member"])
    known: dict[str, Any] = {"stays": "member", "short_notice": False, "later_code": "x"}
    record("hand_over", "organisation", 3, actor_id=None, now=NOON, **known)
    page = client.get("/admin/audit").text
    for words in (
        " · jää rooliin: jäsen",
        "alle 14 päivän varoituksella: ei",
        "roolit: varaaja, jäsen",
        "later_code: x",
        'value="waiting.join"',
    ):
        assert words in " ".join(page.split()), words
    assert found(client, action="waiting.join") == ["Jonoon liityttiin"]
    assert found(client, action="organisation.join") == ["Organisaatioon liityttiin"]
    swedish = client.get("/admin/audit?lang=sv").text
    assert all(code not in swedish for code in ("short_notice", "booker", "False", "varaaja"))


@pytest.mark.usefixtures("session")
def test_who_has_been_erased_has_no_name() -> None:
    erased, there = make_user(name=REMOVED), make_user(name="Varaaja")
    for by in (erased.id, there.id, 999_999, None):
        note("keep_facts", "room", 1, by=by)
    names = [each.who for each in in_words(entries(Wanted(action="keep_facts"), before=None, size=9))]
    assert names == ["järjestelmä", "poistettu henkilö", "Varaaja", "poistettu henkilö"]


@pytest.mark.usefixtures("admin")
def test_the_page_asks_as_much_for_many_entries_as_for_few(client: Any) -> None:
    room = make_room()
    reservation, person = make_reservation(room), make_user()

    def some() -> None:
        for kind, number in (("room", room.id), ("reservation", reservation.id), ("user", person.id)):
            note(
                {"room": "keep_facts", "user": "change_profile"}.get(kind, "confirm"),
                kind,
                number,
                by=person.id,
            )
        note("give_role", "organisation", room.owner_id, by=person.id)

    some()
    with statements() as few:
        client.get("/admin/audit")
    for _ in range(10):
        some()
    with statements() as many:
        client.get("/admin/audit")
    assert len(many) == len(few)


def many_entries(count: int) -> None:
    rows = [
        {
            "at": NOON + timedelta(minutes=each),
            "actor_id": each % 500,
            "action": ("confirm", "request", "cancel", "edit")[each % 4],
            "subject_kind": "reservation",
            "subject_id": each % 20_000,
            "details": {},
        }
        for each in range(count)
    ]
    db.session.execute(insert(AuditEntry), rows)
    db.session.execute(text("ANALYZE audit_entries"))


def plan_of(wanted: Wanted) -> str:
    """Return how the database goes about the first page."""
    query = audit_queries._query(wanted).limit(51)
    made = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    word = "EXPLAIN" if db.engine.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    return "\n".join(str(row[-1]) for row in db.session.execute(text(f"{word} {made}".replace(":", "\\:"))))


@pytest.mark.usefixtures("session")
def test_among_many_entries_each_question_goes_by_an_index_and_sorts_nothing() -> None:
    many_entries(20_000)
    for wanted in (
        Wanted(),
        Wanted(since=NOON + timedelta(days=3), until=NOON + timedelta(days=4)),
        Wanted(action="confirm"),
        Wanted(actor_id=7),
        Wanted(kind="reservation"),
        Wanted(kind="reservation", subject_id=77),
    ):
        plan = plan_of(wanted)
        assert "ix_audit_entries" in plan, (wanted, plan)
        assert "Seq Scan" not in plan, (wanted, plan)
        if wanted.subject_id is None:
            assert "TEMP B-TREE" not in plan, (wanted, plan)


def fill(first: int, last: int) -> None:
    """Put entries on record by one statement, of reservations that are not there."""
    series = (
        f"SELECT generate_series({first}, {last}) AS n"
        if db.engine.dialect.name == "postgresql"
        else f"WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last})"
        " SELECT n FROM s"
    )
    at = (
        "timestamptz '2027-01-12' + n * interval '1 minute'"
        if db.engine.dialect.name == "postgresql"
        else "1799712000 + n * 60"
    )
    db.session.execute(
        text(
            "INSERT INTO audit_entries (at, actor_id, action, subject_kind, subject_id, details)"
            f" SELECT {at}, n % 500, 'confirm', 'reservation', 1000000 + n, '{{}}' FROM ({series}) AS numbers"
        )
    )
    db.session.execute(text("ANALYZE"))


@pytest.mark.usefixtures("session")
def test_a_page_costs_among_a_hundred_thousand_entries_about_what_it_does_among_a_thousand() -> None:
    quiet, busy, room = make_organisation(), make_organisation(), make_room()
    theirs = make_reservation(room, organisation=quiet)
    for each in range(60):
        note("edit", "reservation", theirs.id, NOON + timedelta(minutes=each))
    questions = {
        "all": Wanted(),
        "days": Wanted(since=NOON, until=NOON + timedelta(hours=3)),
        "action": Wanted(action="edit", kind="reservation"),
        "kind": Wanted(kind="reservation"),
        "thing": Wanted(kind="reservation", subject_id=theirs.id),
        "person": Wanted(actor_id=7),
        "little on record": Wanted(organisation_id=quiet.id),
        "much on record": Wanted(organisation_id=busy.id),
    }

    def cost(wanted: Wanted) -> float:
        def once() -> float:
            begun = perf_counter()
            entries(wanted, before=None, size=51)
            return perf_counter() - begun

        return min(once() for _ in range(5))

    fill(1, 1000)
    for each in range(60):
        note("verify", "organisation", busy.id, NOON + timedelta(days=900, minutes=each))
    few = {name: cost(wanted) for name, wanted in questions.items()}
    fill(1001, 100_000)
    many = {name: cost(wanted) for name, wanted in questions.items()}
    assert len(entries(questions["little on record"], before=None, size=51)) == 51
    assert len(entries(questions["much on record"], before=None, size=51)) == 51
    dear = {name: many[name] / few[name] for name in questions if many[name] > 8 * few[name]}
    assert dear == {}


@pytest.mark.usefixtures("session")
def test_an_organisation_s_entries_follow_each_other_whichever_way_they_are_found(monkeypatch: Any) -> None:
    choir, room = make_organisation(), make_room()
    theirs = make_reservation(room, organisation=choir)
    numbers = [
        note(*what, NOON + timedelta(minutes=each // 3))
        for each in range(12)
        for what in (("edit", "reservation", theirs.id), ("invite", "organisation", choir.id))
    ]
    note("keep_facts", "room", room.id)
    for newest in (0, 5, 2000):
        monkeypatch.setattr(audit_concerns, "NEWEST", newest)
        wanted, before, seen = Wanted(organisation_id=choir.id), None, list[int]()
        while part := entries(wanted, before=before, size=7):
            seen += [each.id for each in part]
            before = seen[-1]
        assert seen == numbers[::-1]
        assert {each.id for each in all_entries(wanted, up_to=numbers[-1] + 9)} == set(numbers)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_export_has_all_that_was_found_and_is_itself_on_record(
    client: Any, admin: Any, form: str
) -> None:
    person = make_user()
    for each in range(3):
        note("keep_facts", "room", each, by=person.id, changed=["name"])
    note("give_role", "organisation", 1)
    client.get("/admin/audit")
    token = client.page.forms[-1].values["csrf_token"][-1]
    asked = {"csrf_token": token, "format": form, "action": "room.keep_facts", "who": person.email}
    answer = client.raw.post("/admin/audit/export", data=asked)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f"tapahtumat.{form}")
    if form == "csv":
        rows: list[dict[str, Any]] = list(csv.DictReader(io.StringIO(answer.text)))
        rows = [row | {"details": json.loads(row["details"])} for row in rows]
    else:
        rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [int(row["subject_id"]) for row in rows] == [2, 1, 0]
    assert rows[0]["details"] == {"changed": ["name"]}
    assert person.name not in answer.text
    assert person.email not in answer.text
    entry = db.session.query(AuditEntry).filter_by(action="export_audit").one()
    assert entry.actor_id == admin.id
    known = {"action": "keep_facts", "kind": "room", "actor_id": person.id}
    assert entry.details == {"format": form, "wanted": known}


@pytest.mark.usefixtures("admin")
def test_an_export_of_more_than_is_read_at_once_has_each_entry_once(client: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(audit_queries, "_AT_ONCE", 7)
    numbers = [note("keep_facts", "room", each) for each in range(30)]
    client.get("/admin/audit")
    token = client.page.forms[-1].values["csrf_token"][-1]
    asked = {"csrf_token": token, "format": "jsonl", "action": "room.keep_facts"}
    lines = client.raw.post("/admin/audit/export", data=asked).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == numbers[::-1]


@pytest.mark.usefixtures("admin")
def test_a_wrong_question_is_not_exported(client: Any) -> None:
    note("keep_facts", "room", 1)
    client.get("/admin/audit")
    token = client.page.forms[-1].values["csrf_token"][-1]
    for wrong in ({"format": "exe"}, {"who": "ei.kukaan@example.org"}):
        assert client.post("/admin/audit/export", data={"csrf_token": token} | wrong).status_code == 422
    assert db.session.query(AuditEntry).filter_by(action="export_audit").count() == 0


@pytest.mark.usefixtures("session")
def test_the_database_refuses_to_change_delete_or_empty_the_record_by_any_sql() -> None:
    number = note("keep_facts", "room", 1)
    postgresql = db.engine.dialect.name == "postgresql"
    refused = [
        f"UPDATE audit_entries SET action = 'x' WHERE id = {number}",
        "UPDATE audit_entries SET actor_id = NULL",
        f"DELETE FROM audit_entries WHERE id = {number}",
        "DELETE FROM audit_entries",
        "TRUNCATE audit_entries CASCADE"
        if postgresql
        else "REPLACE INTO audit_entries SELECT id, at, 7, action, subject_kind, 0, details"
        " FROM audit_entries",
    ]
    for statement in refused:
        with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
            db.session.execute(text(statement))
    assert [each.action for each in entries(Wanted(kind="room"), before=None, size=9)] == ["keep_facts"]


@pytest.mark.usefixtures("session")
def test_the_doctor_finds_a_record_that_could_be_changed() -> None:
    connection = db.session.connection()
    assert probe_audit(connection) == []
    if connection.dialect.name == "postgresql":
        connection.execute(text("DROP TRIGGER audit_entries_append_only ON audit_entries"))
        gaps = {"an entry can be changed", "an entry can be deleted", "the record can be emptied"}
    else:
        for verb in ("update", "delete", "replace"):
            connection.execute(text(f"DROP TRIGGER audit_entries_no_{verb}"))
        gaps = {"an entry can be changed", "an entry can be deleted", "an entry can be replaced"}
    assert set(probe_audit(connection)) == gaps
