"""Keep an organisation's profile and what it offers and looks for; see what all offer and look for."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking import clock
from booking.access.actor import Actor
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.clock import zone
from booking.errors import RuleViolation
from booking.organisations.acting import act
from booking.organisations.directory import exchanges, pages, queries, sentences, service  # noqa: F401
from booking.organisations.directory.forms import ExchangeForm, OffersForm, ProfileForm
from booking.organisations.directory.models import Exchange
from booking.organisations.models import Organisation
from booking.organisations.queries import districts
from booking.timetable.zone import local_date
from booking.web.filters import date_long
from booking.web.forms import BaseForm
from booking.web.numbers import asked_id
from booking.web.paging import page_numbers
from booking.web.sentences import sentence_for

blueprint = Blueprint("directory", __name__)

A_PAGE = 30


@blueprint.get("/organisations/offers")
@requires(Permission.ANYONE)
def offers() -> ResponseReturnValue:
    """What all organisations offer and look for, the newest first."""
    form, now = OffersForm(districts()), clock.now()
    asked = {"side": form.side.data, "kind": form.kind.data, "district": form.district.data}
    total = queries.count_lines(**asked, now=now) if form.validate() else 0
    page = page_numbers(total, A_PAGE)
    found = (
        queries.all_lines(**asked, now=now, limit=A_PAGE, offset=(page.number - 1) * A_PAGE) if total else []
    )
    return render_template(
        "organisations/directory/offers.html",
        form=form,
        lines=pages.offer_lines(found),
        page=page,
        asked=any(asked.values()),
    )


@blueprint.get("/organisations/<slug>/profile")
@requires(Permission.SIGNED_IN)
def edit_profile(slug: str) -> ResponseReturnValue:
    """Show the form, filled in with what is published now."""
    organisation = service.edited_organisation(slug, current_actor())
    profile, tags = queries.profile_with_tags(organisation.id) or (None, frozenset())
    form = ProfileForm(formdata=None)
    form.suggest(organisation, profile, tags)
    return _profile_page(organisation, form)


@blueprint.post("/organisations/<slug>/profile")
@requires(Permission.SIGNED_IN)
def save_profile(slug: str) -> ResponseReturnValue:
    """Publish the profile."""
    organisation, now = service.edited_organisation(slug, current_actor()), clock.now()
    form = ProfileForm()
    if not _saved(form, lambda who: service.write_profile(slug, form.text(), actor=who, now=now)):
        return _profile_page(organisation, form), 422
    flash(_("Tiedot on julkaistu. Ne näkyvät kaikille tällä sivulla."), "success")
    return redirect(url_for("organisations.show", slug=slug), 303)


@blueprint.get("/organisations/<slug>/offers")
@requires(Permission.SIGNED_IN)
def own_offers(slug: str) -> ResponseReturnValue:
    """Show the organisation's lines and the form for a new one, or for the one of `?edit=`."""
    organisation, now = service.edited_organisation(slug, current_actor()), clock.now()
    edited = _edited(organisation)
    form = ExchangeForm(formdata=None)
    form.suggest(edited, local_date(now, zone()))
    return _offers_page(organisation, form, edited)


@blueprint.post("/organisations/<slug>/offers")
@requires(Permission.SIGNED_IN)
def save_offer(slug: str) -> ResponseReturnValue:
    """Write a new line, or the one of `edit` anew."""
    organisation, now = service.edited_organisation(slug, current_actor()), clock.now()
    edited, form = _edited(organisation), ExchangeForm()
    number = edited.id if edited else None
    if not _saved(form, lambda who: exchanges.write_line(slug, number, form.line(), actor=who, now=now)):
        return _offers_page(organisation, form, edited), 422
    flash(_("Ilmoitus on julkaistu. Se näkyy kaikille."), "success")
    return redirect(url_for("directory.own_offers", slug=slug), 303)


@blueprint.post("/organisations/<slug>/offers/<int(max=2147483647):exchange_id>/renew")
@requires(Permission.SIGNED_IN)
def renew_offer(slug: str, exchange_id: int) -> ResponseReturnValue:
    """Have a line be shown for half a year more."""
    now = clock.now()
    last = act(lambda who: exchanges.last_day_of(exchanges.renew_line(slug, exchange_id, actor=who, now=now)))
    flash(_("Ilmoitus näkyy nyt %(day)s asti.", day=date_long(last)), "success")
    return redirect(url_for("directory.own_offers", slug=slug), 303)


@blueprint.post("/organisations/<slug>/offers/<int(max=2147483647):exchange_id>/remove")
@requires(Permission.SIGNED_IN)
def remove_offer(slug: str, exchange_id: int) -> ResponseReturnValue:
    """Take a line away."""
    now = clock.now()
    act(lambda who: exchanges.remove_line(slug, exchange_id, actor=who, now=now))
    flash(_("Ilmoitus on poistettu."), "success")
    return redirect(url_for("directory.own_offers", slug=slug), 303)


def _saved(form: BaseForm, work: Callable[[Actor], Any]) -> bool:
    """Do it if the form is well; say at its fields why not."""
    if not form.validate():
        return False
    try:
        act(work)
    except RuleViolation as error:
        for broken in error.violations:
            form.add_error(broken.field, sentence_for(broken))
        return False
    return True


def _edited(organisation: Organisation) -> Exchange | None:
    """Return the line of this organisation that `edit` names, if there is one."""
    number = asked_id("edit")
    kept = (
        queries.lines_of(organisation.id, ending_after=clock.now() - exchanges.KEPT_AFTER) if number else ()
    )
    return next((each for each in kept if each.id == number), None)


def _profile_page(organisation: Organisation, form: ProfileForm) -> str:
    return render_template(
        "organisations/directory/edit_profile.html",
        organisation=organisation,
        form=form,
        districts=districts(),
    )


def _offers_page(organisation: Organisation, form: ExchangeForm, edited: Exchange | None) -> str:
    return render_template(
        "organisations/directory/own_offers.html",
        organisation=organisation,
        form=form,
        edited=edited,
        lines=pages.kept_lines(organisation, clock.now()),
    )
