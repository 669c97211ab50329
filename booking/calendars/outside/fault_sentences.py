"""The sentences of what can be wrong with a calendar from outside, and with fetching it.

A page shows the line before the sentence where it is known ("Rivi 12: …"), so no sentence names it. Nor does
one say what became of the event: the whole calendar may have been refused.
"""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.web.sentences import register_sentences


def _more(number: int) -> str:
    return str(
        ngettext(
            "Lisäksi %(num)s muu kohta, jota ei luetella.",
            "Lisäksi %(num)s muuta kohtaa, joita ei luetella.",
            number,
        )
    )


register_sentences(
    {
        "calendar_empty": _l("Tiedosto on tyhjä."),
        "calendar_is_a_page": _l(
            "Osoitteesta tuli verkkosivu eikä kalenteri. Kopioi kalenterin iCal-osoite: siinä on usein .ics."
        ),
        "calendar_is_none": _l("Tämä ei ole kalenteri. Kalenteritiedosto alkaa rivillä BEGIN:VCALENDAR."),
        "calendar_cut_off": _l(
            "Tiedosto loppuu kesken: osa %(name)s alkaa riviltä %(began)s eikä pääty. Hae tiedosto uudelleen."
        ),
        "calendar_wrong_end": _l(
            "Tässä päättyy %(name)s, vaikka auki on %(wanted)s riviltä %(began)s. Tiedosto on rikki."
        ),
        "calendar_misplaced": _l("%(name)s on väärässä paikassa. Tiedosto on rikki."),
        "calendar_too_deep": _l("Osia on yli %(most)s sisäkkäin. Tällaista kalenteria ei lueta."),
        "calendar_too_many_events": _l(
            "Tapahtumia on yli %(most)s. Vie kalenterista vain tämän tilan tapahtumat."
        ),
        "calendar_too_many_dates": _l(
            "Tulevia aikoja on yli %(most)s. Vie kalenterista vain tämän tilan tapahtumat."
        ),
        "calendar_too_many_zones": _l("Aikavyöhykkeitä on yli %(most)s. Tällaista kalenteria ei lueta."),
        "calendar_too_slow": _l(
            "Kalenterin lukeminen kestäisi liian kauan. Sen toistuvissa tapahtumissa on luultavasti vikaa."
        ),
        "calendar_too_big": _l(
            "Kalenteri on liian suuri luettavaksi. Vie siitä vain tämän tilan tapahtumat."
        ),
        "calendar_reader_failed": _l("Kalenteria ei voitu lukea. Ilmoita tästä palvelun ylläpidolle."),
        "calendar_not_gregorian": _l(
            "Kalenteri käyttää muuta kuin gregoriaanista ajanlaskua. Sitä ei lueta."
        ),
        "calendar_no_start": _l("Tapahtumalta puuttuu alkuaika."),
        "calendar_bad_time": _l("”%(text)s” ei ole aika."),
        "calendar_bad_length": _l("”%(text)s” ei ole kesto."),
        "calendar_mixed_times": _l("Toinen ajoista on koko päivä ja toinen kellonaika."),
        "calendar_end_before_start": _l("Tapahtuma päättyy ennen kuin alkaa."),
        "calendar_no_length": _l("Tapahtumalla ei ole kestoa, joten se ei varaa aikaa."),
        "calendar_event_too_long": _l("Tapahtuma kestää liian kauan."),
        "calendar_unknown_zone": _l("Aikavyöhykettä ”%(text)s” ei tunneta. Suomen aika on Europe/Helsinki."),
        "calendar_bad_rule": _l("Toistoa ”%(text)s” ei ymmärretä."),
        "calendar_rule_too_often": _l("Tapahtuma toistuu liian tiheään (%(text)s)."),
        "calendar_rule_too_long": _l("Toisto alkaa liian kaukaa menneisyydestä. Siirrä alku lähemmäs."),
        "calendar_too_many_rules": _l("Tapahtumalla on yli %(most)s toistosääntöä."),
        "calendar_uid_twice": _l("Samalla tunnisteella (UID) on toinen tapahtuma myöhemmin tiedostossa."),
        "calendar_more_problems": _more,
    }
)

register_sentences(
    {
        "source_bad_address": _l("Osoitetta ei voi lukea. Kopioi se kalenterista kokonaan uudelleen."),
        "source_not_https": _l("Osoitteen pitää alkaa https:// tai webcal://."),
        "source_password_in_address": _l(
            "Osoitteessa on käyttäjätunnus tai salasana. Käytä kalenterin omaa jaettavaa osoitetta."
        ),
        "source_odd_port": _l(
            "Osoitteen portti ei ole 443 eikä 8443. Käytä kalenterin tavallista osoitetta."
        ),
        "source_closed_address": _l("%(host)s ei ole julkisessa verkossa, joten sieltä ei haeta."),
        "source_unknown_host": _l("Palvelinta %(host)s ei löydy. Tarkista osoite."),
        "source_no_connection": _l("Palvelimeen %(host)s ei saatu yhteyttä."),
        "source_bad_certificate": _l(
            "Palvelimen %(host)s varmenne ei kelpaa, joten siihen ei luoteta. Kerro kalenterin pitäjälle."
        ),
        "source_too_slow": _l("Palvelin %(host)s ei antanut kalenteria %(seconds)s sekunnissa."),
        "source_too_big": _l(
            "Kalenteri on yli %(megabytes)s megatavua. Vie siitä vain tämän tilan tapahtumat."
        ),
        "source_cut_off": _l("Kalenterin lähetys palvelimelta %(host)s katkesi kesken."),
        "source_bad_answer": _l("Palvelimen %(host)s vastausta ei ymmärretty."),
        "source_too_many_redirects": _l(
            "Osoite ohjaa eteenpäin yli %(most)s kertaa. Kopioi kalenterin lopullinen osoite."
        ),
        "source_needs_sign_in": _l(
            "%(host)s vaatii kirjautumisen. Jaa kalenteri salaisella osoitteella ja kopioi se tähän."
        ),
        "source_not_found": _l("Osoitteessa ei ole kalenteria (%(host)s). Onko jakaminen lopetettu?"),
        "source_gone": _l("Kalenteri on poistettu (%(host)s)."),
        "source_asked_too_often": _l("%(host)s pyytää odottamaan. Haku tehdään myöhemmin uudelleen."),
        "source_server_error": _l("Palvelimella %(host)s on häiriö (%(status)s)."),
        "source_bad_status": _l("%(host)s ei antanut kalenteria (%(status)s)."),
    }
)
