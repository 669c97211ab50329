"""Edit a reservation: look at it first, then save what was looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from booking.access.actor import Actor
from booking.errors import RuleViolation, SlotTaken, Violation, WrongState
from booking.reservations import policy, queries
from booking.reservations.changes import for_change, lose_competitors
from booking.reservations.editing import mails
from booking.reservations.editing.edit import Edit
from booking.reservations.editing.saving import Saved, save
from booking.reservations.editing.survey import EditPreview, survey
from booking.reservations.editing.waits import wait_for
from booking.reservations.models import Reservation
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts


def preview_edit(reference: str, edit: Edit, *, actor: Actor, now: datetime) -> EditPreview:
    """Return what an edit would do and what stands in its way. Nothing changes.

    Raises NotFound, Forbidden, WrongState for a date that has ended or begun, RuleViolation for a pattern
    that cannot be.
    """
    reservation, _sight = queries.find(reference, actor)
    policy.require_booker(reservation, actor)
    return survey(reservation, edit, actor=actor, now=now, offers=True)


def apply_edit(
    reference: str, edit: Edit, *, actor: Actor, now: datetime, seen: str | None = None
) -> Reservation:
    """Save an edit as `save_edit`, and return the reservation."""
    return save_edit(reference, edit, actor=actor, now=now, seen=seen)[0]


def save_edit(
    reference: str, edit: Edit, *, actor: Actor, now: datetime, seen: str | None = None
) -> tuple[Reservation, Saved]:
    """Save an edit, in the caller's transaction, flushed, and return what came of it. All of it or nothing.

    `seen`: the state that was looked at (`EditPreview.seen`). Raises what `preview_edit` raises, WrongState
    when the reservation has changed since, RuleViolation with everything that is wrong, SlotTaken with the
    times that are not free.
    """
    reservation = for_change(reference, policy.require_booker, actor, also=_rooms_of(edit))
    found = survey(reservation, edit, actor=actor, now=now, offers=False)
    if seen not in (None, found.seen):
        raise WrongState("changed_meanwhile")
    _refuse(found)
    saved = save(found, actor=actor, now=now)
    wait_for(found, actor=actor, now=now)
    mails.tell(found, saved, now=now)
    lose_competitors(saved.confirmed, now=now)
    return reservation, saved


def _rooms_of(edit: Edit) -> list[RoomFacts]:
    """Return the rooms that dates may go to."""
    slugs = {edit.room or "", *(fix.room for fix in edit.fixes)}
    known = catalogue().by_slug
    return [known[slug] for slug in sorted(slugs) if slug in known]


def _refuse(found: EditPreview) -> None:
    """Raise what is wrong: all broken rules together, else the times that are taken."""
    broken = list(found.violations)
    taken = []
    for line in found.troubled:
        if line.found is None:
            continue
        on = line.item.on if len(found.lines) > 1 else None
        broken += [replace(each, on=on) for each in line.found.violations]
        if line.problem == "taken" and line.found.wish.use is not None:
            taken.append(line.found.wish.use)
    if not broken and found.changes_nothing:
        broken = [Violation("nothing_changes", "scope")]
    if broken:
        raise RuleViolation(broken)
    if taken:
        raise SlotTaken(sorted(taken))
