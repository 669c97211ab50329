"""A table of every page: for each endpoint that answers GET, addresses to look at and who looks.

An endpoint that is in neither table below fails the test, so a new page cannot be forgotten.
"""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import make_url

from booking import clock
from booking.app import create_app
from booking.extensions import db
from booking.organisations.directory import mails
from booking.organisations.directory.service import editors_of
from booking.organisations.inviting import token_of
from booking.organisations.models import MembershipInvitation, Organisation
from booking.reservations.giving_back import link_token
from booking.reservations.models import Occurrence
from tests.journeys.steps import working_day
from tests.journeys.waiting import an_offer
from tests.support.settings import settings_for

DAILY = "&repeat=daily&count=60"  # some of the dates are closed
VISITOR, BOOKER, APPROVER, ADMIN, STAFF = "", "varaaja", "paattaja", "yllapito", "palvelu"
PARISH, VILLAGE, MANAGER = "seurakunta", "kylaseura", "hallinto"
PEOPLE = (VISITOR, BOOKER, APPROVER, ADMIN, STAFF, PARISH, VILLAGE, MANAGER)

# Answers that are not pages for people.
ANY_MEMBER = "SELECT user_id FROM memberships WHERE ended_at IS NULL ORDER BY id"
NOT_PAGES = {
    "static",
    "board.door_qr",
    "board.door_worker",
    "sheets.week_pdf",
    "sheets.season_pdf",
    "sheets.door_pdf",
    "sheets.rooms_csv",
    "sheets.reservations_csv",
    "sheets.template_csv",
    "calendars.room_feed",
    "calendars.organisation_feed",
    "calendars.owner_feed",
    "calendars.all_feed",
    "calendars.private_feed",
    "exports.reservation_file",
    "exports.events_feed",
    "outbox.demo_calendar",
    "exports.events_atom",
    "photos.show",
    "second_factor.qr",
    "probes.healthz",
    "probes.readyz",
    "probes.figures",
    "api-availability.find_free_rooms",
    "api-rooms.list_rooms",
    "api-rooms.show_room",
    "api-rooms.show_calendar",
    "api-reservations.list_reservations",
    "api-reservations.show_reservation",
    "api-me.show_me",
    "api-docs.openapi",
}


@dataclass(frozen=True)
class Sample:
    """A page as one person sees it. `address` is a path, or makes one from the town's database."""

    person: str
    address: str | Callable[[Any], str]
    status: int = 200
    lightest: int = 5_000  # bytes: with less than its style sheets the page would be bare

    def path(self, town: Any) -> str:
        return self.address if isinstance(self.address, str) else self.address(town)


def ask_database(town: Any, question: str, *values: object) -> Any:
    """Return the first column of the first row of a question to the town's database."""
    database = sqlite3.connect(str(make_url(town.database_url).database), timeout=30)
    try:
        row = database.execute(question, values).fetchone()
    finally:
        database.close()
    assert row is not None, f"the demonstration has nothing for {question} {values}"
    return row[0]


def reservation(title: str, state: str, ending: str = "") -> Callable[[Any], str]:
    """Return what makes the address of the first reservation of that title in that state."""

    def find(town: Any) -> str:
        reference = ask_database(
            town,
            "SELECT reference FROM reservations JOIN occurrences ON reservation_id = reservations.id"
            " WHERE title = ? AND state = ? ORDER BY starts_at DESC",
            title,
            state,
        )
        return f"/reservations/{reference}{ending}"

    return find


def request_to_decide(ending: str = "", *, offer: bool = False) -> Callable[[Any], str]:
    """Return what makes the address of the longest request that the city is to decide on, or of an offer."""

    def find(town: Any) -> str:
        pending = (
            " FROM reservations JOIN occurrences ON reservation_id = reservations.id"
            " JOIN rooms ON rooms.id = occurrences.room_id JOIN organisations ON organisations.id = owner_id"
            " WHERE occurrences.state = 'pending' AND organisations.slug = 'imatran-kaupunki'"
            " AND starts_at > CAST(strftime('%s', 'now') AS INTEGER)"
        )
        longest = f"SELECT reference{pending} GROUP BY reference ORDER BY count(*) DESC, reference"
        reference = ask_database(town, longest)
        if not offer:
            return f"/approvals/{reference}{ending}"
        date = ask_database(town, f"SELECT occurrences.id{pending} AND reference = ?", reference)
        return f"/approvals/{reference}/offers/{date}"

    return find


