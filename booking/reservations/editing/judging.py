"""What the calendar and the rooms say of the dates that an edit asks for, and what would mend them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from booking.access.actor import Actor
from booking.availability.fixes import Fix, FixKind
from booking.availability.series import Offer, Preview, preview
from booking.availability.wishes import Wish
from booking.errors import Violation
from booking.reservations.editing.edit import Edit, Scope
from booking.reservations.editing.plan import (
    ASKING,
    ENDING,
    Dated,
    EditPlan,
    Item,
    Outcome,
    meeting_their_own,
)
from booking.reservations.models import Reservation
from booking.rooms.facts import Filter

_OTHER_PLACE = frozenset({FixKind.TIME, FixKind.ROOM})


@dataclass(frozen=True, slots=True)
class Line:
    """One date of the plan, with what the calendar says where anything is asked of it."""

    item: Item
    found: Preview | None = None

    @property
    def problem(self) -> str:
        """Why it cannot be had, "" when it can: see `Preview`."""
        return self.found.problem if self.found else ""


def judge(
    reservation: Reservation,
    edit: Edit,
    plan: EditPlan,
    dates: Sequence[Dated],
    people: int,
    *,
    actor: Actor,
    now: datetime,
    offers: bool,
) -> tuple[Line, ...]:
    """Return the plan's dates as they can be had or not. `people`: the most that come on any of them.

    What the edit gives back stands in nobody's way. Two statements at most, whatever the number of dates.
    """
    asked = [n for n, item in enumerate(plan.items) if item.outcome in ASKING]
    wishes = [_wish(plan.items[n]) for n in asked]
    owner = reservation.room.owner
    found = preview(
        wishes,
        wanted=Filter(people=people, owner=owner.slug if owner else ""),
        actor=actor,
        now=now,
        own_claims=_given_back(reservation, plan),
        organisation_id=reservation.organisation_id,
        needs_rooms=offers,
    )
    own = meeting_their_own(plan, dates)
    lines = [Line(item) for item in plan.items]
    for n, each in zip(asked, found, strict=True):
        item = plan.items[n]
        verdict = _besides(each, item, reservation, meets_own=n in own)
        lines[n] = Line(item, _mended(verdict, item, edit))
    return tuple(lines)


def alike(lines: Iterable[Line], fix: Fix) -> list[Fix]:
    """Return the same choice for every date that has a problem and for which it would do."""
    found = (each.found for each in lines if each.found and each.problem)
    return [same for each in found if (same := replace(fix, on=each.wish.on)) in each.works]


def _wish(item: Item) -> Wish:
    if item.wish is None:
        raise ValueError("nothing is asked of this date")
    return item.wish


def _given_back(reservation: Reservation, plan: EditPlan) -> Collection[int]:
    """Return the claims of the dates that change, and of what is proposed for them."""
    changed = plan.of(Outcome.CHANGED, Outcome.CONSENT, Outcome.REVERTED, *ENDING)
    ids = {item.date.id for item in changed if item.date}
    theirs = [each for each in reservation.occurrences if each.id in ids]
    claims = [each.claim_id for each in theirs]
    claims += [each.proposal.claim_id for each in theirs if each.proposal]
    return [each for each in claims if each is not None]


def _besides(each: Preview, item: Item, reservation: Reservation, *, meets_own: bool) -> Preview:
    """Add what only an edit can run into: another date of its own that stays, another owner's room."""
    if _wish(item).room.owner_id != reservation.room.owner_id:
        return replace(each, problem="rule", violations=(Violation("not_the_owners_room", "room"),))
    if meets_own and not each.problem:
        return replace(each, problem="itself", violations=(Violation("overlaps_itself", "interval"),))
    return each


def _mended(each: Preview, item: Item, edit: Edit) -> Preview:
    """Offer to keep or to end a date that is there, instead of waiting; of one date alone neither."""
    if not each.problem:
        return each
    on = each.wish.on
    places = [offer for offer in each.offers if offer.fix.kind in _OTHER_PLACE]
    works = frozenset(fix for fix in each.works if fix.kind in _OTHER_PLACE)
    if edit.scope is Scope.ONE:
        return replace(each, offers=tuple(places), works=works)
    rest = [offer for offer in each.offers if offer.fix.kind not in _OTHER_PLACE]
    if item.date is not None:
        rest = [Offer(Fix(on, FixKind.KEEP), item.date.spot.room, item.date.spot.use)]
        if not item.date.too_late:
            rest.append(Offer(Fix(on, FixKind.SKIP)))
    elif not rest:
        rest = [Offer(Fix(on, FixKind.SKIP))]
    return replace(each, offers=(*places, *rest), works=works | {replace(offer.fix, on=on) for offer in rest})
