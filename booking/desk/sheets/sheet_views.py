"""The page of sheets: rooms and reservations out, and in after a look at what would happen."""

from datetime import timedelta
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.sheets import pages, results, streaming, transfer
from booking.desk.sheets.blueprint import blueprint
from booking.desk.sheets.forms import ReservationsOutForm, RoomsOutForm, SheetForm
from booking.rooms.faults import SheetRefused
from booking.rooms.steps import finished
from booking.timetable.zone import local_date
from booking.web.carried import MOST_BYTES
from booking.web.uploads import takes_uploads

_KINDS: Final = ("rooms", "reservations")
_A_FORM_BESIDES: Final = 64 * 1024


@blueprint.get("/desk/sheets")
@requires(Permission.KEEPER)
def overview() -> ResponseReturnValue:
    """Show one's rooms on paper and as sheets."""
    return _page()


@blueprint.post("/desk/sheets")
@takes_uploads(MOST_BYTES + _A_FORM_BESIDES, page="sheets.overview")
@requires(Permission.KEEPER)
def take_sheet() -> ResponseReturnValue:
    """Look at a sheet and say what would happen; or, once looked at, take it in."""
    form = SheetForm()
    kind = form.what.data if form.what.data in _KINDS else "rooms"
    content = form.content()
    if content is None:
        return _page(**{f"{kind}_form": form}), 422
    transfer.require_right(kind, current_actor())
    try:
        transfer.refuse_large(content)
    except SheetRefused as refused:
        return _result(results.refused_facts(kind, refused))
    work = results.Work(kind, content, request.form.get("action") != "take", clock.now())
    if streaming.wants_steps():
        return streaming.told(work)
    if work.is_check and work.is_long:
        return streaming.shown(work)
    facts = finished(results.facts_of(work))
    if "done" not in facts:
        return _result(facts)
    flash(facts["done"], "success")
    return redirect(url_for("sheets.overview"), 303)


@blueprint.get("/desk/sheets/rooms.csv")
@requires(Permission.KEEPER)
def rooms_csv() -> ResponseReturnValue:
    """Give one's rooms as a sheet."""
    form = RoomsOutForm()
    if not form.validate():
        return _page(rooms_out=form), 422
    return _csv(transfer.rooms_out(current_actor(), office=form.format.data == "office"), "tilat")


@blueprint.get("/desk/sheets/reservations.csv")
@requires(Permission.KEEPER)
def reservations_csv() -> ResponseReturnValue:
    """Give the reservations of the rooms one decides on as a sheet."""
    form = ReservationsOutForm()
    if not form.validate():
        return _page(reservations_out=form), 422
    first, last = form.span
    text = transfer.reservations_out(current_actor(), first, last, office=form.format.data == "office")
    return _csv(text, f"varaukset-{first}-{last}")


@blueprint.get("/desk/sheets/template.csv")
@requires(Permission.KEEPER)
def template_csv() -> ResponseReturnValue:
    """Give an empty sheet of reservations with examples."""
    return _csv(transfer.template(current_actor(), local_date(clock.now(), clock.zone())), "varauspohja")


def _page(**forms: Any) -> str:
    today = local_date(clock.now(), clock.zone())
    untouched: MultiDict[str, str] = MultiDict()
    span = ReservationsOutForm(untouched)
    span.first.data, span.last.data = today, today + timedelta(days=180)
    facts = {
        "rooms_out": RoomsOutForm(untouched),
        "reservations_out": span,
        "rooms_form": SheetForm(formdata=None, data={"what": "rooms"}),
        "reservations_form": SheetForm(formdata=None, data={"what": "reservations"}),
    }
    return render_template(
        "desk/sheets/overview.html", **pages.overview(current_actor(), today), **facts | forms
    )


def _result(facts: dict[str, Any]) -> ResponseReturnValue:
    page = render_template("desk/sheets/result.html", facts=facts)
    return page, 422 if "faults" in facts else 200


def _csv(text: str, name: str) -> Response:
    answer = Response(text, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer
