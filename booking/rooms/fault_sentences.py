"""The sentences of what can be wrong with a sheet, for pages. The codes are those of `faults.ENGLISH`."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.rooms.faults import ENGLISH, Fault
from booking.web.sentences import register_sentences, sentence


def in_words(fault: Fault) -> str:
    """Return what is wrong, in the reader's language, without its line and column."""
    return sentence(fault.code, fault.params) if fault.code in ENGLISH else fault.code


register_sentences(
    {
        "sheet_empty": _l("Täytä tämä solu."),
        "sheet_too_long": lambda length, most: ngettext(
            "Tekstissä on %(length)s merkkiä. Lyhennä se enintään %(num)s merkkiin.",
            "Tekstissä on %(length)s merkkiä. Lyhennä se enintään %(num)s merkkiin.",
            most,
            length=length,
        ),
        "sheet_not_slug": _l(
            "”%(text)s” ei kelpaa tunnukseksi. Käytä pieniä kirjaimia a–z, numeroita ja yksittäisiä "
            "yhdysmerkkejä, enintään 80."
        ),
        "sheet_not_whole": _l("”%(text)s” ei ole kokonaisluku. Pienin on %(least)s."),
        "sheet_not_whole_between": _l("”%(text)s” ei ole kokonaisluku väliltä %(least)s–%(most)s."),
        "sheet_not_number": _l("”%(text)s” ei ole luku väliltä %(least)s–%(most)s."),
        "sheet_not_prices": _l(
            "”%(text)s” ei ole hinta. Kirjoita esimerkiksi everyone hour 20 tai association/under_18 free."
        ),
        "sheet_price_twice": _l("”%(text)s”: samalle ryhmälle on jo hinta."),
        "sheet_share_alone": _l("”%(text)s”: osuus kokonaisen tilan hinnasta on yksin, ilman muita hintoja."),
        "sheet_prices_differ": _l("Hinta on eri kuin sarakkeessa price_eur_per_hour, joka koskee kaikkia."),
        "sheet_not_price": _l("”%(text)s” ei ole hinta euroina. Kirjoita esimerkiksi 12 tai 12,50."),
        "sheet_not_yes_no": _l("”%(text)s” ei käy. Kirjoita yes (kyllä) tai no (ei)."),
        "sheet_not_choice": _l("”%(text)s” ei käy. Kirjoita jokin näistä: %(choices)s."),
        "sheet_feature_twice": _l("Sama ominaisuus on mainittu kahdesti. Poista toinen."),
        "sheet_days_backwards": _l("”%(text)s” on väärin päin. Aloita aiemmasta viikonpäivästä."),
        "sheet_not_hours": _l("”%(text)s” ei ole aukioloaika. Kirjoita esimerkiksi 10:00-22:00."),
        "sheet_not_season": _l("”%(text)s” ei ole kausi. Kirjoita esimerkiksi 2027-06-01..2027-08-31."),
        "sheet_season_backwards": _l("”%(text)s” päättyy ennen kuin alkaa."),
        "sheet_not_date": _l("”%(text)s” ei ole päivä. Kirjoita esimerkiksi 2027-01-31."),
        "sheet_not_moment": _l("”%(text)s” ei ole hetki muodossa 2027-01-12T16:00:00Z."),
        "sheet_file_empty": _l("Tiedosto on tyhjä."),
        "sheet_is_workbook": _l("Tämä on Excel-työkirja. Tallenna se CSV UTF-8 -muotoon."),
        "sheet_is_of_rooms": _l("Tämä on tilojen taulukko. Tuo se kohdassa ”Tuo tiloja”."),
        "sheet_is_of_reservations": _l("Tämä on varausten taulukko. Tuo se kohdassa ”Tuo varauksia”."),
        "sheet_not_utf8": _l(
            "Tiedosto ei ole UTF-8-muodossa. Tallenna se muodossa ”CSV UTF-8” ja lähetä uudelleen."
        ),
        "sheet_not_text": _l("Tiedosto ei ole tekstiä. Tallenna taulukko muodossa ”CSV UTF-8”."),
        "sheet_not_csv": _l("Rivi ei ole CSV-muotoa: lainausmerkkejä puuttuu tai on liikaa."),
        "sheet_cells_differ": _l("Rivillä on %(cells)s solua, otsikkorivillä %(columns)s."),
        "sheet_column_missing": _l("Tämä sarake puuttuu."),
        "sheet_column_unknown": _l("Tällaista saraketta ei ole. Poista se tai korjaa nimi."),
        "sheet_column_twice": _l("Sama sarake on kahdesti. Poista toinen."),
        "sheet_too_large": _l("Tiedosto on liian suuri. Enintään %(megabytes)s Mt käy: jaa se osiin."),
        "sheet_too_many_lines": _l("Rivejä on liikaa. Enintään %(most)s käy kerralla: jaa taulukko osiin."),
        "sheet_line_twice": _l("”%(text)s” on jo rivillä %(line)s. Poista toinen."),
        "sheet_no_address": _l("Nimestä ”%(text)s” ei saa osoitetta. Käytä nimessä kirjaimia."),
        "sheet_venue_differs": _l(
            "Tieto on eri kuin rivillä %(line)s, jolla on sama toimipiste. Kirjoita molempiin sama."
        ),
        "sheet_longest_below_shortest": _l(
            "Pisin kesto %(longest)s min on lyhyempi kuin lyhin kesto %(shortest)s min."
        ),
        "sheet_unknown_organisation": _l("Järjestöä ”%(text)s” ei ole."),
        "sheet_not_a_part": _l("”%(text)s” ei ole saman toimipisteen jakamaton tila."),
        "sheet_slug_of_another": _l("Tunnus ”%(text)s” on toisen omistajan tilan. Valitse toinen tunnus."),
        "sheet_owner_not_yours": _l("”%(text)s” ei ole järjestö, jonka tiloja sinä hoidat."),
        "sheet_owner_needed": _l("Kirjoita omistaja: jokin niistä järjestöistä, joiden tiloja hoidat."),
        "sheet_venue_shared": _l(
            "Toimipisteessä on muidenkin omistajien tiloja, joten taulukko ei muuta sen tietoja. "
            "Jätä solu ennalleen."
        ),
        "sheet_parts_stay": _l(
            "Tilan osia ei voi enää muuttaa, koska varaukset pitävät niitä. Jätä solu ennalleen."
        ),
    }
)
