"""What an owner's criteria say of a request, in words. Nothing is scored: a person weighs it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.desk.approvals.past_use import PastUse
from booking.organisations.models import Organisation
from booking.reservations.criteria import Criterion, PublishedCriteria
from booking.reservations.models import Reservation
from booking.rooms.facts import RoomFacts
from booking.web.filters import number

CRITERIA: Final[dict[Criterion, Any]] = {
    Criterion.LOCAL: _l("Paikallisuus"),
    Criterion.SIZE: _l("Koko"),
    Criterion.PAST_USE: _l("Käyttö, 12 kk"),
    Criterion.NEWCOMER: _l("Uusi käyttäjä"),
}
EXPLAINED: Final[dict[Criterion, Any]] = {
    Criterion.LOCAL: _l("Tilan oman kaupunginosan yhdistys ensin, sitten muut imatralaiset."),
    Criterion.SIZE: _l("Ryhmä, joka täyttää tilan paremmin, ensin."),
    Criterion.PAST_USE: _l(
        "Se, joka on käyttänyt vuoronsa. Käyttämättä jääneet ja palautetut otetaan huomioon."
    ),
    Criterion.NEWCOMER: _l("Myös se, joka ei ole saanut tilaa viimeisen vuoden aikana, saa jotakin."),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One criterion and what it says of one request."""

    label: str
    words: str


def criteria_said(
    criteria: PublishedCriteria | None,
    organisation: Organisation | None,
    room: RoomFacts,
    people: int,
    use: PastUse,
) -> Sequence[Said]:
    """Return what the criteria say, in their order; where none are published, all there is to know.

    That nobody has verified the association comes first.
    """
    unknown = organisation is not None and organisation.verified_at is None
    words = {
        Criterion.LOCAL: local(organisation.district if organisation else "", room.district),
        Criterion.SIZE: size(people, room.capacity),
        Criterion.PAST_USE: used(use),
        Criterion.NEWCOMER: newcomer(use),
    }
    order = (
        [Criterion(code) for code in criteria.criteria] if criteria and criteria.criteria else list(Criterion)
    )
    warned = [Said(_("Yhdistys"), _("Ei vielä vahvistettu"))] if unknown else []
    return [*warned, *(Said(str(CRITERIA[each]), words[each]) for each in order)]


def own_association(reservation: Reservation, owner_id: int | None, own: Collection[int]) -> Sequence[Said]:
    """Return the warning to one who belongs to the association that asks, which `own` are theirs.

    The owner's own use is no such case: deciding on it is what its approvers are for.
    """
    if reservation.organisation_id is None or reservation.organisation_id == owner_id:
        return ()
    if reservation.organisation_id not in own:
        return ()
    return (Said(str(_("Huomaa")), str(_("Kuulut itse tähän yhdistykseen."))),)


def local(district: str, room_district: str) -> str:
    """Return how near who asks is; associations with a part of the town are of Imatra."""
    if not district:
        return str(_("ei tietoa"))
    if district.casefold() == room_district.casefold():
        return str(_("sama kaupunginosa, %(district)s", district=district))
    return str(_("Imatra, %(district)s", district=district))


def size(people: int, capacity: int | None) -> str:
    """Return how many of the room's seats are filled: "24/60 paikkaa, 40 %"."""
    if not capacity:
        return str(_("%(people)s henkilöä, paikkoja: ei tietoa", people=number(people)))
    share = round(100 * people / capacity)
    return str(
        _(
            "%(people)s/%(capacity)s paikkaa, %(share)s",
            people=number(people),
            capacity=number(capacity),
            share=f"{share}\u00a0%",
        )
    )


def used(use: PastUse) -> str:
    """Return what came of what was booked: "20 varattu: 17 käytetty, 2 käyttämättä, 1 palautettu"."""
    if not use.booked:
        return str(_("ei varauksia"))
    parts = (
        (use.used, ngettext("%(num)s käytetty", "%(num)s käytetty", use.used)),
        (use.no_shows, ngettext("%(num)s käyttämättä", "%(num)s käyttämättä", use.no_shows)),
        (use.given_back, ngettext("%(num)s palautettu", "%(num)s palautettu", use.given_back)),
        (use.unmarked, ngettext("%(num)s merkitsemättä", "%(num)s merkitsemättä", use.unmarked)),
    )
    told = ", ".join(str(words) for many, words in parts if many)
    late = ngettext(" (%(num)s myöhässä)", " (%(num)s myöhässä)", use.late) if use.late else ""
    booked = ngettext("%(num)s varattu", "%(num)s varattu", use.booked)
    return f"{booked}: {told}{late}"


def newcomer(use: PastUse) -> str:
    """Return whether they have had the owner's rooms during the year."""
    return str(_("kyllä, ei käyttöä vuoteen") if use.is_newcomer else _("ei"))
