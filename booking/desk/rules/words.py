"""The words of the rules' pages: what each rule is called and what it does, and its values as choices."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.rooms.rule_sentences import length
from booking.rooms.rules import RoomRules

NAMES: Final[Mapping[str, Any]] = {
    "who_may_book": _l("Kuka saa varata"),
    "approval": _l("Miten varaus vahvistuu"),
    "pending_holds": _l("Odottava pyyntö"),
    "grid_minutes": _l("Aloitusväli"),
    "shortest_minutes": _l("Lyhin varaus"),
    "longest_minutes": _l("Pisin varaus"),
    "turnaround_minutes": _l("Siivousaika käytön jälkeen"),
    "notice_minutes": _l("Viimeistään ennen alkua"),
    "longest_ahead_months": _l("Kuinka pitkälle voi varata"),
    "cancellation_days": _l("Peruminen"),
    "most_active": _l("Yhdistyksen varaukset enintään"),
}
ABOUT: Final[Mapping[str, Any]] = {
    "who_may_book": _l("Yhdistyksen puolesta varaa sen varaaja. Omistajan omat ovat sen ryhmät ja jäsenet."),
    "approval": _l(
        "Heti: vapaa aika on varattu saman tien. Hyväksyjä: joku päättää jokaisesta pyynnöstä. "
        "Hakukierros: aikaa ei voi pyytää, vaan vuorot jaetaan kierroksella."
    ),
    "pending_holds": _l(
        "Kun pyyntö pitää ajan, muut eivät voi varata sitä ennen päätöstä. "
        "Kun pyynnöt kilpailevat, samaa aikaa voi pyytää moni ja hyväksyjä valitsee."
    ),
    "grid_minutes": _l("Varaus alkaa ja päättyy kellon mukaan näin monen minuutin välein."),
    "shortest_minutes": _l("Tätä lyhyempää aikaa ei voi varata. Kirjoita esimerkiksi 30 min tai 1 t."),
    "longest_minutes": _l("Tätä pidempää aikaa ei voi varata. Kirjoita esimerkiksi 4 t tai 2 pv."),
    "turnaround_minutes": _l(
        "Käytön jälkeen tila on näin kauan varattu siivoukselle ja järjestelylle. "
        "Muutos koskee vain uusia varauksia: entiset pitävät sen ajan, jonka ne saivat."
    ),
    "notice_minutes": _l("Varaus on tehtävä näin paljon ennen alkua. 0 min: alkuun asti."),
    "longest_ahead_months": _l(
        "Kuukausina. Viimeinen päivä on sama kuin tänään, tai kuukauden viimeinen, jos sitä ei ole."
    ),
    "cancellation_days": _l(
        "Päivinä. Näin monta päivää ennen alkua varaaja voi vielä perua itse. Sen jälkeen ajan voi "
        "luovuttaa takaisin, ja omistaja näkee, että se oli myöhässä."
    ),
    "most_active": _l(
        "Voimassa olevia varauksia tähän tilaan yhtä aikaa. Toistuva varaus on yksi varaus. "
        "Ei rajaa sitä, joka varaa itselleen."
    ),
}
NO_LIMIT: Final = frozenset({"ei rajaa", "rajaton", "ingen gräns", "no limit"})


def choices_of(name: str) -> dict[str, str]:
    """Return what can be chosen for a rule, by the value a form sends."""
    return {
        "who_may_book": {
            "anyone": _("kuka tahansa kirjautunut"),
            "associations": _("yhdistykset ja ryhmät"),
            "members": _("vain omistajan omat ryhmät ja jäsenet"),
        },
        "approval": {
            "at_once": _("heti, jos aika on vapaa"),
            "by_approver": _("hyväksyjä päättää"),
            "by_round": _("vain hakukierroksella"),
        },
        "pending_holds": {"yes": _("pitää ajan"), "no": _("kilpailee muiden kanssa")},
        "grid_minutes": {
            "15": _("15 minuutin välein"),
            "30": _("puolen tunnin välein"),
            "60": _("tasatunnein"),
        },
    }[name]


def value_words(name: str, rules: RoomRules) -> str:
    """Return the value of a rule in a word or two."""
    value = getattr(rules, name)
    if name in ("who_may_book", "approval", "grid_minutes"):
        return choices_of(name)[str(value)]
    if name == "pending_holds":
        return choices_of(name)["yes" if value else "no"]
    if name == "longest_ahead_months":
        return str(ngettext("%(num)s kuukausi", "%(num)s kuukautta", value))
    if name == "cancellation_days":
        return str(ngettext("%(num)s päivä", "%(num)s päivää", value))
    if name == "most_active":
        return str(value) if value is not None else str(_("ei rajaa"))
    return length(value)
