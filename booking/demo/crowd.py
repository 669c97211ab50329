"""Rooms and associations without a face, where measurements need more than the demonstration has."""

from sqlalchemy import func, select

from booking import clock
from booking.access.roles import RIGHTS, Right, Role
from booking.accounts.models import User
from booking.demo.people import CITY, address
from booking.extensions import db
from booking.organisations.models import Membership, Organisation
from booking.rooms.models import KINDS, OpeningHoursRow, Room, RoomFeature, Space, Venue, room_spaces
from booking.rooms.prices import RoomPriceRow
from booking.rooms.sheet import everyone_pays

WORDS = (
    "Harjoitukset",
    "Kokous",
    "Kerho",
    "Kurssi",
    "Vuosikokous",
    "Peli-ilta",
    "Jumppa",
    "Tanssi",
    "Työpaja",
    "Keskusteluilta",
)
FEWEST_BOOKERS = 60
ROOMS_A_VENUE = 8
_DISTRICTS = ("Mansikkala", "Imatrankoski", "Vuoksenniska", "Tainionkoski", "Rautio", "Savikanta")
_CAPACITIES = (8, 12, 20, 30, 40, 60, 100, 200)
_TURNAROUNDS = (0, 0, 15, 30)


def enough_rooms(number: int) -> None:
    """Add rooms until there are so many undivided ones that can be booked."""
    single = (
        select(room_spaces.c.room_id).group_by(room_spaces.c.room_id).having(func.count() == 1).subquery()
    )
    there = db.session.scalar(
        select(func.count())
        .select_from(Room)
        .join(single, single.c.room_id == Room.id)
        .where(Room.owner_id.is_not(None), Room.state == "published")
    )
    made = db.session.scalar(
        select(func.count()).select_from(Room).where(Room.slug.startswith("mittaustila-"))
    )
    owner, venue = _owner(), None
    for new in range(number - (there or 0)):
        count = (made or 0) + new + 1
        if venue is None or new % ROOMS_A_VENUE == 0:
            name = f"Mittaustalo {count:04}"
            venue = Venue(
                slug=f"mittaustalo-{count:04}", name=name, district=_DISTRICTS[count % len(_DISTRICTS)]
            )
        db.session.add(_room(count, venue, owner))
    db.session.flush()


def enough_bookers() -> list[tuple[int, int]]:
    """Add associations with one booker each until there are enough; return (user id, organisation id)."""
    found = _bookers()
    now = clock.now()
    for number in range(len(found) + 1, FEWEST_BOOKERS + 1):
        organisation = Organisation(
            slug=f"mittausyhdistys-{number}",
            name=f"Mittausyhdistys {number}",
            kind="association",
            created_at=now,
            verified_at=now,
        )
        user = User(
            email=address(f"mittaus-{number}"),
            name="Varaaja",
            language="fi",
            created_at=now,
            confirmed_at=now,
        )
        db.session.add(Membership(user=user, organisation=organisation, role=Role.BOOKER, created_at=now))
    db.session.flush()
    return _bookers()


def _bookers() -> list[tuple[int, int]]:
    roles = [role.value for role in Role if Right.BOOK in RIGHTS[role] and Right.MANAGE not in RIGHTS[role]]
    rows = db.session.execute(
        select(Membership.user_id, Membership.organisation_id)
        .join(Organisation)
        .where(
            Membership.role.in_(roles),
            Membership.ended_at.is_(None),
            Organisation.kind.in_(("association", "group")),
        )
        .order_by(Membership.id)
    )
    return [(user_id, organisation_id) for user_id, organisation_id in rows]


def _owner() -> Organisation:
    found = db.session.scalar(select(Organisation).where(Organisation.slug == CITY))
    if found is None:
        now = clock.now()
        found = Organisation(slug=CITY, name="Imatran kaupunki", kind="city", created_at=now, verified_at=now)
        db.session.add(found)
    return found


def _room(number: int, venue: Venue, owner: Organisation) -> Room:
    name = f"Mittaustila {number:04}"
    return Room(
        slug=f"mittaustila-{number:04}",
        name=name,
        venue=venue,
        owner=owner,
        kind=KINDS[number % len(KINDS)],
        capacity=_CAPACITIES[number % len(_CAPACITIES)],
        prices=[RoomPriceRow.of(everyone_pays(500 * (number % 4)))],
        approval="at_once" if number % 2 else "by_approver",
        turnaround_minutes=_TURNAROUNDS[number % len(_TURNAROUNDS)],
        example_facts=["room"],
        spaces=[Space(venue=venue, name=name)],
        features=[
            RoomFeature(feature="step_free", present=number % 3 > 0),
            RoomFeature(feature="wifi", present=True),
        ],
        opening_hours=[OpeningHoursRow(weekday=day, opens=8 * 60, closes=22 * 60) for day in range(7)],
    )
