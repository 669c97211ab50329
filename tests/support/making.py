"""The application under test."""

from flask import Flask

from config import ROOT, Settings


def make_app(settings: Settings) -> Flask:
    """Return the application; until all its parts are there, one with the tables only."""
    try:
        from booking.app import create_app
    except ImportError:
        return _tables_only(settings)
    return create_app(settings)


def _tables_only(settings: Settings) -> Flask:
    import importlib
    from pathlib import Path
    from zoneinfo import ZoneInfo

    from booking import i18n
    from booking.db import BUSY_TIMEOUT_SECONDS, prepare_engine
    from booking.extensions import db, migrate
    from booking.web import filters

    for models in sorted(Path(ROOT, "booking").glob("*/models.py")):
        importlib.import_module(f"booking.{models.parent.name}.models")
    is_file = settings.database_url.startswith("sqlite")
    app = Flask("booking", template_folder=str(ROOT / "templates"))
    app.config.from_mapping(
        SETTINGS=settings,
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        DEFAULT_LANGUAGE="fi",
        TRANSLATIONS=Path(ROOT, "booking", "translations"),
        DEMO=False,
        ZONE=ZoneInfo("Europe/Helsinki"),
        SQLALCHEMY_ENGINE_OPTIONS={"connect_args": {"timeout": BUSY_TIMEOUT_SECONDS}} if is_file else {},
    )
    db.init_app(app)
    i18n.init_app(app)
    filters.init_app(app)
    migrate.init_app(app, db, directory=str(ROOT / "migrations"))
    with app.app_context():
        prepare_engine(db.engine)
    return app
