"""Close a room or take it into own use: the form, what it would hit, and the saving of just that."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.clock import zone
from booking.desk.closures import pages, service
from booking.desk.closures.blueprint import blueprint
from booking.desk.closures.forms import ClosureForm
from booking.desk.closures.models import Closure
from booking.desk.closures.pages import Preview
from booking.errors import NotFound, RuleViolation, WrongState
from booking.occupancy.models import OWN_USE, BlockDate
from booking.organisations.acting import act
from booking.rooms.choices import rooms_kept_by
from booking.timetable.interval import Interval
from booking.timetable.zone import local_date
from booking.web.numbers import asked_id
from booking.web.sentences import sentence_of


@blueprint.get("/desk/closures/new")
@requires(Permission.KEEPER)
def new_closure() -> ResponseReturnValue:
    """Show an empty form, or one for the room that was come from."""
    form = ClosureForm(rooms_kept_by(current_actor()), formdata=None)
    form.begin_with(request.args.get("room", ""), local_date(clock.now(), zone()))
    return _page(form)


@blueprint.post("/desk/closures/new", endpoint="make_closure")
@requires(Permission.KEEPER)
def make_closure() -> ResponseReturnValue:
    """Show what a closure would hit, or save it when just that has been shown."""
    now = clock.now()
    return _look_or_save(
        ClosureForm(rooms_kept_by(current_actor())),
        lambda form, actor: service.close(form.wanted(), actor=actor, now=now).id,
    )


@blueprint.get("/desk/closures/<int(max=2147483647):closure_id>/edit")
@requires(Permission.KEEPER)
def edit_closure(closure_id: int) -> ResponseReturnValue:
    """Show the form, filled in with the closure; with `date` as one of its dates alone."""
    closure, date = _found(closure_id)
    if closure.removed_at is not None:
        flash(sentence_of(WrongState("closure_is_over")), "error")
        return redirect(url_for("closures.show_closure", closure_id=closure_id), 303)
    form = ClosureForm(rooms_kept_by(current_actor()), formdata=None)
    form.begin_as(closure, Interval(date.starts_at, date.ends_at) if date else None)
    return _page(form, closure, date=date)


@blueprint.post("/desk/closures/<int(max=2147483647):closure_id>/edit", endpoint="change_closure")
@requires(Permission.KEEPER)
def change_closure(closure_id: int) -> ResponseReturnValue:
    """Show what the closure would hit as it is now written, or save that."""
    now, (closure, date) = clock.now(), _found(closure_id)

    def save(form: ClosureForm, actor: Actor) -> int:
        wanted = form.wanted()
        if date is not None:
            return service.change_date(closure_id, date.id, wanted, actor=actor, now=now).id
        return service.change(closure_id, wanted, actor=actor, now=now).id

    return _look_or_save(ClosureForm(rooms_kept_by(current_actor())), save, closure, date)


def _look_or_save(
    form: ClosureForm,
    save: Callable[[ClosureForm, Actor], int],
    closure: Closure | None = None,
    date: BlockDate | None = None,
) -> ResponseReturnValue:
    if not form.validate():
        return _page(form, closure, date=date), 422
    try:
        seen = pages.preview(form.wanted(), current_actor(), clock.now())
        if request.form.get("step") != "save" or request.form.get("seen") != seen.mark:
            changed = request.form.get("step") == "save"
            return _page(form, closure, seen, date=date, changed=changed), 409 if changed else 200
        number = act(lambda actor: save(form, actor))
    except RuleViolation as error:
        form.show_violations(error.violations)
        return _page(form, closure, date=date), 422
    except WrongState as error:
        flash(sentence_of(error), "error")
        return redirect(url_for("closures.list_closures"), 303)
    flash(_saved(form, seen.hits), "success")
    return redirect(url_for("closures.show_closure", closure_id=number), 303)


def _saved(form: ClosureForm, hits: Sequence[object]) -> str:
    own = form.kind.data == OWN_USE
    words = _("Oma käyttö on tallennettu.") if own else _("Sulku on tallennettu.")
    if hits:
        more = ngettext(
            "Tiellä on %(num)s varaus. Valitse alta, mitä sille tehdään.",
            "Tiellä on %(num)s varausta. Valitse alta, mitä niille tehdään.",
            len(hits),
        )
        words = f"{words} {more}"
    return str(words)


def _found(closure_id: int) -> tuple[Closure, BlockDate | None]:
    """Return the closure, and the date of it that is meant alone. Raises NotFound."""
    closure = service.find(closure_id, current_actor())
    number = asked_id("single")
    if number is None:
        return closure, None
    for each in closure.block.dates:
        if each.id == number:
            return closure, each
    raise NotFound("unknown_closure")


def _page(
    form: ClosureForm,
    closure: Closure | None = None,
    preview: Preview | None = None,
    *,
    date: BlockDate | None = None,
    changed: bool = False,
) -> str:
    return render_template(
        "desk/closures/edit.html",
        form=form,
        closure=closure,
        preview=preview,
        only=date.id if date else None,
        changed=changed,
    )
