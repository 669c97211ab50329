"""The page of an edit: a form, what it would change, and the saving of just that."""

from dataclasses import replace
from datetime import date, datetime
from typing import Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.availability.pattern_words import in_words
from booking.errors import RuleViolation, SlotTaken, WrongState
from booking.organisations.acting import act
from booking.reservations import policy, queries
from booking.reservations.contacts.log import seen as contacts_seen
from booking.reservations.editing.edit import Edit
from booking.reservations.editing.form import EditForm, form_of, readable
from booking.reservations.editing.judging import alike
from booking.reservations.editing.pages import page_of
from booking.reservations.editing.saving import Saved
from booking.reservations.editing.service import preview_edit, save_edit
from booking.reservations.editing.standing import standing
from booking.reservations.editing.survey import EditPreview
from booking.reservations.forms import occurrence_ids
from booking.rooms.labels import room_name
from booking.timetable.zone import UnreadableTime, parse_date
from booking.web.sentences import sentence

CHOOSING: Final = ("take", "take_all", "untake")

blueprint = Blueprint("editing", __name__)


@blueprint.get("/reservations/<reference>/edit")
@requires(Permission.SIGNED_IN)
def edit(reference: str) -> ResponseReturnValue:
    """Show the form, filled in with what is there."""
    form = _form(reference, clock.now())
    form.begin()
    return _page(form)


@blueprint.post("/reservations/<reference>/edit", endpoint="change")
@requires(Permission.SIGNED_IN)
def change(reference: str) -> ResponseReturnValue:
    """Show what the form would change, or save it when just that has been shown."""
    now = clock.now()
    form = _form(reference, now)
    wanted = form.edit() if form.validate() else None
    if wanted is None:
        return _page(form)
    step = next((name for name in (*CHOOSING, "save") if name in request.form), "")
    if step != "save":
        return _look(reference, form, wanted, now, step=step)
    seen, _dash, mark = (form.seen.data or "").partition("-")
    if mark != wanted.mark:
        return _look(reference, form, wanted, now, notice=_("Katso ensin, mitä muuttuu, ja tallenna sitten."))
    return _save(reference, form, wanted, seen, now)


def _save(reference: str, form: EditForm, wanted: Edit, seen: str, now: datetime) -> ResponseReturnValue:
    try:
        _made, saved = act(lambda actor: save_edit(reference, wanted, actor=actor, now=now, seen=seen))
    except (RuleViolation, SlotTaken):
        words = _("Muutosta ei vielä tallennettu. Katso, mikä ei onnistu.")
        return _look(reference, form, wanted, now, notice=words, status=409)
    except WrongState as error:
        return _look(reference, form, wanted, now, notice=sentence(error.code), status=409)
    flash(_done(saved), "success")
    return redirect(url_for("reservations.show", reference=reference), 303)


def _done(saved: Saved) -> str:
    words = _("Muutokset on tallennettu.")
    if saved.only_asks:
        words = _(
            "Siirtopyyntö on lähetetty. Entinen aika on voimassa, kunnes omistaja on päättänyt siirrosta."
        )
    elif saved.asked:
        words = _(
            "Muutokset on tallennettu. Siirrot odottavat omistajan suostumusta, "
            "ja entiset ajat ovat voimassa siihen asti."
        )
    return str(words)


def _look(
    reference: str,
    form: EditForm,
    wanted: Edit,
    now: datetime,
    *,
    step: str = "",
    notice: str = "",
    status: int = 200,
) -> ResponseReturnValue:
    """Show what an edit would change, after a choice for some of its dates."""
    try:
        wanted, on = _chosen(reference, wanted, step, now)
        found = preview_edit(reference, wanted, actor=current_actor(), now=now)
    except RuleViolation as error:
        form.show(error.violations)
        return _page(form)
    form.fix.data = wanted.fixes
    form.show(found.violations)
    form.seen.data = f"{found.seen}-{wanted.mark}"
    return _page(form, found, notice=notice, on=on, status=status)


def _chosen(reference: str, wanted: Edit, step: str, now: datetime) -> tuple[Edit, date | None]:
    """Return the edit after a button of its dates, and the date it was about; one misread changes nothing."""
    value = request.form.get(step, "")
    fixes = {fix.on: fix for fix in wanted.fixes}
    if step == "untake":
        try:
            on = parse_date(value)
        except UnreadableTime:
            return wanted, None
        fixes.pop(on, None)
    elif (taken := readable(value)) is not None:
        on = taken.on
        if step == "take_all":
            found = preview_edit(reference, wanted, actor=current_actor(), now=now)
            fixes |= {fix.on: fix for fix in alike(found.lines, taken)}
        fixes[on] = taken
    else:
        return wanted, None
    return replace(wanted, fixes=tuple(fixes[each] for each in sorted(fixes))), on


def _form(reference: str, now: datetime) -> EditForm:
    """Return the form for the date of the address, or the first that can change."""
    actor = current_actor()
    reservation, _seen = queries.find(reference, actor)
    policy.require_booker(reservation, actor)
    ids = occurrence_ids(request.args.getlist("date")[:1])
    found = standing(reservation, ids[0] if ids else None, actor=actor, now=now)
    contacts_seen([reservation.id])  # the form is filled in with them
    return form_of(found)


def _page(
    form: EditForm,
    found: EditPreview | None = None,
    *,
    notice: str = "",
    on: date | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    now = form.standing
    shown = render_template(
        "reservations/editing/edit.html",
        form=form,
        now=now,
        room=room_name(now.room),
        lies_in=room_name(now.lies_in),
        repeats=in_words(now.pattern, now.slot) if now.pattern else None,
        page=page_of(found, on=on) if found else None,
        notice=notice,
    )
    return shown, 422 if form.errors and status == 200 else status
