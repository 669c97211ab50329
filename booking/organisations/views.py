"""The directory of organisations and each one's page."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.access.roles import Right
from booking.organisations import belonging as _belonging  # noqa: F401 - it registers itself
from booking.organisations import panels, queries
from booking.organisations.directory.pages import directory_facts, result_lines
from booking.organisations.directory.queries import search
from booking.organisations.forms import OrganisationSearchForm
from booking.organisations.labels import KINDS, roles_in_words
from booking.organisations.models import Organisation
from booking.web.paging import page_of

blueprint = Blueprint("organisations", __name__)

A_PAGE = 20


@dataclass(frozen=True, slots=True)
class OrganisationHead:
    """What a page says first of an organisation. `is_owner`: it has rooms of its own."""

    slug: str
    name: str
    kind: str
    is_owner: bool


@dataclass(frozen=True, slots=True)
class MemberLine:
    """What managers see of a member."""

    name: str
    role: str


@blueprint.get("/organisations")
@requires(Permission.ANYONE)
def list_organisations() -> ResponseReturnValue:
    """The directory: the organisations that fit the question of the address, 20 a page."""
    form = OrganisationSearchForm(queries.districts())
    rooms = panels.rooms_by_owner()
    found = search(form.question(), now=clock.now()) if form.validate() else []
    if form.rooms.data:
        found = [each for each in found if each.id in rooms]
    shown, page = page_of(found, A_PAGE)
    return render_template(
        "organisations/list.html",
        form=form,
        lines=result_lines(shown, rooms),
        page=page,
        asked=form.is_narrow or form.q.data or form.target.data,
    )


@blueprint.get("/organisations/<slug>")
@requires(Permission.ANYONE)
def show(slug: str) -> ResponseReturnValue:
    """One organisation: what it is, its rooms, its public reservations; its members for its managers."""
    organisation = queries.organisation_by_slug(slug)
    if (successor := queries.successor_of(organisation)) is not None:
        return redirect(url_for("organisations.show", slug=successor.slug), 301)
    actor = current_actor()
    now = clock.now()
    facts = panels.facts_of(organisation, actor, now) | directory_facts(organisation, actor, now)
    roles = roles_in_words(role for place, role in actor.roles if place == organisation.id)
    if organisation.archived_at is not None:  # nothing is offered, and the role is only to read
        facts, roles = facts | {"exchanges": (), "may_edit_profile": False, "neighbours": ()}, ""
    return render_template(
        "organisations/organisation.html",
        **{"rooms": (), "coming": (), "criteria": (), "keeps": False, "neighbours": ()} | facts,
        organisation=_head(organisation, is_owner=organisation.id in panels.rooms_by_owner()),
        members=_members(organisation, actor),
        role=roles or None,
    )


def _head(organisation: Organisation, *, is_owner: bool) -> OrganisationHead:
    return OrganisationHead(organisation.slug, organisation.name, str(KINDS[organisation.kind]), is_owner)


def _members(organisation: Organisation, actor: Actor) -> list[MemberLine]:
    if not actor.has(Right.MANAGE, organisation.id):
        return []
    return [MemberLine(each.name, roles_in_words(each.roles)) for each in queries.members_of(organisation.id)]
