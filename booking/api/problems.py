"""Every refusal as application/problem+json (RFC 9457), with a stable `code` and sentences for people."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import Response
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import HTTPException

from booking.availability.alternatives import Alternative
from booking.clock import zone
from booking.errors import RuleViolation, SlotTaken, Violation, WrongState
from booking.timetable.interval import Interval
from booking.timetable.zone import isoformat
from booking.web.errors import Fault
from booking.web.sentences import register_sentences, sentence, sentence_for

MEDIA_TYPE: Final = "application/problem+json"
TITLES: Final = {
    400: _l("Pyyntöä ei voi lukea"),
    401: _l("Tunniste puuttuu tai ei kelpaa"),
    403: _l("Oikeudet eivät riitä"),
    404: _l("Ei löydy"),
    405: _l("Tapa ei ole käytössä"),
    409: _l("Ristiriita nykyisen tilanteen kanssa"),
    413: _l("Pyyntö on liian suuri"),
    415: _l("Väärä muoto"),
    422: _l("Pyyntöä ei voi hyväksyä"),
    429: _l("Liian monta yritystä"),
    500: _l("Palvelussa on vika"),
    503: _l("Palvelu ei ole juuri nyt käytettävissä"),
}
MOST_SENTENCES: Final = 5  # of the violations in `detail`: a series may have a year of them
_KEPT_HEADERS: Final = frozenset({"WWW-Authenticate"})

register_sentences(
    {
        "bad_request": _l("Pyyntöä ei voi lukea. Mitään ei tallennettu."),
        "unauthorized": _l("Lähetä voimassa oleva tunniste: Authorization: Bearer …"),
        "insufficient_scope": _l("Avaimella ei saa tehdä tätä. Siltä puuttuva oikeus on kohdassa missing."),
        "method_not_allowed": _l("Osoitteessa ei voi tehdä tätä. Sallitut tavat ovat Allow-otsakkeessa."),
        "request_entity_too_large": _l("Pyyntö on liian suuri. Mitään ei tallennettu."),
        "unsupported_media_type": _l("Lähetä tiedot JSON-muodossa."),
        "internal_server_error": _l("Palvelussa on vika. Mitään ei tallennettu."),
        "unavailable": _l(
            "Tietokanta ei vastaa juuri nyt. Mitään ei jäänyt puoliksi tehdyksi."
            " Yritä hetken päästä uudelleen."
        ),
        "invalid_request": _l("Pyynnössä on kenttiä, joita ei voi lukea."),
        "idempotency_mismatch": _l("Samalla Idempotency-Key-tunnuksella on lähetetty jo toinen pyyntö."),
        "bad_idempotency_key": _l("Idempotency-Key on 1–120 merkkiä: kirjaimia, numeroita ja välimerkkejä."),
        "field_missing": _l("Kenttä puuttuu."),
        "unknown_field": _l("Kenttää ei tunneta."),
        "not_an_object": _l("Lähetä JSON-olio, jolla on kentät."),
        "not_text": _l("Arvon pitää olla tekstiä."),
        "not_a_number": _l("Arvon pitää olla kokonaisluku."),
        "not_a_flag": _l("Arvon pitää olla true tai false."),
        "not_a_list": _l("Arvon pitää olla luettelo."),
        "bad_value": _l("Arvo ei kelpaa."),
        "number_out_of_range": lambda least, most: _(
            "Luvun pitää olla %(min)s–%(max)s.", min=least, max=most
        ),
        "unknown_choice": _l("Arvon pitää olla jokin näistä: %(choices)s."),
        "unreadable_date": _l("Päivää ei voi lukea. Kirjoita se muodossa 2027-01-12."),
        "unknown_cursor": _l("Sivun osoite on vanhentunut. Aloita luettelon alusta."),
        "window_too_long": _l("Jakso on liian pitkä. Pyydä enintään %(days)s päivää kerralla."),
        "unreadable_clock": _l("Kellonaikaa ei voi lukea. Kirjoita se muodossa 17:30."),
        "date_twice": _l("Sama päivä on annettu kahdesti."),
        "nothing_instead": _l("Kerro päivälle toinen tila, toinen kellonaika tai molemmat."),
        "not_in_series": _l("Päivä ei kuulu sarjaan."),
        "repeat_missing": _l("Kerro, miten varaus toistuu: daily, weekly, monthly tai dates."),
    }
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish for one room: what `conflicts` and `alternatives` list."""

    room: str
    start: datetime
    end: datetime

    def shape(self, **more: str) -> dict[str, Any]:
        """Return it as it is answered."""
        local = zone()
        return {
            "room": self.room,
            "start": isoformat(self.start, local),
            "end": isoformat(self.end, local),
        } | more


class Taken(SlotTaken):
    """A slot is taken, with what collided and what would do instead."""

    def __init__(self, conflicts: Sequence[Wanted], alternatives: Sequence[Alternative]) -> None:
        super().__init__([Interval(each.start, each.end) for each in conflicts])
        self.wanted = tuple(conflicts)
        self.alternatives = tuple(Wanted(each.slug, each.start, each.end) for each in alternatives)


def answer_fault(fault: Fault) -> Response:
    """Return the problem that an error under /api/ is answered with."""
    # werkzeug's own message is English; ours, where there is one, comes with the fault
    detail = fault.message or sentence(fault.code, getattr(fault.error, "params", None))
    more: dict[str, Any] = {}
    if isinstance(fault.error, RuleViolation):
        more["violations"] = [_violation(each) for each in fault.error.violations]
        sentences = dict.fromkeys(each["detail"] for each in more["violations"])
        detail = " ".join(list(sentences)[:MOST_SENTENCES]) or detail
    if fault.code == "insufficient_scope":
        more["missing"] = getattr(fault.error, "params", {}).get("missing", [])
    if isinstance(fault.error, Taken):
        more["conflicts"] = [each.shape(reason="taken") for each in fault.error.wanted]
        more["alternatives"] = [each.shape() for each in fault.error.alternatives]
    # whatever sentence says which state it is, the contract has one code for it
    code = WrongState.code if isinstance(fault.error, WrongState) else fault.code
    problem = {
        "type": f"/api/docs#{code}",
        "title": str(TITLES.get(fault.status, TITLES[422 if fault.status < 500 else 500])),
        "status": fault.status,
        "detail": detail,
        "code": code,
    }
    response = reply(problem | more, fault.status, media_type=MEDIA_TYPE)
    response.headers.update(fault.headers)
    if isinstance(fault.error, HTTPException):
        response.headers.extend(pair for pair in fault.error.get_headers() if pair[0] in _KEPT_HEADERS)
    return response


def _violation(broken: Violation) -> dict[str, str]:
    on = {"date": broken.on.isoformat()} if broken.on else {}
    return {"code": broken.code, "field": broken.field, "detail": sentence_for(broken)} | on


def reply(payload: Any, status: int = 200, *, media_type: str = "application/json") -> Response:
    """Return an answer made of plain values."""
    return Response(json.dumps(payload, ensure_ascii=False), status, mimetype=media_type)
