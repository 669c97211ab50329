"""What can be wrong with a line of the reservations' sheet: in English for the command line, and in words."""

from datetime import datetime

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.rooms.faults import register_faults
from booking.timetable.interval import Interval
from booking.web.filters import when
from booking.web.sentences import register_sentences

register_faults(
    {
        "sheet_not_time": "%(text)r is not a time like 18:00",
        "sheet_missing_time": "%(text)r does not exist on that date: the clocks skip it",
        "sheet_not_email": "%(text)r is not an e-mail address",
        "sheet_not_pattern": "%(text)r is not a pattern as the export writes it",
        "sheet_end_before_start": "is not after the start",
        "sheet_end_needs_date": "is not after the start; a night of more than %(most)s hours needs end_date",
        "sheet_use_too_long": "is more than %(days)s days after the start",
        "sheet_too_many_new": "and later are more than %(most)s new lines; divide the sheet",
        "sheet_not_your_room": "%(text)r is no room whose reservations you decide on",
        "sheet_unknown_room": "there is no room %(text)r",
        "sheet_unknown_person": "nobody has an account with %(text)r",
        "sheet_no_booker": "is empty: an operator says whose it is",
        "sheet_only_open_states": "%(text)r is not imported here; confirmed and pending are",
        "sheet_pending_is_past": "a request cannot wait for a decision on a time that has begun",
        "sheet_over_capacity": "%(text)s are more than the room's %(most)s",
        "sheet_reference_differs": "differs from line %(line)s, which has the same reference",
        "sheet_other_owner": "is another owner's than that of line %(line)s, which has the same reference",
        "sheet_reservation_differs": "differs from what is stored; change a reservation in the service",
        "sheet_date_not_stored": "the reservation is there already and has no such date",
        "sheet_uid_twice": "%(text)r is on line %(line)s or stored already",
        "sheet_taken_by_line": "overlaps line %(line)s",
        "sheet_taken": "is taken: %(text)s",
    }
)


def _taken(label: str, start: datetime, end: datetime, text: str = "") -> str:
    span = when(Interval(start, end))
    if label:
        return str(_("Aika on varattu: %(who)s, %(when)s.", who=label, when=span))
    return str(_("Aika on varattu: %(when)s.", when=span))


register_sentences(
    {
        "sheet_not_time": _l("”%(text)s” ei ole kellonaika. Kirjoita esimerkiksi 18:00."),
        "sheet_missing_time": _l("Kelloa siirretään: aikaa %(text)s ei ole sinä päivänä."),
        "sheet_not_email": _l("”%(text)s” ei ole sähköpostiosoite."),
        "sheet_not_pattern": _l("”%(text)s” ei ole toisto, jonka palvelu on kirjoittanut."),
        "sheet_end_before_start": _l("Loppu ei ole alun jälkeen."),
        "sheet_end_needs_date": _l(
            "Päättyy ennen alkua tai samaan aikaan. Jos varaus jatkuu seuraavaan päivään, kirjoita end_date."
            " Ilman sitä yön yli käy enintään %(most)s tuntia."
        ),
        "sheet_use_too_long": _l("Käyttö kestää yli %(days)s päivää. Jaa se useaksi riviksi."),
        "sheet_too_many_new": _l(
            "Uusia rivejä on liikaa. Enintään %(most)s käy kerralla: jaa taulukko osiin."
        ),
        "sheet_not_your_room": _l("”%(text)s” ei ole tila, jonka varauksista sinä päätät."),
        "sheet_unknown_room": _l("Tilaa ”%(text)s” ei ole."),
        "sheet_unknown_person": _l(
            "Osoitteella ”%(text)s” ei ole tunnusta. Jätä solu tyhjäksi tai korjaa osoite."
        ),
        "sheet_no_booker": _l("Varaaja puuttuu."),
        "sheet_only_open_states": _l("Tilaa ”%(text)s” ei tuoda. Kirjoita confirmed tai pending."),
        "sheet_pending_is_past": _l(
            "Aika on jo alkanut, joten pyyntö ei voi enää odottaa. Kirjoita confirmed."
        ),
        "sheet_over_capacity": _l("Henkilöitä on %(text)s, mutta tilaan mahtuu %(most)s."),
        "sheet_reference_differs": _l(
            "Tieto on eri kuin rivillä %(line)s, jolla on sama tunnus (reference)."
        ),
        "sheet_other_owner": _l(
            "Tilalla on eri omistaja kuin rivillä %(line)s, jolla on sama tunnus (reference)."
        ),
        "sheet_reservation_differs": _l(
            "Varaus on jo palvelussa, ja siellä on eri tieto. Muuta varausta sen omalla sivulla."
        ),
        "sheet_date_not_stored": _l(
            "Varaus on jo palvelussa, eikä siinä ole tätä aikaa. Poista tunnus (reference) tai rivi."
        ),
        "sheet_uid_twice": _l("Kalenteritunnus ”%(text)s” on jo käytössä."),
        "sheet_taken_by_line": _l("Aika menee päällekkäin rivin %(line)s kanssa."),
        "sheet_taken": _taken,
    }
)
