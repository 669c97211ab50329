"""The page on which a hall is divided."""

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.keeping import room_kept
from booking.desk.rooms import division
from booking.desk.rooms.blueprint import blueprint
from booking.desk.rooms.labels import STATES
from booking.errors import DomainError, RuleViolation, WrongState
from booking.organisations.acting import act
from booking.rooms.catalogue import catalogue
from booking.rooms.facts import RoomFacts
from booking.rooms.labels import room_name
from booking.web.forms import clean_text
from booking.web.sentences import sentence_for, sentence_of


@blueprint.get("/desk/rooms/<slug>/parts")
@requires(Permission.KEEPER)
def parts(slug: str) -> ResponseReturnValue:
    """Show a room's parts, and the form that divides it or adds one."""
    return _page(slug, (), ())


@blueprint.post("/desk/rooms/<slug>/parts", endpoint="divide")
@requires(Permission.KEEPER)
def divide(slug: str) -> ResponseReturnValue:
    """Divide a room, or add a part to a divided one."""
    now = clock.now()
    names = [str(clean_text(each)) for each in request.form.getlist("names")]
    try:
        if "add" in request.form:
            act(lambda actor: division.add_part(slug, "".join(names[:1]), actor=actor, now=now))
            flash(_("Osa on lisätty luonnokseksi. Katso sen tiedot ja julkaise se."), "success")
        else:
            act(lambda actor: division.divide(slug, names, actor=actor, now=now))
            flash(_("Tila on jaettu. Osat ovat luonnoksia: katso tiedot ja julkaise ne."), "success")
    except (RuleViolation, WrongState) as error:
        return _page(slug, names, _sentences(error)), 409 if isinstance(error, WrongState) else 422
    return redirect(url_for("desk_rooms.parts", slug=slug), 303)


def _sentences(error: DomainError) -> list[str]:
    if isinstance(error, RuleViolation):
        return [sentence_for(each) for each in error.violations]
    return [sentence_of(error)]


def _page(slug: str, names: Sequence[str], problems: Sequence[str]) -> str:
    kept = room_kept(slug, current_actor())
    facts = catalogue().by_id[kept.id]
    return render_template(
        "desk/rooms/parts.html",
        room=kept,
        divided=len(facts.space_ids) > 1,
        parts=[_line(each) for each in division.parts_of(facts)],
        wholes=[_line(each) for each in division.wholes_of(facts)],
        names=[*names, *[""] * max(0, 4 - len(names))][: division.MOST],
        problems=problems,
    )


def _line(room: RoomFacts) -> Mapping[str, object]:
    return {
        "slug": room.slug,
        "name": room_name(room),
        "state": room.state,
        "word": STATES[room.state],
        "priced": bool(room.prices),
    }
