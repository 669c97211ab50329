from datetime import timedelta

from booking.access.roles import Role
from tests.api.calls import codes_of
from tests.factories.organisations import make_member, make_membership, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import make_user


def test_the_list_holds_mine_my_associations_and_my_rooms(api):
    owner, choir = make_organisation(), make_organisation()
    me = make_member(choir, Role.MEMBER)
    make_membership(me, owner, Role.APPROVER)
    mine = make_reservation(make_room(), booker=me)
    ours = make_reservation(make_room(), organisation=choir)
    in_my_room = make_reservation(make_room(owner=owner), visibility="private")
    make_reservation(make_room())

    listed = api(me).get("/reservations").get_json()

    assert [each["reference"] for each in listed["items"]] == [
        in_my_room.reference,
        ours.reference,
        mine.reference,
    ]
    assert listed["next"] is None


def test_who_has_left_an_association_no_longer_lists_what_they_booked_for_it(api):
    choir, person = make_organisation(), make_user()
    make_reservation(make_room(), organisation=choir, booker=person)

    assert api(person).get("/reservations").get_json()["items"] == []


def test_the_list_is_filtered_by_association_state_and_window(api):
    choir = make_organisation()
    me = make_member(choir, Role.BOOKER)
    mine = make_reservation(make_room(), booker=me, state="pending").reference
    ours = make_reservation(make_room(), EVENING.shift(timedelta(days=7)), organisation=choir).reference
    series = make_reservation(make_room(), EVENING, booker=me)
    series.occurrences[0].state = "cancelled"
    mixed = make_reservation(
        make_room(), EVENING.shift(timedelta(days=30)), EVENING.shift(timedelta(days=31)), booker=me
    )
    mixed.occurrences[0].state = "cancelled"
    program = api(me)

    def listed(**query):
        return [each["reference"] for each in program.get("/reservations", **query).get_json()["items"]]

    assert listed(organisation=choir.slug) == [ours]
    assert listed(state="pending") == [mine]
    assert listed(state="confirmed") == [ours]
    assert listed(state="mixed") == [mixed.reference]
    assert listed(from_="2027-01-13", to="2027-01-31") == [ours]
    assert listed(to="2027-01-12", state="cancelled") == [series.reference]
    assert listed(from_="2027-02-01") == [mixed.reference]


def test_an_unknown_association_in_the_list_is_422(api):
    answer = api(make_user()).get("/reservations", organisation="ei-ole")

    assert codes_of(answer) == {("organisation", "unknown_organisation")}


def test_following_next_gives_every_reservation_once_with_the_same_filter(api):
    me, room = make_user(), make_room()
    made = [make_reservation(room, EVENING.shift(timedelta(days=n)), booker=me).reference for n in range(5)]
    make_reservation(room, EVENING.shift(timedelta(days=40)), booker=me)
    program, found = api(me), []

    answer = program.get("/reservations", limit=2, from_="2027-01-12", to="2027-01-31")
    while answer is not None:
        found += [each["reference"] for each in answer.get_json()["items"]]
        address = answer.get_json()["next"]
        answer = program.send("GET", address.removeprefix("/api/v1")) if address else None

    assert found == made[::-1]
