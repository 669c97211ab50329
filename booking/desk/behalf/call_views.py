"""Whom to call, and the confirmation on paper."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.behalf.blueprint import blueprint
from booking.desk.behalf.slip import dates_to_print, shortened
from booking.errors import NotFound, WrongState
from booking.organisations.acting import act
from booking.reservations import queries
from booking.reservations.behalf.calls import count_calls, mark_told
from booking.reservations.behalf.pages import call_items
from booking.reservations.keys import handovers
from booking.reservations.offer_pages import open_offers
from booking.reservations.pages import cancelling, detail
from booking.reservations.policy import Sight
from booking.rooms.catalogue import catalogue
from booking.rooms.pages import detail as room_detail
from booking.web.paging import page_numbers
from booking.web.sentences import sentence_of

CALLS_A_PAGE = 30


@blueprint.get("/desk/on-behalf/calls")
@requires(Permission.STAFF)
def calls() -> ResponseReturnValue:
    """List the news that nobody can be mailed, with whom to call."""
    actor = current_actor()
    page = page_numbers(count_calls(actor), CALLS_A_PAGE)
    items = call_items(actor, limit=CALLS_A_PAGE, offset=(page.number - 1) * CALLS_A_PAGE)
    return render_template("desk/behalf/calls.html", items=items, page=page)


@blueprint.post("/desk/on-behalf/calls/<reference>")
@requires(Permission.STAFF)
def told(reference: str) -> ResponseReturnValue:
    """Note that the person has been told."""
    now, text = clock.now(), request.form.get("last", "")
    last = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    try:
        act(lambda actor: mark_told(reference, last, actor=actor, now=now))
    except WrongState as error:
        flash(sentence_of(error), "error")
    else:
        flash(_("Merkitty kerrotuksi: %(reference)s.", reference=reference), "success")
    return redirect(url_for("behalf.calls"), 303)


@blueprint.get("/reservations/<reference>/confirmation")
@requires(Permission.SIGNED_IN)
def confirmation(reference: str) -> ResponseReturnValue:
    """Show the confirmation that is printed for the booker, in the language of the address."""
    now, actor = clock.now(), current_actor()
    reservation, seen = queries.find(reference, actor)
    if seen is not Sight.FULL:
        raise NotFound("unknown_reservation")
    room = catalogue().by_id[reservation.room_id]
    return render_template(
        "desk/behalf/confirmation.html",
        reservation=detail(reservation, seen, actor, now),
        dates=dates_to_print(reservation),
        room=room_detail(room, catalogue().sharing(room), now),
        has_phone=any(each.isdigit() for each in room.contact),
        terms=shortened(room.terms),
        cancelling=cancelling(reservation, now),
        offers=[each for each in open_offers(reservation, actor) if not each.is_move],
        # the paper is the booker's: an approver may see the words earlier and does not print them earlier
        keys=[each for each in handovers(reservation, seen, actor, now) if each.seen_from <= now],
        on_phone=reservation.on_behalf and reservation.organisation_id is None,
        printed_at=now,
    )
