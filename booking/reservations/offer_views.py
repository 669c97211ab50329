"""Counter-offers: the approver's page that makes them, and the buttons that answer and take them back."""

from collections.abc import Callable, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.clock import zone
from booking.errors import NotFound, RuleViolation, SlotTaken, WrongState
from booking.organisations.acting import act
from booking.reservations import policy, proposals
from booking.reservations.blueprint import blueprint
from booking.reservations.changes import room_of
from booking.reservations.counter_offers import refuse_closed
from booking.reservations.models import Occurrence
from booking.reservations.offer_forms import OfferForm
from booking.reservations.offer_pages import open_offers
from booking.reservations.offer_rivals import Rival, rivals
from booking.reservations.own_views import reservation_page, sentences_by_field
from booking.reservations.queries import find
from booking.reservations.suggestions import rooms_to_offer, suggestions
from booking.rooms.catalogue import catalogue
from booking.rooms.labels import room_name
from booking.timetable.interval import Interval
from booking.timetable.zone import to_wall
from booking.web.filters import moment
from booking.web.forms import LARGEST_NUMBER
from booking.web.numbers import asked_id
from booking.web.sentences import sentence_of


@blueprint.get("/approvals/<reference>/offers/<int:occurrence_id>")
@requires(Permission.APPROVER)
def offer(reference: str, occurrence_id: int) -> ResponseReturnValue:
    """Show what could be offered instead of one date: suggestions, and a form. Back when nothing can be."""
    occurrence = _date(reference, occurrence_id)
    try:
        refuse_closed(occurrence, clock.now())
    except WrongState as error:
        flash(sentence_of(error), "error")
        return redirect(_come_from(reference), 303)
    form = OfferForm(rooms_to_offer(occurrence), formdata=None)
    form.begin_with(occurrence, room_of(occurrence.room_id))
    return _page(occurrence, form)


@blueprint.post("/approvals/<reference>/offers/<int:occurrence_id>", endpoint="send_offer")
@requires(Permission.APPROVER)
def send_offer(reference: str, occurrence_id: int) -> ResponseReturnValue:
    """Make the offer that was filled in, or the suggestion that was pressed."""
    occurrence, now = _date(reference, occurrence_id), clock.now()
    form = OfferForm(rooms_to_offer(occurrence), formdata=_filled_in())
    valid = form.validate()
    use = form.use()
    if not valid or use is None:
        return _page(occurrence, form), 422
    slug, message = form.room.data, form.message.data or ""
    if _mark(slug, use) not in (request.form.get("seen"), request.form.get("suggestion")):
        (others,) = rivals(occurrence, [(catalogue().by_slug[slug], use)])
        if others:
            return _page(occurrence, form, others, _mark(slug, use)), 409

    def work(actor: Actor) -> str:
        made = proposals.offer(
            reference, occurrence_id, room_slug=slug, use=use, message=message, actor=actor, now=now
        )
        return moment(made.deadline_at) if made.deadline_at else ""

    try:
        until = act(work)
    except RuleViolation as error:
        form.show(error.violations)
        return _page(_date(reference, occurrence_id), form), 422
    except SlotTaken:
        form.show_taken()
        return _page(_date(reference, occurrence_id), form), 409
    except WrongState as error:
        flash(sentence_of(error), "error")
        return redirect(_come_from(reference), 303)
    flash(_("Ehdotus on lähetetty. Aika on varattuna varaajalle %(moment)s asti.", moment=until), "success")
    return redirect(_come_from(reference), 303)


@blueprint.post("/approvals/<reference>/offers/<int:proposal_id>/withdraw")
@requires(Permission.APPROVER)
def withdraw_offer(reference: str, proposal_id: int) -> ResponseReturnValue:
    """Take an offer back as its approver."""
    now = clock.now()
    return _answer(
        lambda actor: proposals.take_back(reference, proposal_id, actor=actor, now=now),
        _("Ehdotus on peruttu."),
        url_for("approvals.approve", reference=reference),
    )


