"""Addresses of the feeds, and the page where a person finds them."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.calendars import feeds, offers, service
from booking.calendars.answer import SECRET, calendar_answer
from booking.calendars.feeds import Feed
from booking.calendars.forms import SubscriptionForm
from booking.calendars.invitations import enclosing as _enclosing  # noqa: F401 - it registers itself
from booking.calendars.outside import fault_sentences  # noqa: F401 - registers its sentences
from booking.clock import now
from booking.organisations.acting import act

blueprint = Blueprint("calendars", __name__)


@blueprint.get("/calendars/rooms/<slug>.ics")
@requires(Permission.ANYONE)
def room_feed(slug: str) -> Response:
    """One room."""
    return _answer(feeds.of_room(slug))


@blueprint.get("/calendars/organisations/<slug>.ics")
@requires(Permission.ANYONE)
def organisation_feed(slug: str) -> Response:
    """What an association has booked, as far as it is public."""
    return _answer(feeds.of_organisation(slug))


@blueprint.get("/calendars/owners/<slug>.ics")
@requires(Permission.ANYONE)
def owner_feed(slug: str) -> Response:
    """All rooms of one owner."""
    return _answer(feeds.of_owner(slug))


@blueprint.get("/calendars/all.ics")
@requires(Permission.ANYONE)
def all_feed() -> Response:
    """All rooms."""
    return _answer(feeds.of_all())


@blueprint.get("/calendars/private/<token>.ics")
@requires(Permission.SECRET_ADDRESS)
def private_feed(token: str) -> Response:
    """A person's secret feed, as long as the person has the right to what is in it."""
    subscription, actor = service.find(token)
    path = offers.private_path(token)
    organisation_id = subscription.organisation_id
    if organisation_id is None:
        return _answer(feeds.of_person(actor, path), public=False)
    of = feeds.of_approver if subscription.kind == "approver" else feeds.of_members
    return _answer(of(actor, organisation_id, path), public=False)


@blueprint.after_request
def keep_secret(response: Response) -> Response:
    """Have error pages of a secret address keep it too: their own links would name it to every log."""
    if request.endpoint == "calendars.private_feed":
        response.headers.update(SECRET)
    return response


def _answer(feed: Feed, *, public: bool = True) -> Response:
    return calendar_answer(feed, start=feeds.since(now()), public=public)


@blueprint.get("/calendars")
@requires(Permission.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """The feeds a person has, can make, and may find useful."""
    return _page(_form())


@blueprint.post("/calendars")
@requires(Permission.SIGNED_IN)
def create() -> ResponseReturnValue:
    """Make a secret feed."""
    form = _form()
    if not form.validate():
        return _page(form), 422
    kind, organisation_id = offers.chosen(form.scope.data)
    act(lambda actor: service.create(kind, organisation_id, actor=actor, now=now()))
    flash(_("Kalenterin osoite on valmis."), "success")
    return redirect(url_for("calendars.mine"), 303)


@blueprint.post("/calendars/<int:subscription_id>/renew")
@requires(Permission.SIGNED_IN)
def renew(subscription_id: int) -> ResponseReturnValue:
    """Give a secret feed a new address."""
    act(lambda actor: service.renew(subscription_id, actor=actor, now=now()))
    flash(_("Osoite on vaihdettu. Vanha osoite ei enää vastaa: lisää uusi kalenteriohjelmaan."), "success")
    return redirect(url_for("calendars.mine"), 303)


@blueprint.post("/calendars/<int:subscription_id>/revoke")
@requires(Permission.SIGNED_IN)
def revoke(subscription_id: int) -> ResponseReturnValue:
    """End a secret feed."""
    act(lambda actor: service.revoke(subscription_id, actor=actor, now=now()))
    flash(_("Kalenteri on poistettu käytöstä. Sen osoite ei enää vastaa."), "success")
    return redirect(url_for("calendars.mine"), 303)


def _form() -> SubscriptionForm:
    form = SubscriptionForm()
    form.offer(offers.unmade(current_actor()))
    return form


def _page(form: SubscriptionForm) -> str:
    actor = current_actor()
    return render_template(
        "calendars/calendars.html",
        subscriptions=offers.listed(actor),
        public_feeds=offers.public_feeds(actor),
        form=form if form.scope.choices else None,
    )
