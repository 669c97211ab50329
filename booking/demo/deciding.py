"""How the demonstration's owners decide: published criteria, and ready reasons."""

from datetime import datetime

from booking.access.actor import Actor
from booking.accounts.service import user_with_email
from booking.demo.people import CITY, PARISH, address
from booking.demo.timeline import APPROVERS
from booking.desk.approvals.publishing import Criteria, Wording, add_starters, publish_criteria
from booking.organisations.membership import actor_of
from booking.reservations.criteria import Criterion

_CITY = Criteria(
    {Criterion.LOCAL: 1, Criterion.PAST_USE: 2, Criterion.SIZE: 3, Criterion.NEWCOMER: 4},
    answer_days=5,
    wording=Wording(
        "Katsomme ensin, onko yhdistys tilan omasta kaupunginosasta ja miten se on käyttänyt vuoronsa.",
        "Vi ser först om föreningen är från lokalens egen stadsdel och hur den har använt sina turer.",
        "We first look at whether the association is of the room's district and how it has used its slots.",
    ),
)
_CITY_SPORTS = Criteria(
    {Criterion.SIZE: 1, Criterion.NEWCOMER: 2, Criterion.PAST_USE: 3},
    answer_days=5,
    wording=Wording(
        "Liikuntasaleissa tärkeintä on, että vuoro liikuttaa monta.",
        "I idrottssalarna är det viktigast att turen får många i rörelse.",
        "In the sports halls it matters most that a slot gets many people moving.",
    ),
)
_PARISH = Criteria({Criterion.LOCAL: 1, Criterion.SIZE: 2}, answer_days=7)


def publish(now: datetime) -> None:
    """Publish what the city and the parish decide by, in the caller's transaction."""
    for slug, kind, criteria in ((CITY, "", _CITY), (CITY, "sports", _CITY_SPORTS), (PARISH, "", _PARISH)):
        publish_criteria(slug, kind, criteria, actor=_approver(slug), now=now)
    for slug in (CITY, PARISH):
        add_starters(slug, actor=_approver(slug), now=now)


def _approver(slug: str) -> Actor:
    user = user_with_email(address(APPROVERS[slug]))
    if user is None:
        raise LookupError(slug)
    return actor_of(user)