def move_of_a_date(query: str = "") -> Callable[[Any], str]:
    """Return what makes the address at which the city moves its first confirmed date to come."""

    def find(town: Any) -> str:
        coming = (
            " FROM occurrences JOIN reservations ON reservation_id = reservations.id"
            " JOIN rooms ON rooms.id = occurrences.room_id JOIN organisations ON organisations.id = owner_id"
            " WHERE occurrences.state = 'confirmed' AND organisations.slug = 'imatran-kaupunki'"
            " AND starts_at > CAST(strftime('%s', 'now') AS INTEGER) + 86400"
            " ORDER BY starts_at, occurrences.id"
        )
        reference = ask_database(town, f"SELECT reference{coming}")
        date = ask_database(town, f"SELECT occurrences.id{coming}")
        return f"/desk/reservations/{reference}/move/{date}{query}"

    return find


def question_about(title: str) -> Callable[[Any], str]:
    """Return what makes the address at which the approver of a request asks."""

    def find(town: Any) -> str:
        return f"/approvals/{reservation(title, 'pending')(town).rpartition('/')[2]}/question"

    return find


def past_reservation(mailbox: str, ending: str) -> Callable[[Any], str]:
    """Return what makes the address of a person's last confirmed date that has ended."""

    def find(town: Any) -> str:
        reference = ask_database(
            town,
            "SELECT reference FROM reservations JOIN occurrences ON reservation_id = reservations.id"
            " JOIN users ON booker_id = users.id WHERE email LIKE ? AND state = 'confirmed'"
            " AND ends_at < CAST(strftime('%s', 'now') AS INTEGER) ORDER BY starts_at DESC",
            f"{mailbox}@%",
        )
        return f"/reservations/{reference}{ending}"

    return find


def directory_link(purpose: str, path: str) -> Callable[[Any], str]:
    """Return what makes the address behind a link in the mails about the village's page."""

    def find(town: Any) -> str:
        app = create_app(settings_for(town.database_url, town.instance_dir))
        with app.app_context():
            village = db.session.scalars(
                select(Organisation).where(Organisation.slug == "kylaseura-kuusikko")
            ).one()
            token = mails.link_token(purpose, village, editors_of(village.id)[0])
            db.session.remove()
            db.engine.dispose()
        return f"{path}/{token}"

    return find


def give_up_link(town: Any) -> str:
    """Return the address behind the link of the reminder of a confirmed date."""
    app = create_app(settings_for(town.database_url, town.instance_dir))
    with app.app_context():
        date = db.session.scalars(
            select(Occurrence)
            .where(Occurrence.state == "confirmed", Occurrence.starts_at > clock.now())
            .order_by(Occurrence.starts_at)
        ).first()
        assert date is not None
        path = f"/give-up/{link_token(date, date.reservation.booker)}"
        db.session.remove()
        db.engine.dispose()
    return path


def a_sign_in_link(mailbox: str) -> Callable[[Any], str]:
    """Return what makes the address of a new link that signs in, asked for with a mailbox of the demo."""

    def make(town: Any) -> str:
        token = f"linkki-{mailbox}"
        add = (
            "INSERT INTO sign_in_links (token_sha256, email, program, remember, made_at)"
            " VALUES (?, ?, ?, 0, ?) ON CONFLICT DO NOTHING"
        )
        moment = int(clock.now().timestamp()) + 3600  # it lasts as long as pages are looked at
        found = (sha256(token.encode()).hexdigest(), f"{mailbox}@demo.example", "Firefox, Android", moment)
        with sqlite3.connect(str(make_url(town.database_url).database)) as database:
            database.execute(add, found)
        database.close()
        return f"/login/link/open?token={token}"

    return make


