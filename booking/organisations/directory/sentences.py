"""The sentences of what can be refused about profiles and about what is offered and looked for."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.web.sentences import register_sentences

register_sentences(
    {
        "profile_too_long": lambda length: _("Lyhennä teksti enintään %(length)s merkkiin.", length=length),
        "profile_says_nothing": _l("Kirjoita, mitä yhdistys tekee. Muutama lause riittää."),
        "website_unusable": _l(
            "Osoitetta ei voi käyttää linkkinä. Kirjoita se muodossa https://www.yhdistys.fi."
        ),
        "contact_email_unusable": _l("Kirjoita sähköpostiosoite muodossa nimi@esimerkki.fi."),
        "contact_phone_unusable": _l("Kirjoita yksi puhelinnumero numeroin, esimerkiksi 040 123 4567."),
        "unknown_tag": _l("Valitse vain annetuista vaihtoehdoista."),
        "exchange_says_nothing": _l("Kirjoita, mitä tarjotaan tai etsitään."),
        "exchange_day_past": _l("Viimeinen päivä on jo mennyt. Valitse tämä päivä tai myöhempi."),
        "exchange_day_far": _l(
            "Valitse enintään vuoden päässä oleva päivä. Ilmoitusta voi jatkaa myöhemmin."
        ),
        "too_many_exchanges": lambda most: _(
            "Ilmoituksia on jo %(most)s, eikä enempää mahdu. Poista ensin jokin vanha.", most=most
        ),
        "unknown_exchange": _l("Ilmoitusta ei ole. Ehkä se on jo poistettu."),
        "check_link_over": _l(
            "Linkki ei enää toimi. Kirjaudu sisään ja tarkista tiedot yhdistyksen sivulta."
        ),
    }
)
