"""Give a confirmed date back for the booker, however near it is: on its page, or by the link in a mail.

Until the room's cancellation deadline that is an ordinary cancellation. After it the booker cannot cancel any
more but can still let others have the time, and the owner sees that it was late.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.clock import zone
from booking.errors import Forbidden, NotFound, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.organisations.membership import actor_of
from booking.reservations import messages, policy
from booking.reservations.changes import for_change, room_of, take_step
from booking.reservations.lifecycle import State, Step, sources
from booking.reservations.models import Occurrence, Reservation
from booking.reservations.reasons import words_of
from booking.rooms.rules import cancellation_deadline
from booking.web import signed

LINK: Final = "give-up"
LINK_DAYS: Final = 14  # a link goes out the day before; by then the date is long past


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed link names: a date as it stood when the mail was written, and who was written to."""

    occurrence_id: int
    sequence: int
    user_id: int


def is_late(occurrence: Occurrence, now: datetime) -> bool:
    """Say whether the room's cancellation deadline for a date has passed."""
    return now > cancellation_deadline(room_of(occurrence.room_id).rules, occurrence.starts_at, zone())


def can_give_back(occurrence: Occurrence, actor: Actor, now: datetime) -> bool:
    """Say whether this person can give the date back late: the booker's side, confirmed, not begun."""
    return (
        occurrence.state == State.CONFIRMED
        and occurrence.starts_at > now
        and is_late(occurrence, now)
        and policy.acts_for_booker(occurrence.reservation, actor, Right.BOOK)
    )


def give_back(
    reference: str, occurrence_ids: Collection[int], *, actor: Actor, now: datetime, reason: str = ""
) -> Reservation:
    """Give these confirmed dates back for the booker, in the caller's transaction; others get the time.

    A date after its cancellation deadline is recorded as late and the approvers are told so; one before it is
    simply cancelled. Raises NotFound, Forbidden, RuleViolation when no date is chosen, and WrongState for a
    date that is not confirmed or has begun.
    """
    if not occurrence_ids:
        raise RuleViolation([Violation("no_dates_chosen", "occurrences")])
    reservation = for_change(reference, policy.require_booker, actor)
    chosen = [each for each in reservation.occurrences if each.id in set(occurrence_ids)]
    if len(chosen) < len(set(occurrence_ids)):
        raise NotFound("unknown_occurrence")
    _give_back(reservation, chosen, actor, now, words_of(reason, "late-reason"))
    return reservation


def link_token(occurrence: Occurrence, user: User) -> str:
    """Return the token by which this person can give the date back as it stands now, without signing in."""
    return signed.sign(LINK, [occurrence.id, occurrence.sequence, user.id])


def read_link(token: str) -> Link:
    """Return what a link names. Raises NotFound for one that is forged, cut off or too old."""
    value = signed.read(LINK, token, max_age_days=LINK_DAYS)
    if not isinstance(value, list) or len(value) != 3:
        raise NotFound("give_up_link_expired")
    return Link(*value)


def linked_date(link: Link) -> Occurrence:
    """Return the date of a link to show it. Raises Forbidden for a person who has no right to it any more."""
    user = db.session.get(User, link.user_id)
    occurrence = db.session.get(Occurrence, link.occurrence_id)
    if occurrence is None:
        raise NotFound("give_up_link_expired")
    if user is None or not user.is_active:
        raise Forbidden("give_up_not_yours")
    if not policy.acts_for_booker(occurrence.reservation, actor_of(user), Right.BOOK):
        raise Forbidden("give_up_not_yours")
    return occurrence


def give_back_by_link(link: Link, *, actor: Actor, now: datetime) -> None:
    """Give the date of a link back, in the caller's transaction. `actor` is the person it was written to.

    Raises NotFound, Forbidden, and WrongState for a date that has changed since the mail was written.
    """
    reservation = for_change(linked_date(link).reservation.reference, policy.require_booker, actor)
    chosen = [each for each in reservation.occurrences if each.id == link.occurrence_id]
    if any(each.sequence != link.sequence for each in chosen):
        raise WrongState("give_up_changed")
    _give_back(reservation, chosen, actor, now, "")


def _give_back(
    reservation: Reservation, chosen: Sequence[Occurrence], actor: Actor, now: datetime, reason: str
) -> None:
    for each in chosen:
        if each.state not in sources(Step.CANCEL):
            raise WrongState(state=each.state, step=Step.CANCEL.value)
        if each.starts_at <= now:
            raise WrongState("already_begun")
    late = [each for each in chosen if is_late(each, now)]
    in_time = [each for each in chosen if each not in late]
    steps: list[tuple[list[Occurrence], str, dict[str, Any]]] = [
        (in_time, "cancelled_by_booker", {}),
        (late, "given_back", {"late": True}),
    ]
    for dates, kind, details in steps:
        if dates:
            take_step(
                Step.CANCEL, dates, actor_id=actor.user_id, now=now, reason=reason, by="booker", **details
            )
            messages.tell_approvers(kind, reservation, dates, now=now, reason=reason)
    messages.tell_booker("cancelled", reservation, chosen, now=now, reason=reason)
