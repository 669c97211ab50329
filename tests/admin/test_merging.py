"""Two associations that are the same become one: everything moves, and old addresses lead on."""

from datetime import timedelta
from typing import Any

import pytest

from booking import clock
from booking.access.roles import Role
from booking.admin import merging
from booking.audit.service import history
from booking.calendars import service as calendars
from booking.errors import Forbidden, RuleViolation
from booking.extensions import db
from booking.organisations import inviting, joining
from booking.organisations.archiving import people_of
from booking.organisations.directory.exchanges import Line, write_line
from booking.organisations.models import Organisation
from booking.outbox.models import OutboxMessage
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting, make_user, sign_in

NOW = clock.now().replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def database(session: Any) -> Any:
    return session


@pytest.fixture
def double() -> Organisation:
    return make_organisation(name="Kuoro", slug="vanha", business_id="0201256-6")


@pytest.fixture
def into() -> Organisation:
    return make_organisation(name="Kuoro ry", slug="uusi")


def merge(double: Organisation, into: Organisation) -> Organisation:
    everybody = [each.id for each in people_of(double.id)]
    admin = acting(make_user(is_admin=True))
    return merging.merge(double.id, into.id, coming=everybody, keeping=everybody, actor=admin, now=NOW)


def text(answer: Any) -> str:
    return str(answer.get_data(as_text=True))


def test_every_reference_to_an_organisation_is_named() -> None:
    named = {*merging.MOVED, *merging.APART, *merging.STAYS, *merging.OWNERS_OWN}
    referring = {
        table.name
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "organisations"
    }
    assert referring == named


def test_people_keep_the_higher_of_their_roles(double: Any, into: Any, session: Any) -> None:
    manager, both, booker = make_member(double, Role.MANAGER), make_member(double, Role.MEMBER), make_user()
    make_membership(both, into, Role.BOOKER)
    make_membership(booker, double, Role.BOOKER)
    make_membership(booker, into, Role.MEMBER)
    merge(double, into)
    assert acting(manager).roles == {(into.id, Role.MANAGER)}
    assert acting(both).roles == acting(booker).roles == {(into.id, Role.BOOKER)}
    told = {each.recipient for each in session.query(OutboxMessage).filter_by(kind="merged")}
    assert told == {manager.email, both.email, booker.email}


def test_reservations_move_and_their_events_stay_the_same_ones(double: Any, into: Any, client: Any) -> None:
    booker = make_member(double, Role.BOOKER)
    use = Interval(NOW + HOUR, NOW + 2 * HOUR)
    made = make_reservation(make_room(), use, organisation=double, booker=booker, title="Harjoitus")
    uid = made.occurrences[0].uid
    feed = calendars.create("organisation", double.id, actor=acting(booker), now=NOW)
    secret = f"/calendars/private/{calendars.token_of(feed)}.ics"
    before = client.get("/calendars/organisations/vanha.ics")
    merge(double, into)
    assert made.organisation_id == into.id
    old, new = (client.get(f"/calendars/organisations/{slug}.ics") for slug in ("vanha", "uusi"))
    assert uid in text(before)
    assert text(old) == text(new)
    assert old.headers["ETag"] == new.headers["ETag"] != before.headers["ETag"]
    assert uid in text(old)
    assert uid in text(client.get(secret))
    page = client.get("/organisations/vanha")
    assert (page.status_code, page.location) == (301, "/organisations/uusi")


def test_what_waits_for_an_answer_waits_at_the_other_one(double: Any, into: Any) -> None:
    manager, other, asking = make_member(double, Role.MANAGER), make_member(into, Role.MANAGER), make_user()
    alone = inviting.invite(double.id, "a@example.org", Role.MEMBER, actor=acting(manager), now=NOW)
    twice = inviting.invite(double.id, "b@example.org", Role.MEMBER, actor=acting(manager), now=NOW)
    inviting.invite(into.id, "b@example.org", Role.MEMBER, actor=acting(other), now=NOW)
    asked = joining.ask(double.id, "", actor=acting(asking), now=NOW)
    merge(double, into)
    assert (alone.organisation_id, alone.outcome) == (into.id, None)
    assert twice.outcome == "withdrawn"
    assert inviting.invitation_of(inviting.token_of(alone), now=NOW) is alone
    assert joining.let_in(asked.id, Role.MEMBER, actor=acting(other), now=NOW).organisation_id == into.id


def test_who_asks_at_both_asks_once_and_the_end_of_the_other_is_on_record(double: Any, into: Any) -> None:
    asking = make_user()
    for place in (double, into):
        make_member(place, Role.MANAGER)
    asked, stays = (joining.ask(each.id, "", actor=acting(asking), now=NOW) for each in (double, into))
    merge(double, into)
    assert (asked.outcome, stays.outcome) == ("withdrawn", None)
    ended = [each for each in history("organisation", double.id) if each.action == "join_request_withdrawn"]
    assert [each.details for each in ended] == [{"request": asked.id}]


