"""The sentences of times that cannot be."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.web.filters import clock_face, when
from booking.web.sentences import register_sentences

register_sentences(
    {
        "end_before_start": _l("Loppu on ennen alkua. Valitse loppu, joka on alun jälkeen."),
        "missing_time": lambda later: _(
            "Tätä kellonaikaa ei ole: kellot siirretään silloin kesäaikaan. Seuraava aika on klo %(time)s.",
            time=clock_face(later.hour, later.minute),
        ),
        "closed_by_owner": lambda use: _(
            "Omistaja on sulkenut tilan tähän aikaan: %(when)s. Valitse toinen aika tai tila.", when=when(use)
        ),
        "unreadable_time": _l("Aikaa ei voi lukea. Kirjoita se muodossa 2027-01-12T18:00."),
        "bad_pattern": _l("Toistoa ei voi lukea. Valitse se uudelleen."),
        "unreadable_pattern": _l("Toistoa ei voi lukea. Valitse se uudelleen."),
        "unknown_frequency": _l("Valitse, kuinka usein varaus toistuu."),
        "not_of_frequency": _l("Tämä ei kuulu valittuun toistoon. Tyhjennä kohta tai valitse toinen toisto."),
        "bad_interval": _l("Kirjoita väli kokonaislukuna: 2 tarkoittaa joka toista kertaa."),
        "bad_count": _l("Kirjoita kertojen määrä kokonaislukuna."),
        "until_or_count": _l("Kerro joko viimeinen päivä tai kertojen määrä, ei molempia."),
        "no_end": _l("Kerro viimeinen päivä tai kertojen määrä: toinen tarvitaan."),
        "two_ends": _l("Viimeinen päivä ja kertojen määrä on annettu molemmat. Tyhjennä toinen."),
        "until_of_none": _l("Valitse, miten usein tämä toistuu, tai tyhjennä viimeinen päivä."),
        "count_of_none": _l("Valitse, miten usein tämä toistuu, tai tyhjennä kertojen määrä."),
        "bad_weekday": _l("Valitse viikonpäivät luettelosta."),
        "unknown_monthly_by": _l("Valitse, toistuuko tämä päivän vai viikonpäivän mukaan."),
        "no_dates": _l("Yhtään päivää ei jää. Lisää päiviä tai poista rajauksia."),
        "until_before_start": _l("Viimeinen päivä on ennen ensimmäistä."),
        "overlaps_itself": _l("Varaus siivouksineen jatkuu vielä, kun seuraava kerta jo alkaa."),
        "count_out_of_reach": _l("Näin monta kertaa ei tule täyteen. Pienennä kertojen määrää."),
        "too_many_dates": lambda limit: _(
            "Kertoja on liian monta. Sarjassa voi olla enintään %(limit)s kertaa.", limit=limit
        ),
    }
)
