"""Accounts that nobody uses: noted when they are used, warned, and erased after 24 months."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from flask import Response, current_app, session
from flask_babel import gettext as _
from sqlalchemy import Select, func, select

from booking import clock
from booking.access.actor import VISITOR
from booking.access.guard import current_actor
from booking.accounts.models import ApiToken, User
from booking.calendars.models import Subscription
from booking.db import in_transaction
from booking.errors import RuleViolation
from booking.extensions import db
from booking.i18n import speaking
from booking.organisations.archiving import people_of
from booking.organisations.members import only_manager_of
from booking.organisations.models import Organisation
from booking.outbox.message import Message
from booking.outbox.models import OutboxMessage
from booking.outbox.service import post
from booking.privacy.erasure import Erased, aftermath, erase
from booking.privacy.feedback.service import administrators
from booking.privacy.page_views import is_page_view
from booking.privacy.purge import edge_of
from booking.reservations.models import Occurrence, Reservation
from booking.timetable.zone import local_date
from booking.web.addresses import outside_url
from booking.web.filters import date_long

WARNING: Final = timedelta(days=30)
AT_ONCE: Final = 20
_TAKE_OVER: Final = "take_over"  # the mail's kind, by which the second round knows the first
_USED: Final = "used"  # in the session: the day on which its use was noted


def note_use(response: Response) -> Response:
    """Note once a day and session that somebody uses their account: called after a page has been made."""
    user_id, now = current_actor().user_id, clock.now()
    today = local_date(now, clock.zone()).isoformat()
    if user_id is None or not is_page_view() or session.get(_USED) == today:
        return response
    session[_USED] = today

    def write() -> None:
        user = db.session.get_one(User, user_id)
        if user.closed_at is None:
            user.used_at, user.warned_at = now, None

    in_transaction(write)
    return response


def warn(now: datetime) -> int:
    """Warn who has not used the account for 24 months less 30 days; return how many. For the worker."""
    query = _unused(edge_of(now) + WARNING).where(User.warned_at.is_(None))
    people = db.session.scalars(query.limit(AT_ONCE)).all()
    for user in people:
        user.warned_at = now
        post(_warning(user, now + WARNING), now=now)
    return len(people)


def erase_unused(now: datetime) -> list[Erased | None]:
    """Erase who was warned 30 days ago and has not come back; `forget_outside` is to follow.

    Returns what came of each who was looked at: None for who stays. The only manager of an association does:
    first its other members are asked to take over, then, every 30 days, the administrators are told.
    """
    query = _unused(edge_of(now)).where(User.warned_at <= now - WARNING)
    people = db.session.scalars(query.limit(AT_ONCE)).all()
    return [_erase_or_ask(user, now) for user in people]


def forget_outside(looked_at: Sequence[Erased | None]) -> None:
    """Have what is outside of the tables forget who was erased: called after the commit."""
    for erased in looked_at:
        if erased is not None:
            aftermath(erased, current_app.config["SETTINGS"])


def _erase_or_ask(user: User, now: datetime) -> Erased | None:
    if left_alone := only_manager_of(user.id):
        user.warned_at = now
        for mail in _asks_members(user, left_alone) or _asks_administrators(user):
            post(mail, now=now)
        return None
    try:
        return erase(user.id, actor=VISITOR, now=now, reason="unused")
    except RuleViolation:  # became the only manager meanwhile: the next run tells the administrators
        db.session.refresh(user)
        return None


def _unused(edge: datetime) -> Select[User]:
    """Return the open accounts of which nothing was used after a moment, administrators' aside."""
    token = select(ApiToken.id).where(ApiToken.user_id == User.id, ApiToken.last_used_at > edge)
    feed = select(Subscription.id).where(Subscription.user_id == User.id, Subscription.fetched_at > edge)
    booked = (
        select(Occurrence.id)
        .join(Reservation)
        .where(Reservation.booker_id == User.id, Occurrence.ends_at > edge)
    )
    return (
        select(User)
        .where(
            User.closed_at.is_(None),
            User.is_admin.is_(False),
            func.coalesce(User.used_at, User.created_at) <= edge,
            ~token.exists(),
            ~feed.exists(),
            ~booked.exists(),
        )
        .order_by(User.id)
    )


def _warning(user: User, at: datetime) -> Message:
    with speaking(user.language):
        subject = _("Tunnuksesi poistetaan, jos et käytä sitä – Imatran tilat")
        body = _(
            "Hei,\n\net ole käyttänyt tunnustasi lähes kahteen vuoteen. Tunnus ja tietosi poistetaan %(day)s."
            "\n\nJos haluat pitää tunnuksen, kirjaudu sisään sitä ennen:\n%(link)s\n",
            day=date_long(at),
            link=outside_url("accounts.login"),
        )
    return Message("account_unused", user.email, user.language, subject, body, "user", user.id)


def _asks_members(user: User, organisations: Sequence[Organisation]) -> list[Message]:
    """Return the mails to the other members of what somebody manages alone; none when they were asked."""
    asked = select(OutboxMessage.id).where(
        OutboxMessage.kind == _TAKE_OVER,
        OutboxMessage.subject_kind == "user",
        OutboxMessage.subject_id == user.id,
    )
    if db.session.scalar(asked.limit(1)) is not None:
        return []
    return [
        _asks_member(user, organisation, reader)
        for organisation in organisations
        for reader in people_of(organisation.id)
        if reader.id != user.id
    ]


def _asks_member(user: User, organisation: Organisation, reader: User) -> Message:
    with speaking(reader.language):
        subject = _("Kuka ottaa hallinnon: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\nyhdistyksellä %(name)s on yksi hallinnoija, eikä hän ole käyttänyt tunnustaan kahteen"
            " vuoteen. Kun hän ei ole paikalla, kukaan ei voi kutsua jäseniä eikä antaa rooleja.\n\nSovi"
            " muiden jäsenten kanssa, kuka ottaa hallinnon, ja pyydä sitä palvelun ylläpidolta tällä"
            " lomakkeella:\n%(link)s\n\nYhdistyksen sivu:\n%(page)s\n",
            name=organisation.name,
            link=outside_url("feedback.form"),
            page=outside_url("organisations.show", slug=organisation.slug),
        )
    return Message(_TAKE_OVER, reader.email, reader.language, subject, body, "user", user.id)


def _asks_administrators(user: User) -> list[Message]:
    return [_asks_administrator(user, administrator) for administrator in administrators()]


def _asks_administrator(user: User, reader: User) -> Message:
    with speaking(reader.language):
        subject = _("Yhdistyksen ainoa hallinto ei käytä tunnustaan – Imatran tilat")
        body = _(
            "Hei,\n\ntunnus numero %(number)s on ollut käyttämättä kaksi vuotta, mutta on yhdistyksensä ainoa"
            " hallinto, joten sitä ei poistettu. Sovi yhdistyksen kanssa, kuka ottaa hallinnon, tai arkistoi"
            " yhdistys.\n\n%(link)s\n",
            number=user.id,
            link=outside_url("privacy.erase_other", user_id=user.id),
        )
    return Message("sole_manager_unused", reader.email, reader.language, subject, body, "user", user.id)