def an_invitation(town: Any) -> str:
    """Return the address behind the link of an open invitation."""
    app = create_app(settings_for(town.database_url, town.instance_dir))
    with app.app_context():
        path = f"/invitations/{token_of(db.session.scalars(select(MembershipInvitation)).one())}"
        db.session.remove()
        db.engine.dispose()
    return path


def a_member(slug: str) -> Callable[[Any], str]:
    """Return what makes the address of the page of an association's first booker."""

    def find(town: Any) -> str:
        number = ask_database(
            town,
            "SELECT user_id FROM memberships JOIN organisations ON organisations.id = organisation_id"
            " WHERE slug = ? AND role = 'booker' ORDER BY user_id",
            slug,
        )
        return f"/organisations/{slug}/members/{number}"

    return find


def outside_calendar(ending: str = "") -> Callable[[Any], str]:
    """Return what makes the address of the parish's calendar from outside."""
    return lambda town: f"/desk/calendars/{ask_database(town, 'SELECT id FROM outside_sources')}{ending}"


def closure(town: Any) -> str:
    """Return the address of the city's closure that hits most."""
    number = ask_database(
        town,
        "SELECT closures.id FROM closures JOIN organisations ON organisations.id = owner_id"
        " WHERE organisations.slug = 'imatran-kaupunki' ORDER BY closures.id",
    )
    return f"/desk/closures/{number}"


def a_calendar(ending: str) -> Callable[[Any], str]:
    """Return what makes the address of a page about the city's approver's first calendar."""

    def find(town: Any) -> str:
        number = ask_database(
            town,
            "SELECT subscriptions.id FROM subscriptions JOIN users ON users.id = user_id"
            " WHERE email LIKE ? ORDER BY subscriptions.id",
            f"{APPROVER}@%",
        )
        return f"/calendars/{number}{ending}"

    return find


def a_mail(town: Any) -> str:
    """Return the address of the longest mail."""
    number = ask_database(town, "SELECT id FROM outbox_messages ORDER BY length(body) DESC, id")
    return f"/demo/mail/{number}"


def asked(start: str, end: str, people: int, *, more: str = "") -> str:
    """Return the query of a time on a free day."""
    return f"?date={working_day(10)}&start={start}&end={end}&people={people}{more}"


def busy_week() -> str:
    year, week, _weekday = (working_day(0) - timedelta(days=30)).isocalendar()
    return f"?week={year}-W{week:02}"


