"""The extension objects only; `booking.app` ties them to an application."""

from typing import TYPE_CHECKING

from flask_babel import Babel
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

# Every constraint has a name that both databases and every migration agree on.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class _Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING_CONVENTION)


# A read page renders what it has read, also after the commit: nothing is silently read again.
db = SQLAlchemy(model_class=_Base, session_options={"expire_on_commit": False})
babel = Babel()
csrf = CSRFProtect()
login_manager = LoginManager()
login_manager.session_protection = None  # a session is a row that can be ended, not an address that must stay
migrate = Migrate()

if TYPE_CHECKING:

    class Model(_Base):
        """The base of all tables, as the type checker sees it."""

        __abstract__ = True

else:
    Model = db.Model
