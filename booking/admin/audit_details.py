"""What the details of a step on record say, in the reader's language.

Keys and codes have words here, most of them those of the feature that writes them. What nobody has given
words stays as it is: ids, counts, whatever an older version wrote. A test fails for a key without words.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.access.words import ROLES, SCOPES
from booking.admin.audit_words import ACTIONS, KINDS
from booking.desk.approvals.criteria_words import CRITERIA
from booking.desk.rooms.labels import STATES as ROOM_STATES
from booking.desk.rules.words import NAMES as RULES
from booking.organisations.directory.words import EXCHANGES, SIDES
from booking.privacy.feedback.forms import KINDS as FEEDBACK
from booking.privacy.forms import REASONS
from booking.reservations.labels import EDITED
from booking.rooms.labels import KINDS as ROOM_KINDS
from booking.web import filters
from booking.web.states import state_word

NAMES: Final[Mapping[str, Any]] = {
    "about": _l("aihe"),
    "action": _l("tapahtuma"),
    "actor_id": _l("tekijä numerolla"),
    "added": _l("lisätty"),
    "asked": _l("siirtoa pyydetty"),
    "before": _l("ennen"),
    "block_kind": _l("mistä on kyse"),
    "by": _l("kenen toimesta"),
    "calls": _l("puhelut"),
    "changed": _l("mitä muuttui"),
    "criteria": _l("perusteet"),
    "date": _l("päivä"),
    "dates": _l("ajat"),
    "days": _l("voimassa päivinä"),
    "decides": _l("myös päättää"),
    "decision": _l("päätös"),
    "edit": _l("muutoksen yhteydessä"),
    "exchange": _l("ilmoitus"),
    "feed": _l("kalenteri"),
    "format": _l("tiedostomuoto"),
    "from_file": _l("tiedostosta"),
    "hit": _l("varauksia, joita koskee"),
    "identity": _l("liitetty tunnus"),
    "invitation": _l("kutsu"),
    "is_group": _l("rekisteröimätön ryhmä"),
    "is_public": _l("näkyy kaikille"),
    "kind": _l("kohteen laji"),
    "kinds": _l("mitä muuttui"),
    "late": _l("perumisajan jälkeen"),
    "left": _l("jäljellä tai jätetty"),
    "left_without": _l("jäi ilman hallintoa"),
    "mailed": _l("vastaus lähetettiin"),
    "merged": _l("yhdistetty organisaatio"),
    "message": _l("viesti"),
    "minutes": _l("minuutteja"),
    "moved": _l("siirretty"),
    "occurrences": _l("ajat"),
    "on_behalf": _l("toisen puolesta"),
    "organisation": _l("organisaatio"),
    "organisation_id": _l("organisaatio numerolla"),
    "own": _l("tilan omat säännöt"),
    "owner": _l("omistaja"),
    "parts": _l("osat"),
    "photo": _l("kuva"),
    "place": _l("paikka järjestyksessä"),
    "proposal": _l("ehdotus"),
    "proposals": _l("ehdotukset"),
    "reason": _l("syy"),
    "removed": _l("poistettu"),
    "renewed": _l("uusittiin"),
    "request": _l("liittymispyyntö"),
    "reservation": _l("varaus"),
    "reset": _l("nollaus"),
    "role": _l("rooli"),
    "roles": _l("roolit"),
    "room": _l("tila"),
    "room_kind": _l("tilan laji"),
    "rooms": _l("tilat"),
    "rows": _l("rivejä"),
    "rules": _l("säännöt"),
    "scope": _l("mitä aikoja"),
    "scopes": _l("mitä avain saa"),
    "season": _l("kausi"),
    "session": _l("laite"),
    "sessions": _l("laitteita"),
    "short_notice": _l("alle 14 päivän varoituksella"),
    "side": _l("kumpi"),
    "since": _l("alkaen"),
    "stand_in": _l("toimi puolesta"),
    "state": _l("tila käsittelyssä"),
    "stays": _l("jää rooliin"),
    "subject_id": _l("kohde numerolla"),
    "template": _l("valmis perustelu"),
    "until": _l("asti"),
    "user": _l("henkilö"),
    "venue": _l("toimipiste"),
    "version": _l("ehtojen versio"),
    "wanted": _l("haku"),
    "what": _l("mitä"),
}
"""What each detail is called, by its key."""

_CHANGED: Final[Mapping[str, Any]] = {
    "area_m2": _l("pinta-ala"),
    "capacity": _l("henkilömäärä"),
    "contact": _l("yhteystieto"),
    "description": _l("kuvaus"),
    "district": _l("kaupunginosa"),
    "features": _l("varustus"),
    "kind": _l("laji"),
    "language": _l("kieli"),
    "name": _l("nimi"),
    "name_en": _l("nimi englanniksi"),
    "name_sv": _l("nimi ruotsiksi"),
    "position": _l("sijainti kartalla"),
    "street_address": _l("katuosoite"),
    "wants_invitations": _l("kalenterikutsut sähköpostissa"),
}
_STATES: Final = ("pending", "confirmed", "declined", "withdrawn", "expired", "cancelled", "used", "no_show")
CODES: Final[Mapping[str, Mapping[str, Any]]] = {
    "about": FEEDBACK,
    "before": ROOM_STATES,
    "block_kind": {
        "closure": _l("tila on suljettu"),
        "own_use": _l("oma käyttö"),
        "outside": _l("ulkopuolinen kalenteri"),
    },
    "by": {
        "administrator": _l("ylläpitäjä"),
        "approver": _l("hyväksyjä"),
        "booker": _l("varaaja"),
        "default": _l("omistajan yhteiset säännöt"),
        "owner": _l("omistaja"),
        "self": _l("henkilö itse"),
        "service": _l("palvelu"),
    },
    "changed": _CHANGED,
    "criteria": {criterion.value: words for criterion, words in CRITERIA.items()},
    "feed": {
        "approver": _l("hyväksyjän kalenteri"),
        "mine": _l("omat varaukset"),
        "organisation": _l("organisaation kalenteri"),
    },
    "format": {"csv": _l("taulukko (CSV)"), "jsonl": _l("ohjelmalle (JSON)")},
    "kind": KINDS,
    "kinds": EDITED,
    "own": RULES,
    "reason": {
        **REASONS,
        "": _l("oma pyyntö"),
        "unused": _l("pitkään käyttämättä"),
    },
    "role": {role.value: words for role, words in ROLES.items()},
    "roles": {role.value: words for role, words in ROLES.items()},
    "room_kind": {"": _l("kaikki"), **ROOM_KINDS},
    "rules": RULES,
    "scope": {
        "all": _l("kaikki ajat"),
        "following": _l("tämä ja seuraavat"),
        "one": _l("yksi aika"),
    },
    "scopes": {scope.value: words for scope, (words, _note) in SCOPES.items()},
    "side": SIDES,
    "stays": {"": _l("lähti"), **{role.value: words for role, words in ROLES.items()}},
    "what": EXCHANGES,
}
"""What the codes of a detail are called, by its key."""
_MOMENT: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+(Z|[+-][0-9:]{5}))?")


def in_words(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return (what it is, what it says) of each detail, in the reader's language."""
    return sorted((name_of(name), value_of(name, value)) for name, value in details.items())


def name_of(name: str) -> str:
    """Return what a detail is called; its key for one that nobody has given words."""
    return str(NAMES.get(name, name))


def value_of(name: str, value: Any) -> str:
    """Return what a detail says: words for its codes, days and moments as one reads them, else as it is."""
    if value is None or value == []:
        return "–"
    if isinstance(value, bool):
        return str(_("kyllä") if value else _("ei"))
    if isinstance(value, list):
        return ", ".join(value_of(name, each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{name_of(key)} {value_of(key, each)}" for key, each in value.items())
    return _text(name, str(value))


def _text(name: str, text: str) -> str:
    if name == "state" and text in _STATES:
        return state_word(text)
    if name == "action":
        return next((str(known[text]) for known in ACTIONS.values() if text in known), text)
    if text in CODES.get(name, {}):
        return str(CODES[name][text])
    if not _MOMENT.fullmatch(text):
        return text or "–"
    try:
        if "T" in text:
            return filters.moment(datetime.fromisoformat(text))
        return filters.date_long(date.fromisoformat(text))
    except ValueError:
        return text
