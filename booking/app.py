"""The composition root: one application made of all features."""

from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, g
from flask_login import current_user

from booking import clock, i18n, web
from booking.access import views as access_views
from booking.access.guard import check_permission, may_open, requires
from booking.access.permissions import Permission
from booking.accounts import credential_views as _credential_views  # noqa: F401 - to the profile's
from booking.accounts import link_views as _link_views  # noqa: F401 - ties its pages to the sign-in's
from booking.accounts import profile_views, token_views
from booking.accounts import session_views as _session_views  # noqa: F401 - ties its pages to the profile
from booking.accounts import views as accounts_views
from booking.accounts.factors import sign_in_views as second_step_views
from booking.accounts.factors import views as factor_views
from booking.accounts.oidc import views as oidc_views
from booking.accounts.sessions import UNUSED_WHEN_REMEMBERED
from booking.admin import archive_views, audit_views, merge_views, probes, stand_in_views
from booking.admin import factor_views as admin_factor_views
from booking.admin import views as admin_views
from booking.api import app as api_app
from booking.availability import views as availability_views
from booking.calendars import export_views
from booking.calendars import views as calendars_views
from booking.calendars.answer import Sessions, is_for_everybody
from booking.calendars.outside import views as outside_views
from booking.cli import register_commands
from booking.db import BUSY_TIMEOUT_SECONDS, prepare_engine, see_one_moment
from booking.desk import views as desk_views
from booking.extensions import csrf, db, login_manager, migrate
from booking.organisations import (
    founding_views,
    invitation_views,
    member_views,
    membership_views,
    stand_ins,
    verifying_views,
)
from booking.organisations import views as organisations_views
from booking.organisations.directory import link_views as directory_link_views
from booking.organisations.directory import views as directory_views
from booking.organisations.membership import actor_of
from booking.outbox import views as outbox_views
from booking.privacy import notices, terms_views
from booking.privacy import views as privacy_views
from booking.privacy.feedback import views as feedback_views
from booking.privacy.unused import note_use
from booking.reservations import views as reservations_views
from booking.reservations.contacts.log import write_down
from booking.reservations.editing import views as editing_views
from booking.rooms import photo_views
from booking.rooms import views as rooms_views
from config import ROOT, Settings, make_instance_dir

BLUEPRINTS = (
    availability_views.blueprint,
    rooms_views.blueprint,
    photo_views.blueprint,
    reservations_views.blueprint,
    editing_views.blueprint,
    organisations_views.blueprint,
    directory_views.blueprint,
    founding_views.blueprint,
    verifying_views.blueprint,
    member_views.blueprint,
    membership_views.blueprint,
    invitation_views.blueprint,
    directory_link_views.blueprint,
    accounts_views.blueprint,
    profile_views.blueprint,
    second_step_views.blueprint,
    factor_views.blueprint,
    token_views.blueprint,
    oidc_views.blueprint,
    calendars_views.blueprint,
    outside_views.blueprint,
    export_views.blueprint,
    *desk_views.BLUEPRINTS,
    outbox_views.blueprint,
    access_views.blueprint,
    terms_views.blueprint,
    notices.blueprint,
    privacy_views.blueprint,
    feedback_views.blueprint,
    admin_views.blueprint,
    merge_views.blueprint,
    stand_in_views.blueprint,
    archive_views.blueprint,
    admin_factor_views.blueprint,
    audit_views.blueprint,
    probes.blueprint,
)


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application from `settings` (the environment's by default)."""
    settings = settings or Settings.from_environment()
    make_instance_dir(settings.instance_dir)
    app = Flask(
        "booking",
        root_path=str(ROOT / "booking"),
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
        instance_path=str(settings.instance_dir),
    )
    app.session_interface = Sessions()
    _configure(app, settings)
    _connect_database(app)
    i18n.init_app(app)
    login_manager.init_app(app, add_context_processor=False)  # an error page asks no database
    csrf.init_app(app)
    web.init_app(app, may_open=may_open)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    api_app.init_app(app)
    register_commands(app)
    requires(Permission.ANYONE, before_second_factor=True)(app.view_functions["static"])  # Flask's own
    app.before_request(_recognise)
    app.before_request(check_permission)
    app.before_request(terms_views.ask_for_terms)
    app.after_request(write_down)
    app.after_request(note_use)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    secure = settings.base_url.startswith("https:")
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings.database_url),
        DEFAULT_LANGUAGE=settings.default_language,
        TRANSLATIONS=Path(ROOT, "booking", "translations"),
        DEMO=settings.demo,
        ZONE=ZoneInfo(settings.timezone),
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=256 * 1024,
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=UNUSED_WHEN_REMEMBERED,  # the row of the session says when it ends
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: a long-thought request is not lost
        WTF_CSRF_SSL_STRICT=False,
    )


def _engine_options(database_url: str) -> dict[str, object]:
    quiet = {"hide_parameters": True}  # errors are logged; names and addresses are not
    if database_url.startswith("sqlite"):
        waits = {} if "timeout=" in database_url else {"timeout": BUSY_TIMEOUT_SECONDS}
        return quiet | {"connect_args": waits}
    return quiet | {"pool_pre_ping": True, "connect_args": {"connect_timeout": 5}}


def _connect_database(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        prepare_engine(db.engine)


def _recognise() -> None:
    """Build the actor of this request from the session's user; done once, before the guard."""
    if is_for_everybody():
        see_one_moment()  # what it tells and its tag, whoever writes meanwhile
        return
    if "actor" in g:  # the API knows its people by their tokens alone
        return
    if current_user and current_user.is_authenticated:
        g.actor = actor_of(current_user._get_current_object())
        g.profile_language = g.actor.language
        g.standing_in = stand_ins.current(g.actor, clock.now())  # what every page says of it
