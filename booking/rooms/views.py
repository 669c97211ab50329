"""The list of all rooms."""

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from wtforms import StringField

from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.rooms.catalogue import catalogue
from booking.rooms.choices import district_choices, kind_choices, owner_choices
from booking.rooms.facts import Filter
from booking.rooms.pages import summary
from booking.web.forms import ChoiceField, NumberField, Optional, QueryForm
from booking.web.paging import page_of

blueprint = Blueprint("rooms", __name__)
PAGE_SIZE = 20


class RoomsForm(QueryForm):
    """Narrowing down the list."""

    q = StringField(_l("Nimi tai paikka"))
    people = NumberField(_l("Henkilöitä vähintään"), [Optional()])
    kind = ChoiceField(_l("Millainen tila"))
    district = ChoiceField(_l("Kaupunginosa"))
    owner = ChoiceField(_l("Omistaja"))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        rooms = catalogue()
        self.kind.choices = kind_choices()
        self.district.choices = district_choices(rooms)
        self.owner.choices = owner_choices(rooms)

    def filter(self) -> Filter:
        """Return which rooms are meant."""
        return Filter(
            people=self.people.data or 0,
            kind=self.kind.data or "",
            district=self.district.data or "",
            owner=self.owner.data or "",
            text=self.q.data or "",
        )


@blueprint.get("/rooms")
@requires(Permission.ANYONE)
def list_rooms() -> ResponseReturnValue:
    """Show all rooms, twenty a page."""
    form = RoomsForm()
    valid = form.validate()
    rooms = catalogue()
    wanted = form.filter() if valid else Filter()
    shown, page = page_of([room for room in rooms.rooms if wanted.takes(room)], PAGE_SIZE)
    status = 200 if valid else 422
    return render_template(
        "rooms/list.html", form=form, rooms=[summary(room, rooms.stamp) for room in shown], page=page
    ), status
