"""The words for purposes, visibility and the steps of a history."""

from flask_babel import lazy_gettext as _l

PURPOSES = {
    "meeting": _l("kokous"),
    "rehearsal": _l("harjoitus"),
    "training": _l("liikuntavuoro"),
    "course": _l("kurssi"),
    "event": _l("tapahtuma"),
    "other": _l("muu"),
}
VISIBILITIES = {
    "public": _l("julkinen: yhdistys, tilaisuus ja käyttö näkyvät"),
    "private": _l("yksityinen: kalenterissa lukee vain ”varattu”"),
    "event": _l("avoin tilaisuus: kuka tahansa saa tulla"),
}
STEPS = {
    "request": _l("Pyyntö lähetettiin"),
    "request_at_once": _l("Varaus tehtiin ja vahvistui heti"),
    "confirm": _l("Pyyntö vahvistettiin"),
    "decline": _l("Pyyntö hylättiin"),
    "lose": _l("Pyyntö hylättiin, koska aika ei ollut enää vapaa"),
    "withdraw": _l("Pyyntö peruttiin"),
    "expire": _l("Pyyntö vanheni, koska kukaan ei ehtinyt päättää"),
    "cancel": _l("Varaus peruttiin"),
    "cancel_short": _l("Omistaja perui varauksen alle 14 päivän varoituksella"),
    "give_back_late": _l("Aika luovutettiin takaisin perumisajan jälkeen"),
    "mark_used": _l("Aika merkittiin käytetyksi"),
    "mark_no_show": _l("Aika merkittiin käyttämättä jääneeksi"),
    "offer": _l("Omistaja ehdotti toista aikaa tai tilaa"),
    "accept": _l("Ehdotus hyväksyttiin, ja varaus vahvistui"),
    "refuse_offer": _l("Ehdotusta ei hyväksytty"),
    "withdraw_offer": _l("Omistaja perui ehdotuksen"),
    "expire_offer": _l("Ehdotus vanheni, koska siihen ei vastattu"),
    "confirm_move": _l("Siirto vahvistettiin"),
    "decline_move": _l("Siirto hylättiin, ja varaus pysyi ennallaan"),
    "withdraw_move": _l("Siirtopyyntö peruttiin, ja varaus pysyi ennallaan"),
    "expire_move": _l("Siirtopyyntö vanheni, ja varaus pysyi ennallaan"),
    "edit": _l("Varausta muutettiin"),
    "undo": _l("Omistaja kumosi päätöksensä"),
    "import": _l("Varaus tuotiin taulukosta"),
    "ask": _l("Omistaja kysyi lisää"),
    "answer": _l("Varaaja vastasi kysymykseen"),
    "tell_by_phone": _l("Varaajalle kerrottiin puhelimessa"),
}
"""Steps of a history as sentences; `lifecycle.Step` and the asking itself."""
EDITED = {
    "title": _l("nimi"),
    "people": _l("henkilömäärä"),
    "room": _l("tila"),
    "times": _l("kellonaika"),
    "days": _l("päivä"),
    "pattern": _l("toistuminen"),
    "purpose": _l("käyttö"),
    "visibility": _l("näkyvyys"),
    "responsible": _l("vastuuhenkilö"),
    "contact": _l("yhteystieto"),
    "note": _l("viesti"),
}
"""What an edit changed: the names in `Edit`."""
