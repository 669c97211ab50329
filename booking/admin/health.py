"""Is the installation well? Asked by the administrator's page, `/readyz` and the `doctor` command."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.exc import SQLAlchemyError

from booking import clock
from booking.extensions import db
from booking.outbox import delivery


@dataclass(frozen=True, slots=True)
class Check:
    """One question and its answer. `label` and `detail` are in the reader's language."""

    label: str
    ok: bool
    detail: str = ""


def database_revision() -> str | None:
    """Return the migration the database is at, None for an empty one. Raises what the database raises."""
    revision: str | None = MigrationContext.configure(db.session.connection()).get_current_revision()
    return revision


def newest_revision() -> str | None:
    """Return the newest migration this code has."""
    return _newest_in(str(Path(current_app.extensions["migrate"].directory)))


def is_ready() -> bool:
    """Say whether the database can be reached and is at the newest migration."""
    try:
        return database_revision() == newest_revision()
    except SQLAlchemyError:
        db.session.rollback()
        return False


def checks() -> list[Check]:
    """Return all checks, for a page whose reading has shown already that the database answers."""
    at, newest = database_revision(), newest_revision()
    overdue, given_up = delivery.count_overdue(clock.now()), delivery.count_given_up()
    return [
        Check(_("Tietokanta"), True, db.engine.dialect.name),
        Check(
            _("Tietokannan rakenne"), at == newest, _("nyt %(at)s, uusin %(newest)s", at=at, newest=newest)
        ),
        Check(
            _("Postin kulku"),
            overdue == 0,
            ngettext("%(num)s viesti on myöhässä", "%(num)s viestiä on myöhässä", overdue),
        ),
        Check(
            _("Postin perillemeno"),
            given_up == 0,
            ngettext("%(num)s viesti ei mennyt perille", "%(num)s viestiä ei mennyt perille", given_up),
        ),
    ]


@lru_cache(maxsize=4)
def _newest_in(directory: str) -> str | None:
    scripts: Any = ScriptDirectory(directory)
    head: str | None = scripts.get_current_head()
    return head
