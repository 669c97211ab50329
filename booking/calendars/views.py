"""Addresses of the feeds, and the page where a person finds them."""

from flask import Blueprint, Response, current_app, flash, redirect, render_template, request, url_for
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
from booking.calendars.use import note_after
from booking.clock import now
from booking.i18n import LANGUAGES, language
from booking.organisations.acting import act
from booking.paper.qr import qr_drawing

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
    feed = feeds.of_subscription(subscription, actor, offers.private_path(token))
    answer = _answer(feed, public=False)
    if request.method == "HEAD":
        return answer
    return note_after(
        answer,
        subscription,
        app=current_app._get_current_object(),  # type: ignore[attr-defined]
        user_agent=request.user_agent.string,
        now=now(),
    )


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


@blueprint.get("/calendars/<int(max=2147483647):subscription_id>/phone")
@requires(Permission.SIGNED_IN)
def phone(subscription_id: int) -> ResponseReturnValue:
    """Show a secret feed as a QR code for a phone, and its address to copy or to print."""
    feed = offers.private_feed(subscription_id, _events_language(), current_actor(), now=now())
    answer = Response(_feed_page(feed, is_secret=True))
    answer.headers.update({"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"})
    return answer


@blueprint.get("/calendars/<any(all,events):kind>/phone", defaults={"slug": ""})
@blueprint.get("/calendars/<any(rooms,organisations,owners):kind>/<slug>/phone")
@requires(Permission.ANYONE)
def public_phone(kind: str, slug: str) -> ResponseReturnValue:
    """Show a public feed as a QR code for a phone, and its address to copy or to print."""
    return _feed_page(offers.public_feed(kind, slug, _events_language()), is_secret=False)


@blueprint.get("/calendars/<int(max=2147483647):subscription_id>/<any(renew,revoke):step>")
@requires(Permission.SIGNED_IN)
def confirm(subscription_id: int, step: str) -> ResponseReturnValue:
    """Ask before a calendar that somebody's program keeps goes silent."""
    feed = offers.private_feed(subscription_id, language(), current_actor(), now=now())
    return render_template("calendars/confirm.html", feed=feed, step=step)


@blueprint.post("/calendars/<int(max=2147483647):subscription_id>/<any(renew,revoke):step>")
@requires(Permission.SIGNED_IN)
def change(subscription_id: int, step: str) -> ResponseReturnValue:
    """Give a secret feed a new address, or end it; one that is in use only when that was confirmed."""
    if "confirm" not in request.form and offers.is_in_use(subscription_id, current_actor(), now=now()):
        return redirect(url_for("calendars.confirm", subscription_id=subscription_id, step=step), 303)
    if step == "renew":
        act(lambda actor: service.renew(subscription_id, actor=actor, now=now()))
        flash(
            _("Osoite on vaihdettu. Vanha osoite ei enää vastaa: lisää uusi kalenteriohjelmaan."), "success"
        )
    else:
        act(lambda actor: service.revoke(subscription_id, actor=actor, now=now()))
        flash(_("Kalenteri on poistettu käytöstä. Sen osoite ei enää vastaa."), "success")
    return redirect(url_for("calendars.mine"), 303)


def _form() -> SubscriptionForm:
    form = SubscriptionForm()
    form.offer(offers.unmade(current_actor()))
    return form


def _page(form: SubscriptionForm) -> str:
    actor, events = current_actor(), _events_language()
    return render_template(
        "calendars/calendars.html",
        subscriptions=offers.listed(actor, events, now=now()),
        public_feeds=offers.public_feeds(actor, events),
        events=events,
        form=form if form.scope.choices else None,
    )


def _feed_page(feed: offers.OfferedFeed | offers.ListedSubscription, *, is_secret: bool) -> str:
    return render_template(
        "calendars/phone.html",
        feed=feed,
        drawing=qr_drawing(feed.webcal_url),
        events=_events_language(),
        is_secret=is_secret,
    )


def _events_language() -> str:
    """Return the language in which offered feeds tell their events: the page's unless another is asked."""
    asked = request.args.get("events", "")
    return asked if asked in LANGUAGES else language()
