"""In the demonstration: a group that waits to be verified, an open invitation, a request to be let in."""

from datetime import datetime, timedelta

from booking.access.roles import Role
from booking.accounts.models import User
from booking.accounts.service import user_with_email
from booking.demo.people import CHOIR, address, make_user, organisation
from booking.organisations import founding, inviting, joining
from booking.organisations.founding import NewGroup
from booking.organisations.membership import actor_of

NEW_GROUP = NewGroup(
    name="Yhteisruokapöytä",
    kind="group",
    business_id="",
    district="Vuoksenniska",
    description="Kokataan ja syödään yhdessä kerran kuussa. Kaikki ovat tervetulleita.",
    language="fi",
    is_another=True,
)
INVITED = "uusi.laulaja@demo.example"
ASKING = "iltarusko"


def move_groups(now: datetime) -> None:
    """Found a group, invite somebody to the choir, and have somebody ask to be let in."""
    day = timedelta(days=1)
    founder = make_user("ruokapoyta", "Yhteisruokapöydän hallinto", None, now - 9 * day)
    founding.found(NEW_GROUP, actor=actor_of(founder), now=now - 2 * day)
    choir = organisation(CHOIR).id
    inviting.invite(choir, INVITED, Role.BOOKER, actor=actor_of(_person("hallinto")), now=now - day)
    words = "Laulan altossa ja hoitaisin mielelläni harjoitustilojen varaukset."
    joining.ask(choir, words, actor=actor_of(_person(ASKING)), now=now - day)


def _person(mailbox: str) -> User:
    found = user_with_email(address(mailbox))
    if found is None:
        raise LookupError(mailbox)
    return found
