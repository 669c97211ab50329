"""The page of sheets: rooms and reservations out, and in after a look at what would happen."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.sheets import pages, transfer
from booking.desk.sheets.blueprint import blueprint
from booking.desk.sheets.forms import ReservationsOutForm, RoomsOutForm, SheetForm
from booking.organisations.acting import act, try_out
from booking.reservations.sheets.importing import Taken
from booking.rooms.faults import SheetRefused
from booking.rooms.merge import Outcome
from booking.timetable.zone import local_date
from booking.web.carried import MOST_BYTES, packed
from booking.web.uploads import takes_uploads

_KINDS: Final[dict[str, Callable[[bytes, datetime], transfer.Take]]] = {
    "rooms": transfer.takes_rooms,
    "reservations": transfer.takes_reservations,
}
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
    form, now = SheetForm(), clock.now()
    kind = form.what.data if form.what.data in _KINDS else "rooms"
    content = form.content()
    if content is None:
        return _page(**{f"{kind}_form": form}), 422
    is_check = request.form.get("action") != "take"
    try:
        take = _KINDS[kind](content, now)
        taken = (try_out if is_check else act)(take)
    except SheetRefused as refused:
        shown = pages.fault_lines(refused.faults)
        return _result(kind, faults=shown, more=len(refused.faults) - len(shown)), 422
    if is_check:
        return _result(kind, words=_words(taken), is_empty=_is_empty(taken), checked=packed(content))
    flash(_("Taulukko on tuotu. %(what)s", what=_words(taken)), "success")
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


def _result(kind: str, **facts: Any) -> str:
    form = SheetForm(formdata=None, data={"what": kind, "checked": facts.get("checked") or ""})
    return render_template("desk/sheets/result.html", kind=kind, form=form, **facts)


def _csv(text: str, name: str) -> Response:
    answer = Response(text, mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer


def _is_empty(taken: Outcome | Taken) -> bool:
    if isinstance(taken, Outcome):
        return not taken.created and not taken.changed
    return not taken.dates


def _words(taken: Outcome | Taken) -> str:
    """Return what came, or would come, of a sheet."""
    if isinstance(taken, Outcome):
        return ", ".join(
            (
                ngettext("%(num)s uusi tila", "%(num)s uutta tilaa", taken.created),
                ngettext("%(num)s muuttuu", "%(num)s muuttuu", taken.changed),
                ngettext("%(num)s pysyy ennallaan", "%(num)s pysyy ennallaan", taken.unchanged),
            )
        )
    return ", ".join(
        (
            ngettext("%(num)s uusi varaus", "%(num)s uutta varausta", taken.reservations),
            ngettext("%(num)s uusi aika", "%(num)s uutta aikaa", taken.dates),
            ngettext("%(num)s on jo palvelussa", "%(num)s on jo palvelussa", taken.unchanged),
        )
    )
