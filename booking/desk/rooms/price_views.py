"""The page of a room's prices."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.desk.keeping import room_kept
from booking.desk.rooms import prices as service
from booking.desk.rooms.blueprint import blueprint
from booking.desk.rooms.price_forms import PriceSheet
from booking.errors import RuleViolation
from booking.organisations.acting import act
from booking.rooms.catalogue import catalogue
from booking.rooms.models import Room
from booking.rooms.price_words import AGES, amount
from booking.rooms.pricing import ANY_AGE, RoomPrice, ages_told_apart, charge, rows_for, share_of, shared
from booking.timetable.interval import Interval

# A Tuesday evening of two hours, and ten of them in one autumn
_ONCE: Final = Interval(datetime(2027, 9, 7, 15, tzinfo=UTC), datetime(2027, 9, 7, 17, tzinfo=UTC))
_SERIES: Final = [_ONCE.shift(timedelta(weeks=number)) for number in range(10)]
_EXAMPLES: Final = (
    ("association", _l("Kuoro, 2 tuntia"), [_ONCE]),
    ("association", _l("Kuoro, joka tiistai 10 kertaa, 2 tuntia kerralla"), _SERIES),
    ("person", _l("Yksityishenkilö, 2 tuntia"), [_ONCE]),
)


@blueprint.get("/desk/rooms/<slug>/prices")
@requires(Permission.KEEPER)
def prices(slug: str) -> ResponseReturnValue:
    """Show a room's prices, to be changed."""
    room = room_kept(slug, current_actor())
    stored = [row.price for row in room.prices]
    return _page(room, PriceSheet.of(stored), stored)


@blueprint.post("/desk/rooms/<slug>/prices", endpoint="save_prices")
@requires(Permission.KEEPER)
def save_prices(slug: str) -> ResponseReturnValue:
    """Save all rows; the buttons `add` and `remove` only show the page again with one more or less."""
    room, now = room_kept(slug, current_actor()), clock.now()
    sheet = PriceSheet.typed(request.form.getlist("row"))
    stored = [row.price for row in room.prices]
    if "add" in request.form:
        return _page(room, sheet, stored, added=sheet.add())
    if "remove" in request.form:
        sheet.remove(request.form["remove"])
        return _page(room, sheet, stored)
    if not sheet.validate():
        return _page(room, sheet, stored), 422
    wanted = sheet.prices()
    try:
        act(lambda actor: service.set_prices(slug, wanted, actor=actor, now=now))
    except RuleViolation as error:
        sheet.show(error.violations)
        return _page(room_kept(slug, current_actor()), sheet, stored), 422
    flash(_("Hinnat tallennettiin. Jo pyydetyt varaukset maksavat sen, mitä niille luvattiin."), "success")
    return redirect(url_for("desk_rooms.prices", slug=slug), 303)


def _page(room: Room, sheet: PriceSheet, stored: Sequence[RoomPrice], *, added: int = 0) -> str:
    """Show the rows. `added`: the number of a row that has just come, where the reader goes on."""
    whole = service.whole_room(room)
    return render_template(
        "desk/rooms/prices.html",
        room=room,
        sheet=sheet,
        added=added,
        whole=whole,
        is_full=len(sheet.rows) >= service.MOST_PRICES,
        examples=_examples(_in_force(stored, whole)),
    )


def _in_force(prices: Sequence[RoomPrice], whole: Room | None) -> Sequence[RoomPrice]:
    percent = share_of(prices)
    if percent is None:
        return prices
    return shared(catalogue().by_id[whole.id].prices, percent) if whole is not None else ()


def _examples(prices: Sequence[RoomPrice]) -> list[tuple[str, str]]:
    """Return what the stored prices come to for a few uses: words and amount."""
    found = []
    for age in ages_told_apart(prices) or (ANY_AGE,):
        for customer, words, uses in _EXAMPLES:
            cost = charge(rows_for(prices, customer, age), uses, clock.zone())
            told = str(words) if age == ANY_AGE else f"{words}, {AGES[age]}"
            found.append((told, amount(cost.cents) if cost is not None else _("ei tietoa")))
    return found
