"""The sentences of what can be refused or go wrong about calendars from outside."""

from flask_babel import lazy_gettext as _l

from booking.web.sentences import register_sentences

register_sentences(
    {
        "unknown_outside_source": _l("Kalenteria ei ole tai se ei ole sinulle näkyvissä."),
        "outside_nothing_given": _l("Kirjoita kalenterin osoite tai valitse tiedosto."),
        "outside_both_given": _l("Anna joko osoite tai tiedosto, ei molempia."),
        "outside_too_large": _l("Tiedosto on liian suuri. Kalenteri voi olla enintään 5 Mt."),
        "outside_bad_address": _l(
            "Kirjoita koko osoite, esimerkiksi https://kalenteri.esimerkki.fi/sali.ics."
            " Se löytyy kalenterin asetuksista."
        ),
        "outside_unexpected": _l(
            "Kalenterin lukeminen keskeytyi yllättäen. Yritetään uudelleen itsestään;"
            " ylläpito näkee syyn lokista."
        ),
    }
)