@blueprint.post("/reservations/<reference>/offers/<int:proposal_id>/accept")
@requires(Permission.SIGNED_IN)
def accept_offer(reference: str, proposal_id: int) -> ResponseReturnValue:
    """Accept an offer for the booker."""
    now = clock.now()
    return _answer(
        lambda actor: proposals.accept(reference, proposal_id, actor=actor, now=now),
        _("Ehdotus on hyväksytty, ja varaus on vahvistettu."),
        url_for("reservations.show", reference=reference),
    )


@blueprint.post("/reservations/<reference>/offers/<int:proposal_id>/refuse")
@requires(Permission.SIGNED_IN)
def refuse_offer(reference: str, proposal_id: int) -> ResponseReturnValue:
    """Refuse an offer for the booker."""
    now, reason = clock.now(), request.form.get("reason", "")
    try:
        return _answer(
            lambda actor: proposals.refuse(reference, proposal_id, actor=actor, now=now, reason=reason),
            _("Ehdotus on hylätty. Omistaja saa siitä tiedon."),
            url_for("reservations.show", reference=reference),
        )
    except RuleViolation as error:
        errors = sentences_by_field(error)
        return reservation_page(reference, current_actor(), now, errors=errors), 422


@blueprint.post("/reservations/<reference>/offers/<int:proposal_id>/withdraw")
@requires(Permission.SIGNED_IN)
def withdraw_move(reference: str, proposal_id: int) -> ResponseReturnValue:
    """Take a move back for the booker."""
    now = clock.now()
    return _answer(
        lambda actor: proposals.take_back(reference, proposal_id, actor=actor, now=now),
        _("Siirtopyyntö on peruttu. Varaus on voimassa entisellä ajallaan."),
        url_for("reservations.show", reference=reference),
    )


def _answer(work: Callable[[Actor], object], done: str, address: str) -> ResponseReturnValue:
    """Do it and go back; what has changed meanwhile is said on the page that shows how it stands."""
    try:
        act(work)
    except (SlotTaken, WrongState) as error:
        flash(sentence_of(error), "error")
    else:
        flash(done, "success")
    return redirect(address, 303)


def _come_from(reference: str) -> str:
    """Return the page that led here: of the request, or of a closure that the date lies in the way of."""
    closure_id = asked_id("closure")
    if closure_id is None or not 0 < closure_id <= LARGEST_NUMBER:
        return url_for("approvals.approve", reference=reference)
    return url_for("closures.show_closure", closure_id=closure_id)


def _date(reference: str, occurrence_id: int) -> Occurrence:
    """Return the date for its approver. Raises NotFound and Forbidden."""
    actor = current_actor()
    reservation, _seen = find(reference, actor)
    policy.require_decider(reservation, actor)
    for each in reservation.occurrences:
        if each.id == occurrence_id:
            return each
    raise NotFound("unknown_occurrence")


def _filled_in() -> MultiDict[str, str]:
    """Return the form's fields; a suggestion that was pressed takes the place of what was typed."""
    form = MultiDict(request.form)
    match form.get("suggestion", "").split():
        case [room, date, start, end]:
            form["room"], form["date"], form["start"], form["end"] = room, date, start, end
    return form


def _mark(slug: str, use: Interval) -> str:
    """Return what is offered as a suggestion's button writes it: who saw its rivals, saw them for this."""
    start, end = to_wall(use.start, zone()), to_wall(use.end, zone())
    return f"{slug} {start:%Y-%m-%d %H:%M} {end:%H:%M}"


def _page(occurrence: Occurrence, form: OfferForm, others: Sequence[Rival] = (), mark: str = "") -> str:
    reservation = occurrence.reservation
    return render_template(
        "reservations/offer.html",
        reservation=reservation,
        use=Interval(occurrence.starts_at, occurrence.ends_at),
        date=occurrence,
        room=room_name(room_of(occurrence.room_id)),
        form=form,
        rivals=others,
        mark=mark,
        come_from=_come_from(reservation.reference),
        closure_id=asked_id("closure"),
        suggestions=suggestions(occurrence, now=clock.now()),
        offers=[each for each in open_offers(reservation, current_actor()) if not each.is_move],
    )