SAMPLES: dict[str, tuple[Sample, ...]] = {
    "web.privacy": (Sample(VISITOR, "/privacy"),),
    "privacy.mine": (Sample(BOOKER, "/profile/data"), Sample(APPROVER, "/profile/data")),
    "privacy.erase": (Sample(BOOKER, "/profile/data/erase"), Sample(ADMIN, "/profile/data/erase")),
    "privacy.erase_other": (
        Sample(ADMIN, lambda town: f"/admin/users/{ask_database(town, ANY_MEMBER)}/erase"),
        Sample(ADMIN, "/admin/users/999999/erase", 404),
    ),
    "feedback.form": (
        Sample(VISITOR, "/feedback?page=/rooms&kind=accessibility"),
        Sample(BOOKER, "/feedback"),
    ),
    "feedback.received": (Sample(ADMIN, "/admin/feedback"), Sample(BOOKER, "/admin/feedback", 403)),
    "terms.show": (Sample(VISITOR, "/terms-of-use"), Sample(BOOKER, "/terms-of-use")),
    "web.accessibility": (Sample(VISITOR, "/accessibility"),),
    "availability.search": (
        Sample(VISITOR, "/"),
        Sample(VISITOR, f"/{asked('18:00', '20:00', 12)}"),
        Sample(VISITOR, f"/{asked('03:00', '05:00', 12)}"),
        Sample(VISITOR, f"/{asked('18:00', '20:00', 90000)}"),
        Sample(VISITOR, f"/{asked('20:00', '18:00', 12)}", 422),
        Sample(VISITOR, "/?date=eilen&start=18&end=20&people=monta&kind=linna", 422),
        Sample(BOOKER, f"/{asked('17:00', '19:00', 2, more='&mine=y&kind=meeting&feature=wifi')}"),
        Sample(VISITOR, f"/{asked('18:00', '20:00', 12, more='&repeat=weekly')}"),
        Sample(VISITOR, f"/{asked('18:00', '20:00', 12, more='&repeat=daily&count=380&skip_holidays=y')}"),
        Sample(VISITOR, f"/{asked('18:00', '20:00', 12, more='&repeat=dates&dates=huomenna')}", 422),
    ),
    "rooms.list_rooms": (
        Sample(VISITOR, "/rooms"),
        Sample(VISITOR, "/rooms?page=2"),
        Sample(VISITOR, "/rooms?q=linnanneito"),
    ),
    "reservations.room": (
        Sample(VISITOR, f"/rooms/taiteilijalampio{busy_week()}"),
        Sample(VISITOR, "/rooms/tiinan-tupa"),
        Sample(VISITOR, "/rooms/karelia-sali"),
        Sample(VISITOR, f"/rooms/ukonlinna{busy_week()}"),
        Sample(VISITOR, "/rooms/jaahalli"),
        Sample(VISITOR, "/rooms/ei-ole", 404),
        Sample(BOOKER, f"/rooms/taiteilijalampio{busy_week()}"),
        Sample(BOOKER, "/rooms/nuorten-kulma"),
        Sample(APPROVER, f"/rooms/mansikkalan-liikuntasali{busy_week()}"),
    ),
    "reservations.day": (
        Sample(VISITOR, "/day"),
        Sample(APPROVER, "/day"),
        Sample(APPROVER, f"/day?date={working_day(3)}&venue=Kulttuuritalo Virta"),
    ),
    "reservations.request_room": (
        Sample(BOOKER, "/rooms/talvipuutarha/request"),
        Sample(BOOKER, f"/rooms/vierashuone/request{asked('18:00', '20:00', 12)}"),
        Sample(BOOKER, f"/rooms/vierashuone/request{asked('03:00', '05:00', 12)}"),
        Sample(BOOKER, f"/rooms/karelia-sali/request{asked('18:00', '20:00', 30, more=DAILY)}"),
    ),
    "reservations.show": (
        Sample(STAFF, reservation("Sukukokous", "cancelled")),
        Sample(VISITOR, reservation("Stemmaharjoitus, altot", "confirmed")),
        Sample(BOOKER, reservation("Stemmaharjoitus, altot", "confirmed", "?sent=1")),
        Sample(BOOKER, reservation("Konsertti", "pending")),
        Sample(BOOKER, reservation("Kuorojen yhteisharjoitus", "cancelled")),
        Sample(VISITOR, reservation("Suurteoksen harjoitukset", "confirmed")),
        Sample(BOOKER, reservation("Suurteoksen harjoitukset", "pending")),
        Sample(APPROVER, reservation("Suurteoksen harjoitukset", "pending")),
        Sample(APPROVER, reservation("Parkourin alkeet", "pending")),
        Sample(APPROVER, reservation("Konsertti", "pending")),
        Sample(APPROVER, reservation("Kauden päättäjäiset", "declined")),
        Sample(VISITOR, "/reservations/EIOLE123", 404),
    ),
    "reservations.wait": (Sample(BOOKER, f"/rooms/vierashuone/wait{asked('18:00', '20:00', 12)}"),),
    "reservations.waiting": (
        Sample(BOOKER, an_offer),
        Sample(APPROVER, an_offer),
        Sample(BOOKER, "/waiting/EIOLE123", 404),
    ),
    "editing.edit": (
        Sample(BOOKER, reservation("Suurteoksen harjoitukset", "confirmed", "/edit")),
        Sample(BOOKER, reservation("Konsertti", "pending", "/edit")),
        Sample(APPROVER, reservation("Konsertti", "pending", "/edit"), 403),
    ),
    "reservations.my": (Sample(BOOKER, "/my"), Sample(ADMIN, "/my")),
    "approvals.queue": (
        Sample(APPROVER, "/approvals"),
        Sample(APPROVER, "/approvals?show=competing&order=age"),
        Sample(BOOKER, "/approvals", 403),
    ),
    "approvals.criteria": (
        Sample(APPROVER, "/desk/criteria/imatran-kaupunki"),
        Sample(APPROVER, "/desk/criteria/imatran-kaupunki?kind=sports"),
        Sample(APPROVER, "/desk/criteria/imatran-seurakunta", 403),
    ),
    "approvals.reasons": (
        Sample(APPROVER, "/desk/reasons/imatran-kaupunki"),
        Sample(APPROVER, "/desk/reasons/imatran-seurakunta", 403),
    ),
    "approvals.approve": (
        Sample(APPROVER, request_to_decide()),
        Sample(APPROVER, "/approvals/EIOLE123", 404),
        Sample(BOOKER, request_to_decide(), 403),
    ),
    "approvals.deputies": (Sample(APPROVER, "/approvals/deputies"),),
    "approvals.settings": (Sample(APPROVER, "/approvals/settings"),),
    "approvals.question": (
        Sample(APPROVER, request_to_decide("/question")),
        Sample(APPROVER, question_about("Konsertti")),
        Sample(APPROVER, "/approvals/EIOLE123/question", 404),
    ),
    "reservations.offer": (
        Sample(APPROVER, request_to_decide(offer=True)),
        Sample(APPROVER, "/approvals/EIOLE123/offers/1", 404),
    ),
    "reservations.after_use": (
        Sample(BOOKER, past_reservation(BOOKER, "/after-use")),
        Sample(BOOKER, "/reservations/EIOLE123/after-use", 404),
    ),
    "reservations.after_uses": (
        Sample(APPROVER, "/approvals/after-use"),
        Sample(BOOKER, "/approvals/after-use", 403),
    ),
    "reservations.reviews": (Sample(APPROVER, "/approvals/reviews"),),
    "reservations.give_up_link": (
        Sample(VISITOR, give_up_link),
        Sample(VISITOR, "/give-up/vanha", 404),
    ),
    "organisations.list_organisations": (
        Sample(VISITOR, "/organisations"),
        Sample(VISITOR, "/organisations?q=jumppa&target=over_65&theme=pensioners"),
        Sample(VISITOR, "/organisations?q=ei-mikaan"),
    ),
    "founding.new": (Sample(BOOKER, "/organisations/new"),),
    "verifying.unverified": (
        Sample(STAFF, "/organisations/unverified"),
        Sample(BOOKER, "/organisations/unverified", 403),
    ),
    "members.show": (
        Sample(MANAGER, "/organisations/kuoro-koskisointu/members"),
        Sample(BOOKER, "/organisations/kuoro-koskisointu/members"),
        Sample(PARISH, "/organisations/kuoro-koskisointu/members", 403),
    ),
    "members.member": (Sample(MANAGER, a_member("kuoro-koskisointu")),),
    "memberships.mine": (Sample(MANAGER, "/profile/organisations"), Sample(ADMIN, "/profile/organisations")),
    "memberships.handing_over": (Sample(MANAGER, "/organisations/kuoro-koskisointu/hand-over"),),
    "memberships.archiving_page": (Sample(MANAGER, "/organisations/kuoro-koskisointu/archive"),),
    "memberships.asking": (
        Sample(PARISH, "/organisations/kuoro-koskisointu/join"),
        Sample(BOOKER, "/organisations/kuoro-koskisointu/join"),
    ),
    "invitations.show": (
        Sample(VISITOR, an_invitation),
        Sample(BOOKER, an_invitation),
        Sample(VISITOR, "/invitations/1.ei", 404),
    ),
    "organisations.show": (
        Sample(VISITOR, "/organisations/yhteisruokapoyta"),
        Sample(MANAGER, "/organisations/kuoro-koskisointu"),
        Sample(VISITOR, "/organisations/imatran-kaupunki"),
        Sample(VISITOR, "/organisations/lautapeliporukka-noppa"),
        Sample(BOOKER, "/organisations/kuoro-koskisointu"),
    ),
    "directory.offers": (
        Sample(VISITOR, "/organisations/offers"),
        Sample(VISITOR, "/organisations/offers?kind=transport&side=offers&district=Mansikkala"),
    ),
    "directory.edit_profile": (
        Sample(VILLAGE, "/organisations/kylaseura-kuusikko/profile"),
        Sample(BOOKER, "/organisations/kylaseura-kuusikko/profile", 403),
    ),
    "directory.own_offers": (
        Sample(VILLAGE, "/organisations/kylaseura-kuusikko/offers"),
        Sample(BOOKER, "/organisations/kylaseura-kuusikko/offers", 403),
    ),
    "directory_links.check": (
        Sample(VISITOR, directory_link(mails.CHECK, "/profile-check")),
        Sample(VISITOR, "/profile-check/vanha", 404),
    ),
    "directory_links.renewal": (
        Sample(VISITOR, directory_link(mails.RENEW, "/offers-renewal")),
        Sample(VISITOR, "/offers-renewal/vanha", 404),
    ),
    "exports.organisation_week": (
        Sample(
            VISITOR, f"/embed/organisations/salibandyseura-kosken-mailat/week{busy_week()}", lightest=2_000
        ),
        Sample(VISITOR, "/embed/organisations/kuoro-koskisointu/week", lightest=2_000),
        Sample(VISITOR, "/embed/organisations/ei-ole/week", 404, lightest=2_000),
    ),
    "exports.room_week": (
        Sample(VISITOR, f"/embed/rooms/mansikkalan-liikuntasali/week{busy_week()}", lightest=2_000),
    ),
    "exports.events": (
        Sample(VISITOR, "/events"),
        Sample(VISITOR, "/events?organisation=perheyhdistys-pihapiiri&page=2"),
    ),
    "accounts.login": (Sample(VISITOR, "/login"),),
    "accounts.link": (Sample(VISITOR, "/login/link?next=/my"),),
    "accounts.link_sent": (Sample(VISITOR, "/login/link/sent"),),
    "accounts.open_link": (
        Sample(VISITOR, a_sign_in_link(BOOKER)),
        Sample(VISITOR, a_sign_in_link("ei-kenenkaan")),
        Sample(VISITOR, "/login/link/open?token=vanha", 404),
    ),
    "accounts.register": (Sample(VISITOR, "/register"),),
    "accounts.confirm": (Sample(VISITOR, "/register/confirm?token=vanha", 404),),
    "second_step.code": (Sample(VISITOR, "/login/code"),),  # nobody waits for it: the sign-in page
    "second_step.recovery": (Sample(VISITOR, "/login/recovery"),),
    "second_factor.show": (Sample(BOOKER, "/profile/second-factor"),),
    "second_factor.codes": (Sample(BOOKER, "/profile/second-factor/codes"),),
    "admin_factor.reset": (Sample(ADMIN, "/admin/users/999999/second-factor", 404),),  # nobody has one
    "oidc.start": (Sample(VISITOR, "/login/oidc", 404),),  # there is no other service
    "oidc.callback": (Sample(VISITOR, "/login/oidc/callback", 404),),
    "oidc.account": (Sample(VISITOR, "/login/oidc/account", 404),),
    "desk_factor.show": (Sample(APPROVER, "/desk/second-factor"),),
    "profile.show": (Sample(BOOKER, "/profile"), Sample(ADMIN, "/profile")),
    "profile.email": (Sample(BOOKER, "/profile/email"),),
    "profile.prove_email": (Sample(BOOKER, "/profile/email/prove?token=vanha", 404),),
    "profile.undo_email": (Sample(VISITOR, "/profile/email/undo?token=vanha", 404),),
    "profile.password": (Sample(BOOKER, "/profile/password"),),
    "profile.sessions": (Sample(BOOKER, "/profile/sessions"),),
    "calendars.mine": (Sample(BOOKER, "/calendars"), Sample(APPROVER, "/calendars")),
    "calendars.public_phone": (
        Sample(VISITOR, "/calendars/rooms/karelia-sali/phone?events=sv"),
        Sample(VISITOR, "/calendars/events/phone"),
        Sample(VISITOR, "/calendars/owners/ei-ole/phone", 404),
    ),
    "calendars.phone": (Sample(APPROVER, a_calendar("/phone")), Sample(BOOKER, a_calendar("/phone"), 404)),
    "calendars.confirm": (
        Sample(APPROVER, a_calendar("/renew")),
        Sample(APPROVER, a_calendar("/revoke")),
        Sample(BOOKER, a_calendar("/revoke"), 404),
    ),
    "outbox.demo_mail": (Sample(VISITOR, "/demo/mail"), Sample(VISITOR, a_mail)),
    "desk_rooms.photos": (
        Sample(APPROVER, "/desk/rooms/karelia-sali/photos"),
        Sample(APPROVER, "/desk/rooms/raution-kylatupa/photos", 403),
        Sample(BOOKER, "/desk/rooms/karelia-sali/photos", 403),
    ),
    "desk_rooms.list_rooms": (Sample(APPROVER, "/desk/rooms"), Sample(BOOKER, "/desk/rooms", 403)),
    "desk_rooms.new_room": (Sample(APPROVER, "/desk/rooms/new"),),
    "desk_rooms.room": (
        Sample(APPROVER, "/desk/rooms/karelia-sali"),
        Sample(APPROVER, "/desk/rooms/ukonlinna", 403),
        Sample(APPROVER, "/desk/rooms/ei-ole", 404),
    ),
    "desk_rooms.facts": (Sample(APPROVER, "/desk/rooms/karelia-sali/facts"),),
    "desk_rooms.retire": (Sample(APPROVER, "/desk/rooms/karelia-sali/retire"),),
    "desk_rooms.preview": (Sample(APPROVER, "/desk/rooms/karelia-sali/preview"),),
    "desk_rooms.terms": (Sample(APPROVER, "/desk/rooms/karelia-sali/terms"),),
    "desk_rooms.key": (Sample(APPROVER, "/desk/rooms/karelia-sali/key"),),
    "desk_rooms.parts": (
        Sample(APPROVER, "/desk/rooms/karelia-sali/parts"),
        Sample(APPROVER, "/desk/rooms/mansikkalan-liikuntasali/parts"),
    ),
    "desk_rooms.venue": (
        Sample(APPROVER, "/desk/venues/kulttuuritalo-virta"),
        Sample(APPROVER, "/desk/venues/ei-ole", 404),
    ),
    "outside.list_sources": (
        Sample(PARISH, "/desk/calendars"),
        Sample(APPROVER, "/desk/calendars"),
        Sample(BOOKER, "/desk/calendars", 403),
    ),
    "outside.new_source": (Sample(APPROVER, "/desk/calendars/new?room=karelia-sali"),),
    "outside.show_source": (
        Sample(PARISH, outside_calendar()),
        Sample(APPROVER, "/desk/calendars/999999", 404),
    ),
    "outside.edit_source": (Sample(PARISH, outside_calendar("/edit")),),
    "closures.list_closures": (Sample(APPROVER, "/desk/closures"), Sample(BOOKER, "/desk/closures", 403)),
    "closures.new_closure": (Sample(APPROVER, "/desk/closures/new?room=karelia-sali"),),
    "closures.show_closure": (Sample(APPROVER, closure), Sample(APPROVER, "/desk/closures/999999", 404)),
    "closures.edit_closure": (Sample(APPROVER, lambda town: f"{closure(town)}/edit"),),
    "desk_rooms.prices": (
        Sample(APPROVER, "/desk/rooms/karelia-sali/prices"),
        Sample(APPROVER, "/desk/rooms/mansikkalan-liikuntasali-a/prices"),
        Sample(BOOKER, "/desk/rooms/karelia-sali/prices", 403),
    ),
    "desk.overview": (Sample(APPROVER, "/desk"), Sample(BOOKER, "/desk", 403)),
    "desk_hours.hours": (
        Sample(APPROVER, "/desk/rooms/mansikkalan-liikuntasali/hours"),
        Sample(APPROVER, "/desk/rooms/tainionkosken-kirkko/hours", 403),
        Sample(BOOKER, "/desk/rooms/karelia-sali/hours", 403),
    ),
    "board.move": (
        Sample(APPROVER, move_of_a_date()),
        Sample(APPROVER, move_of_a_date(f"?room=karelia-sali&date={working_day(10)}&start=18:00&end=20:00")),
        Sample(APPROVER, move_of_a_date("?room=karelia-sali&date=eilen&start=18:00&end=20:00"), 422),
        Sample(BOOKER, move_of_a_date(), 403),
    ),
    "board.door": (
        Sample(VISITOR, "/rooms/taiteilijalampio/door"),
        Sample(VISITOR, "/rooms/tiinan-tupa/door"),
        Sample(VISITOR, "/rooms/ei-ole/door", 404),
    ),
    "behalf.book": (
        Sample(STAFF, "/desk/on-behalf"),
        Sample(STAFF, f"/desk/on-behalf{asked('18:00', '20:00', 12)}"),
        Sample(STAFF, "/desk/on-behalf?date=eilen&start=18&end=20&people=monta", 422),
        Sample(APPROVER, "/desk/on-behalf", 403),
    ),
    "behalf.made_so_far": (
        Sample(STAFF, "/desk/on-behalf/reservations"),
        Sample(STAFF, "/desk/on-behalf/reservations?q=linnanneito"),
    ),
    "behalf.calls": (Sample(STAFF, "/desk/on-behalf/calls"),),
    "behalf.ask": (
        Sample(STAFF, f"/desk/on-behalf/rooms/vierashuone{asked('18:00', '20:00', 12)}"),
        Sample(STAFF, "/desk/on-behalf/rooms/ukonlinna", 403),
    ),
    "behalf.confirmation": (
        Sample(STAFF, reservation("Iltaruskon muistelukahvit", "confirmed", "/confirmation")),
        Sample(STAFF, reservation("Sukukokous", "cancelled", "/confirmation")),
        Sample(BOOKER, reservation("Sukukokous", "cancelled", "/confirmation"), 404),
    ),
    "desk_rules.rules": (
        Sample(APPROVER, "/desk/rooms/karelia-sali/rules"),
        Sample(APPROVER, "/desk/rooms/tainionkosken-kirkko/rules", 403),
    ),
    "desk_rules.defaults": (
        Sample(APPROVER, "/desk/rules/imatran-kaupunki"),
        Sample(APPROVER, "/desk/rules/imatran-seurakunta", 403),
    ),
    "sheets.overview": (Sample(APPROVER, "/desk/sheets"), Sample(BOOKER, "/desk/sheets", 403)),
    "tokens.mine": (Sample(BOOKER, "/profile/tokens"),),
    "stand_ins.show": (Sample(ADMIN, "/admin/stand-in"),),
    "audit.entries": (
        Sample(ADMIN, "/admin/audit"),
        Sample(ADMIN, "/admin/audit?kind=room&subject=ei-ole", 422),
    ),
    "access.roles": (Sample(VISITOR, "/roles"),),
    "admin.overview": (Sample(ADMIN, "/admin"),),
    "admin.users": (Sample(ADMIN, "/admin/users"),),
    "archives.show": (Sample(ADMIN, "/admin/organisations/lautapeliporukka-noppa/bring-back"),),
    "merging.choose": (Sample(ADMIN, "/admin/organisations/lautapeliporukka-noppa/merge"),),
    "admin.organisations": (Sample(ADMIN, "/admin/organisations"),),
    "api-docs.show_docs": (Sample(VISITOR, "/api/docs"),),
}
