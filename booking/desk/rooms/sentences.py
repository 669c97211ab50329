"""The sentences of what can be refused about a room that is kept."""

from flask_babel import lazy_gettext as _l

from booking.desk.rooms.seen import CHANGED
from booking.web.sentences import register_sentences

register_sentences(
    {
        "room_name_missing": _l("Kirjoita tilan nimi suomeksi."),
        "room_is_there": _l("Tämän niminen tila on jo samassa paikassa. Anna toinen nimi."),
        "unknown_kind": _l("Valitse, millainen tila on."),
        "unknown_venue": _l("Toimipistettä ei ole. Valitse toimipiste luettelosta."),
        "venue_name_missing": _l("Kirjoita toimipisteen nimi, esimerkiksi talon nimi."),
        "room_is_divided": _l("Tila on jo jaettu osiin. Lisää osa tai jaa jokin osista."),
        "room_is_whole": _l("Tilaa ei ole jaettu. Jaa se ensin vähintään kahteen osaan."),
        "space_of_others": _l("Samaa tilaa käyttää myös toinen omistaja, joten sitä ei voi jakaa täällä."),
        "too_few_parts": _l("Nimeä vähintään kaksi osaa."),
        "too_many_parts": _l("Osia voi olla enintään %(most)s."),
        "same_part_name": _l("Anna kullekin osalle oma nimi, jota muilla tiloillasi ei ole."),
        "room_not_ready": _l(
            "Tilaa ei vielä julkaistu: siitä puuttuu tietoja, jotka tarvitaan. Katso luettelo."
        ),
        "room_was_public": _l("Vain luonnoksen, jota ei ole koskaan julkaistu, voi poistaa kokonaan."),
        "room_is_referred_to": _l(
            "Luonnosta ei poistettu: siihen liittyy varaus, pyyntö tai sulku, jonka tiedot säilytetään."
        ),
        CHANGED: _l(
            "Joku muutti tätä, kun sivu oli sinulla auki. Omasi on tallessa lomakkeessa, mutta sitä ei vielä "
            "tallennettu. Katso, mitä nyt on voimassa, ja tallenna uudelleen, jos omasi jää."
        ),
        "room_in_use": _l(
            "Tilaa ei poistettu käytöstä: siinä on vielä tulossa aikoja. Peru tai siirrä ne ensin."
        ),
    }
)
