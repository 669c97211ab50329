"""The directory of organisations and each one's page."""

from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right
from booking.organisations import panels, queries
from booking.organisations.forms import OrganisationSearchForm
from booking.organisations.labels import KINDS, roles_in_words
from booking.organisations.models import Organisation
from booking.web.paging import page_of

blueprint = Blueprint("organisations", __name__)

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """What a list and a page say of an organisation. `rooms` is how many it owns."""

    slug: str
    name: str
    kind: str
    about: str
    rooms: int
    district: str
    registered: bool
    contact: str | None = None
    website: str | None = None

    @property
    def is_owner(self) -> bool:
        """Whether it has rooms of its own."""
        return self.rooms > 0


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What managers see of a member."""

    name: str
    role: str


@blueprint.get("/organisations")
@requires(Permission.ANYONE)
def list_organisations() -> ResponseReturnValue:
    """All organisations, owners of rooms first, 20 a page."""
    form = OrganisationSearchForm(queries.districts())
    found = []
    if form.validate():
        found = queries.find_organisations(
            name=form.q.data or "", kind=form.kind.data, district=form.district.data
        )
    rooms = panels.rooms_by_owner()
    found.sort(key=lambda each: each.id not in rooms)  # stable: by name within each kind
    shown, page = page_of(found, A_PAGE)
    lines = [_line(each, rooms.get(each.id, 0)) for each in shown]
    return render_template(
        "organisations/list.html",
        form=form,
        owners=[each for each in lines if each.is_owner],
        associations=[each for each in lines if not each.is_owner],
        page=page,
    )


@blueprint.get("/organisations/<slug>")
@requires(Permission.ANYONE)
def show(slug: str) -> ResponseReturnValue:
    """One organisation: what it is, its rooms, its public reservations; its members for its managers."""
    organisation = queries.organisation_by_slug(slug)
    actor = current_actor()
    facts = panels.facts_of(organisation, actor, clock.now())
    return render_template(
        "organisations/organisation.html",
        **{"rooms": (), "coming": (), "criteria": (), "keeps": False} | facts,
        organisation=_line(organisation, panels.rooms_by_owner().get(organisation.id, 0)),
        members=_members(organisation, actor),
        role=roles_in_words(role for place, role in actor.roles if place == organisation.id) or None,
    )


def _line(organisation: Organisation, rooms: int) -> OrganisationLine:
    return OrganisationLine(
        slug=organisation.slug,
        name=organisation.name,
        kind=str(KINDS[organisation.kind]),
        about=organisation.description,
        rooms=rooms,
        district=organisation.district,
        registered=organisation.kind != "group",
    )


def _members(organisation: Organisation, actor: Actor) -> list[MemberLine]:
    if not actor.has(Right.MANAGE, organisation.id):
        return []
    return [MemberLine(each.name, roles_in_words(each.roles)) for each in queries.members_of(organisation.id)]
