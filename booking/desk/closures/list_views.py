"""The list of closures, the page of one, and what is done there about it and about what it hits."""

from collections.abc import Callable
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.closures import choosing, pages, service
from booking.desk.closures.blueprint import blueprint
from booking.desk.closures.choosing import Chosen
from booking.desk.closures.sentences import CHOICES
from booking.errors import RuleViolation, SlotTaken, WrongState
from booking.organisations.acting import act
from booking.reservations.forms import occurrence_ids
from booking.reservations.undoing.pages import offer_undo
from booking.web.sentences import sentence_for, sentence_of

T = TypeVar("T")


@blueprint.get("/desk/closures")
@requires(Permission.KEEPER)
def list_closures() -> ResponseReturnValue:
    """Show the closures and own uses that run or come, and how much of what they hit is unsolved."""
    return render_template("desk/closures/list.html", closures=pages.coming(current_actor(), clock.now()))


@blueprint.get("/desk/closures/<int(max=2147483647):closure_id>")
@requires(Permission.KEEPER)
def show_closure(closure_id: int) -> ResponseReturnValue:
    """Show one closure with its dates and what is in its way."""
    return _page(closure_id)


@blueprint.post("/desk/closures/<int(max=2147483647):closure_id>/choose")
@requires(Permission.KEEPER)
def choose(closure_id: int) -> ResponseReturnValue:
    """Do one thing about the chosen reservations in the way, or about all the rest of them."""
    now = clock.now()
    everything = request.form.get("which") == "rest"
    ids = None if everything else occurrence_ids(request.form.getlist("dates")) or []
    choice, reason = request.form.get("choice", ""), request.form.get("reason", "")
    try:
        done = act(lambda actor: choosing.choose(closure_id, choice, ids, reason, actor=actor, now=now))
    except RuleViolation as error:
        found = error.violations[0]
        return _page(closure_id, {found.field: sentence_for(found)}), 422
    except (SlotTaken, WrongState) as error:
        flash(sentence_of(error), "error")
        return _back(closure_id)
    for words, kind in _told(done):
        flash(words, kind)
    if done.record is not None:
        offer_undo(done.record)
    return _back(closure_id)


@blueprint.post("/desk/closures/<int(max=2147483647):closure_id>/end")
@requires(Permission.KEEPER)
def end_closure(closure_id: int) -> ResponseReturnValue:
    """End a closure now, or remove one that has not begun."""
    now = clock.now()
    return _do(
        closure_id,
        lambda actor: service.end(closure_id, actor=actor, now=now),
        _("Sulku on päätetty. Aika vapautui niille, jotka jonottavat tai varaavat."),
    )


@blueprint.post("/desk/closures/<int(max=2147483647):closure_id>/dates/<int(max=2147483647):date_id>/drop")
@requires(Permission.KEEPER)
def drop_date(closure_id: int, date_id: int) -> ResponseReturnValue:
    """Do without one date of a repeating closure."""
    now = clock.now()
    return _do(
        closure_id,
        lambda actor: service.drop_date(closure_id, date_id, actor=actor, now=now),
        _("Kerta on poistettu. Aika vapautui."),
    )


def _do(closure_id: int, work: Callable[[Actor], T], done: str) -> ResponseReturnValue:
    try:
        act(work)
    except (RuleViolation, WrongState) as error:
        flash(sentence_of(error), "error")
    else:
        flash(done, "success")
    return _back(closure_id)


def _told(done: Chosen) -> list[tuple[str, str]]:
    """Return what was done, in words, and what could not be."""
    told = [
        (ngettext("%(num)s jää voimaan.", "%(num)s jää voimaan.", done.kept), done.kept),
        (
            ngettext(
                "%(num)s varaajalle ehdotettiin lähintä vapaata aikaa. Vastaus tulee tälle sivulle.",
                "%(num)s varaajalle ehdotettiin lähintä vapaata aikaa. Vastaukset tulevat tälle sivulle.",
                done.offered,
            ),
            done.offered,
        ),
        (
            ngettext(
                "%(num)s varaus peruttiin. Varaaja saa viestin ja vaihtoehtoja.",
                "%(num)s varausta peruttiin. Varaajat saavat viestin ja vaihtoehtoja.",
                done.cancelled,
            ),
            done.cancelled,
        ),
        (
            ngettext("%(num)s pyyntö hylättiin.", "%(num)s pyyntöä hylättiin.", done.declined),
            done.declined,
        ),
    ]
    words = [(str(text), "success") for text, number in told if number]
    if done.short:
        breach = ngettext(
            "%(num)s peruttiin alle 14 päivän varoituksella. Se on kirjattu varauksen vaiheisiin.",
            "%(num)s peruttiin alle 14 päivän varoituksella. Se on kirjattu varausten vaiheisiin.",
            done.short,
        )
        words.append((str(breach), "error"))
    if done.left:
        left = ngettext(
            "%(num)s varaukselle ei löytynyt vapaata ehdotettavaa.",
            "%(num)s varaukselle ei löytynyt vapaata ehdotettavaa.",
            done.left,
        )
        words.append((str(left), "error"))
    return words


def _back(closure_id: int) -> ResponseReturnValue:
    return redirect(url_for("closures.show_closure", closure_id=closure_id), 303)


def _page(closure_id: int, errors: dict[str, str] | None = None) -> str:
    actor = current_actor()
    closure = service.find(closure_id, actor)
    return render_template(
        "desk/closures/show.html",
        closure=pages.detail(closure, actor, clock.now()),
        choices=CHOICES,
        errors=errors or {},
        chosen=occurrence_ids(request.form.getlist("dates")) or [],
        reason=request.form.get("reason", ""),
        choice=request.form.get("choice", ""),
    )
