"""All pages of the desk, and its first page: what there is to do here for whom."""

from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from booking.access.guard import may_open, requires
from booking.access.permissions import Permission
from booking.desk import factor_views
from booking.desk.approvals import views as approvals_views
from booking.desk.behalf import views as behalf_views
from booking.desk.blueprint import blueprint
from booking.desk.board import views as board_views
from booking.desk.closures import views as closures_views
from booking.desk.hours import views as hours_views
from booking.desk.rooms import views as rooms_views
from booking.desk.rules import views as rules_views
from booking.desk.sheets import views as sheets_views

BLUEPRINTS: Final = (
    blueprint,
    approvals_views.blueprint,
    behalf_views.blueprint,
    board_views.blueprint,
    closures_views.blueprint,
    hours_views.blueprint,
    rooms_views.blueprint,
    rules_views.blueprint,
    sheets_views.blueprint,
    factor_views.blueprint,
)


@dataclass(frozen=True, slots=True)
class Task:
    """One part of the desk: its first page and what one does there."""

    endpoint: str
    name: Any
    about: Any


# In the order in which a day needs them. Whoever may not open one does not see it.
TASKS: Final = (
    Task("approvals.queue", _l("Hyväksynnät"), _l("Vahvista, hylkää, kysy tai ehdota muuta aikaa.")),
    Task(
        "behalf.book", _l("Varaa toisen puolesta"), _l("Soittajalle tai kävijälle, myös ilman sähköpostia.")
    ),
    Task("desk_rooms.list_rooms", _l("Omat tilat"), _l("Tiedot, kuvat, hinnat, ehdot, aukiolo ja säännöt.")),
    Task(
        "closures.list_closures", _l("Sulut ja oma käyttö"), _l("Remontti, loma tai omistajan oma tilaisuus.")
    ),
    Task(
        "outside.list_sources",
        _l("Ulkoiset kalenterit"),
        _l("Tila varataan muualla pidetyn kalenterin mukaan."),
    ),
    Task(
        "verifying.unverified",
        _l("Uudet yhdistykset"),
        _l("Vahvista, että palveluun perustettu yhdistys on oikea."),
    ),
    Task(
        "sheets.overview",
        _l("Taulukot ja tulosteet"),
        _l("Tilat ja varaukset taulukkoina, viikot ja kaudet paperille."),
    ),
    Task(
        "desk_factor.show",
        _l("Hyväksyjien kirjautuminen"),
        _l("Vaadi hyväksyjiltä kaksivaiheinen kirjautuminen."),
    ),
)


@blueprint.get("/desk")
@requires(Permission.DESK)
def overview() -> ResponseReturnValue:
    """Show what there is to do at the desk."""
    tasks = [
        each for each in TASKS if each.endpoint in current_app.view_functions and may_open(each.endpoint)
    ]
    return render_template("desk/overview.html", tasks=tasks)
