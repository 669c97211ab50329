"""Marking what came of dates: of one reservation, or of an owner's rooms; and the owner's review list."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.errors import DomainError, Forbidden, NotFound, RuleViolation, WrongState
from booking.organisations.acting import act
from booking.reservations.after_use import pages, queries, review, service
from booking.reservations.after_use.forms import read_marks
from booking.reservations.after_use.models import REVIEW_LENGTH
from booking.reservations.after_use.service import Mark
from booking.reservations.blueprint import blueprint
from booking.reservations.queries import find
from booking.web.errors import status_of
from booking.web.paging import page_numbers
from booking.web.sentences import sentence, sentence_for, sentence_of

PAGE_SIZE = 20
UNPROCESSABLE = 422


@blueprint.get("/reservations/<reference>/after-use")
@requires(Permission.SIGNED_IN)
def after_use(reference: str) -> ResponseReturnValue:
    """Ask what came of the dates of one reservation."""
    return _one(reference, {})


@blueprint.post("/reservations/<reference>/after-use")
@requires(Permission.SIGNED_IN)
def mark_after_use(reference: str) -> ResponseReturnValue:
    """Mark dates of one reservation."""
    marks, errors = _read()
    if errors:
        return _one(reference, errors), UNPROCESSABLE
    now = clock.now()
    try:
        _mark(reference, marks, now)
    except (RuleViolation, WrongState) as error:
        return _one(reference, _sentences(error, marks)), status_of(error)
    except Forbidden as error:
        if error.code != "marked_by_owner":
            raise
        return _one(reference, {"": sentence_of(error)}), 409
    flash(_marked(len(marks)), "success")
    return redirect(url_for("reservations.show", reference=reference), 303)


@blueprint.get("/approvals/after-use")
@requires(Permission.APPROVER)
def after_uses() -> ResponseReturnValue:
    """List the past dates to mark in the rooms this person decides on."""
    return _many({})


@blueprint.post("/approvals/after-use")
@requires(Permission.APPROVER)
def mark_after_uses() -> ResponseReturnValue:
    """Mark many dates at once, each reservation in a transaction of its own: what can be marked is."""
    marks, errors = _read()
    if errors:
        return _many(errors), UNPROCESSABLE
    now, done, status = clock.now(), 0, 409
    references = queries.references_of([each.occurrence_id for each in marks])
    for reference in sorted(set(references.values())):
        mine = [each for each in marks if references.get(each.occurrence_id) == reference]
        try:
            _mark(reference, mine, now)
        except (RuleViolation, WrongState, Forbidden, NotFound) as error:
            errors |= _sentences(error, mine)
            status = status_of(error)
        else:
            done += len(mine)
    if done:
        flash(_marked(done), "success")
    if errors:
        return _many(errors), status
    owner, page = request.args.get("owner"), request.args.get("page")
    return redirect(url_for("reservations.after_uses", owner=owner, page=page), 303)


@blueprint.get("/approvals/reviews")
@requires(Permission.APPROVER)
def reviews() -> ResponseReturnValue:
    """List the associations with three no-shows in a season: to look at, and those looked at already."""
    return _reviews()


@blueprint.post("/approvals/reviews")
@requires(Permission.APPROVER)
def mark_reviewed() -> ResponseReturnValue:
    """Note that a person has looked at an association's no-shows."""
    now, owners = clock.now(), pages.owners_of(current_actor())
    owner = pages.owner_of(owners, request.form.get("owner", ""))
    note = request.form.get("note", "")
    organisation_id, season = _case(request.form)
    if owner is None:
        raise NotFound
    owner_id = owner.id
    try:
        act(lambda actor: review.review(owner_id, organisation_id, season, note, actor=actor, now=now))
    except (RuleViolation, WrongState) as error:
        return _reviews(_review_error(error)), status_of(error)
    flash(_("Merkitty läpikäydyksi."), "success")
    return redirect(url_for("reservations.reviews"), 303)


def _mark(reference: str, marks: Sequence[Mark], now: datetime) -> None:
    act(lambda actor: service.mark(reference, marks, actor=actor, now=now))


def _read() -> tuple[list[Mark], dict[str, str]]:
    marks, errors = read_marks(request.form)
    if not marks and not errors:
        errors = {"": _("Merkitse ainakin yksi aika.")}
    return marks, errors


def _marked(count: int) -> str:
    return str(ngettext("%(num)s aika on merkitty.", "%(num)s aikaa on merkitty.", count))


def _sentences(error: DomainError, marks: Sequence[Mark]) -> dict[str, str]:
    """Return what was wrong, by field; what is wrong with a whole reservation stands at its dates."""
    if isinstance(error, RuleViolation):
        return {each.field: sentence_for(each) for each in error.violations}
    return {f"attendance-{each.occurrence_id}": sentence_of(error) for each in marks}


def _one(reference: str, errors: Mapping[str, str]) -> str:
    actor, now = current_actor(), clock.now()
    reservation, _seen = find(reference, actor)
    dates = pages.dates_of(reservation, actor, now)
    if not dates and not errors and pages.is_marked_by_owner(reservation, actor):
        errors = {"": sentence("marked_by_owner")}
    if not dates and not errors:
        raise NotFound("nothing_to_mark")
    return render_template(
        "reservations/after_use_page.html",
        reservation=reservation,
        after_use=dates,
        errors=errors,
        typed=request.form,
    )


def _many(errors: Mapping[str, str]) -> str:
    actor, now = current_actor(), clock.now()
    owners = pages.owners_of(actor)
    chosen = pages.owner_of(owners, request.args.get("owner", ""))
    owner_ids = [owner.id for owner in owners if chosen in (None, owner)]
    page = page_numbers(queries.count_to_mark(owner_ids, now), PAGE_SIZE)
    found = queries.to_mark(owner_ids, now, limit=PAGE_SIZE, offset=(page.number - 1) * PAGE_SIZE)
    return render_template(
        "reservations/after_uses.html",
        dates=pages.listed_to_mark(found),
        page=page,
        owners=owners,
        owner=chosen,
        errors=errors,
        typed=request.form,
    )


def _reviews(error: str = "") -> str:
    owners = pages.owners_of(current_actor())
    waiting, done = review.open_and_reviewed([owner.id for owner in owners], clock.now())
    return render_template(
        "reservations/reviews.html",
        cases=pages.case_items(waiting, owners),
        reviewed=pages.case_items(done, owners),
        several=len(owners) > 1,
        error=error,
        typed=request.form,
        longest=REVIEW_LENGTH,
    )


def _review_error(error: DomainError) -> str:
    return sentence_for(error.violations[0]) if isinstance(error, RuleViolation) else sentence_of(error)


def _case(form: Mapping[str, str]) -> tuple[int, date]:
    """Return which association and season a form is about. Raises NotFound when that cannot be read."""
    number = form.get("organisation", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise NotFound
    try:
        return int(number), date.fromisoformat(form.get("season", ""))
    except ValueError:
        raise NotFound from None