def test_what_is_offered_is_offered_by_the_other_one(double: Any, into: Any, client: Any) -> None:
    manager = make_member(double, Role.MANAGER)
    offered = Line("offers", "equipment", "Lavakaiuttimet lainaksi", None)
    write_line(double.slug, None, offered, actor=acting(manager), now=NOW)
    merge(double, into)
    assert "Lavakaiuttimet lainaksi" in text(client.get("/organisations/uusi"))
    assert 'href="/organisations/uusi"' in text(client.get("/organisations/offers"))


def test_addresses_lead_on_over_two_merges(double: Any, into: Any, client: Any) -> None:
    last = make_organisation(slug="viimeinen", name="Viimeinen ry")
    merge(double, into)
    assert into.business_id == "0201256-6"
    merge(into, last)
    for slug in ("vanha", "uusi"):
        assert client.get(f"/organisations/{slug}").location == "/organisations/viimeinen"
        assert "Viimeinen ry" in text(client.get(f"/calendars/organisations/{slug}.ics"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"kind": "city"}, "merge_owner"), ({"archived_at": NOW}, "merge_archived"), ({}, "merge_owner")],
)
def test_what_is_not_merged(into: Any, changes: dict[str, Any], code: str) -> None:
    double = make_organisation(**changes)
    if not changes:
        make_room(owner=double, state="draft")
    with pytest.raises(RuleViolation) as refused:
        merge(double, into)
    assert refused.value.violations[0].code == code
    with pytest.raises(RuleViolation):
        merge(into, into)


def test_only_an_administrator_merges(double: Any, into: Any) -> None:
    manager = make_member(double, Role.MANAGER)
    make_membership(manager, into, Role.MANAGER)
    with pytest.raises(Forbidden):
        merging.merge(double.id, into.id, coming=(), actor=acting(manager), now=NOW)


def test_the_pages_show_what_moves_before_it_does(double: Any, into: Any, client: Any, session: Any) -> None:
    make_member(double, Role.MANAGER)
    make_reservation(make_room(), Interval(NOW + HOUR, NOW + 2 * HOUR), organisation=double)
    sign_in(client, make_user(is_admin=True))
    client.get("/admin/organisations/vanha/merge")
    assert client.submit({"into": "ei-ole"}, having="into").status_code == 422
    shown = client.submit({"into": "uusi"}, having="into")
    assert shown.status_code == 200
    assert double.archived_at is None
    done = client.submit(having="into")
    assert done.status_code == 303
    session.expire_all()
    assert double.archived_at is not None


def test_power_comes_over_only_when_it_is_ticked_and_the_other_s_managers_hear(
    double: Any, into: Any, session: Any
) -> None:
    """A stranger founds one of nearly the same name: being merged does not hand the other one over."""
    keeps, founder, nobody = (make_member(double, Role.MANAGER) for _ in range(3))
    admin, theirs = make_user(is_admin=True), make_member(into, Role.MANAGER)
    make_membership(admin, double, Role.MANAGER)
    power = inviting.invite(double.id, "a@example.org", Role.MANAGER, actor=acting(founder), now=NOW)
    asked = joining.ask(double.id, "", actor=acting(make_user()), now=NOW)
    come, keep = [keeps.id, founder.id, admin.id], [keeps.id, nobody.id, admin.id]
    merging.merge(double.id, into.id, coming=come, keeping=keep, actor=acting(admin), now=NOW)
    assert acting(keeps).roles == {(into.id, Role.MANAGER)}
    assert acting(founder).roles == {(into.id, Role.MEMBER)}
    assert acting(nobody).roles == acting(admin).roles == frozenset()
    assert power.outcome == "withdrawn"
    mails = {(each.kind, each.recipient): each.body for each in session.query(OutboxMessage)}
    told = mails["merged_in", theirs.email]
    assert all(words in told for words in (keeps.name, founder.name, "1 odottava pyyntö"))
    assert nobody.name not in told
    assert "Et ole sen jäsen" in mails["merged", nobody.email]
    assert "Olet nyt sen jäsen" in mails["merged", founder.email]
    assert ("join_moved", asked.user.email) in mails


def test_the_preview_names_everybody_and_what_speaks_against_it(into: Any, client: Any) -> None:
    strange = make_organisation(name="Aivan muu", slug="muu", business_id="0201256-6", verified_at=None)
    manager, member = (
        make_member(strange, Role.MANAGER, name="Hallitsija"),
        make_member(strange, name="Jäsen"),
    )
    into.business_id = "0116297-6"
    make_organisation(name="Kuoron kerho")
    sign_in(client, make_user(is_admin=True))
    client.get("/admin/organisations/muu/merge")
    assert "sopii moneen" in text(client.submit({"into": "kuoro"}, having="into"))
    shown = text(client.submit({"into": "Kuoro RY"}, having="into"))  # by its name
    for words in (
        "Hallitsija: hallinto",
        "Jäsen: jäsen",
        "ei ole vahvistettu",
        "eri Y-tunnukset",
        "Nimet eivät",
    ):
        assert words in shown
    assert shown.count(f'value="{member.id}"') == 1  # has nothing to keep
    assert client.submit({"coming": str(manager.id)}, having="coming").status_code == 303
    assert acting(manager).roles == {(into.id, Role.MEMBER)}
    assert acting(member).roles == frozenset()
