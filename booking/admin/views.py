"""The administrator's pages: how the installation is, who has an account, which organisations there are."""

import platform
from dataclasses import dataclass
from importlib.metadata import version

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SearchField
from wtforms.validators import Length

from booking import clock
from booking.access.guard import current_actor, requires
from booking.access.permissions import Permission
from booking.accounts.models import User
from booking.admin import health, queries
from booking.admin.looks import note_look
from booking.admin.menu import admin_pages
from booking.organisations.labels import KINDS
from booking.organisations.models import Organisation
from booking.outbox import delivery
from booking.web.filters import number
from booking.web.forms import QueryForm
from booking.web.paging import page_numbers

blueprint = Blueprint("admin", __name__)

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with its name."""

    label: str
    value: str
    note: str = ""


class UserSearchForm(QueryForm):
    """Accounts by a part of the name or the address."""

    q = SearchField(lazy_gettext("Nimi tai sähköposti"), validators=[Length(max=120)])


@blueprint.get("/admin")
@requires(Permission.ADMINISTRATOR)
def overview() -> ResponseReturnValue:
    """How much there is of everything, and whether all is well."""
    return render_template(
        "admin/overview.html",
        pages=admin_pages(),
        figures=_figures(),
        checks=[*health.checks(), _versions()],
    )


@blueprint.get("/admin/users")
@requires(Permission.ADMINISTRATOR)
def users() -> ResponseReturnValue:
    """All accounts, 50 a page."""
    note_look(current_actor(), now=clock.now())
    form = UserSearchForm()
    wanted = form.q.data or "" if form.validate() else ""
    page = page_numbers(queries.count_users(wanted), A_PAGE)
    lines = queries.users(wanted, first=(page.number - 1) * A_PAGE, size=A_PAGE)
    return render_template("admin/users.html", form=form, users=lines, page=page)


@blueprint.get("/admin/organisations")
@requires(Permission.ADMINISTRATOR)
def organisations() -> ResponseReturnValue:
    """All organisations, 50 a page."""
    page = page_numbers(queries.count(Organisation), A_PAGE)
    lines = queries.organisations(first=(page.number - 1) * A_PAGE, size=A_PAGE)
    return render_template("admin/organisations.html", organisations=lines, kinds=KINDS, page=page)


def _figures() -> list[Figure]:
    now = clock.now()
    return [
        Figure(_("Tunnuksia"), number(queries.count(User))),
        Figure(_("Organisaatioita"), number(queries.count(Organisation))),
        Figure(_("Tiloja"), number(queries.count_rooms("published")), _("näkyvissä")),
        Figure(_("Odottavia pyyntöjä"), number(queries.count_coming("pending", now)), _("tulossa")),
        Figure(_("Vahvistettuja varauksia"), number(queries.count_coming("confirmed", now)), _("tulossa")),
        Figure(_("Posteja jonossa"), number(queries.waiting_mails())),
        Figure(_("Posteja jäi perille menemättä"), number(delivery.count_given_up())),
    ]


def _versions() -> health.Check:
    release = current_app.config["RELEASE"]
    libraries = ", ".join(f"{name} {version(name)}" for name in ("Flask", "SQLAlchemy"))
    return health.Check(_("Versiot"), True, f"{release}, Python {platform.python_version()}, {libraries}")
