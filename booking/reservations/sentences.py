"""The sentences of what can be refused about a reservation."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.web.filters import moment as in_words
from booking.web.sentences import register_sentences

register_sentences(
    {
        "unknown_reservation": _l("Varausta ei ole tai se ei ole sinulle näkyvissä."),
        "unknown_reservation_signed_out": _l(
            "Varausta ei ole tai sen näkee vasta kirjautuneena. Kirjaudu sisään ja avaa osoite uudelleen."
        ),
        "unknown_week": _l("Viikkoa ei ole. Kirjoita viikko osoitteeseen muodossa 2027-W03."),
        "unknown_occurrence": _l("Varauksessa ei ole tätä aikaa."),
        "unknown_organisation": _l("Yhdistystä ei löydy. Valitse yhdistys luettelosta."),
        "not_a_booker": lambda organisation: _(
            "Et voi varata yhdistyksen %(name)s puolesta. Pyydä oikeutta yhdistyksen hallinnosta.",
            name=organisation,
        ),
        "title_missing": _l("Kirjoita, mikä tilaisuus on."),
        "people_missing": _l("Kirjoita, montako henkilöä tulee."),
        "too_much_text": lambda length: _("Lyhennä teksti enintään %(max)d merkkiin.", max=length),
        "unknown_purpose": _l("Valitse käyttö luettelosta."),
        "unknown_age": _l("Valitse, keitä tulee."),
        "unknown_visibility": _l("Valitse, mitä kalenterissa näkyy."),
        "terms_not_accepted": _l("Lue ehdot ja hyväksy ne."),
        "terms_changed": lambda room, version: _(
            "Tilan %(room)s ehdot ovat muuttuneet: voimassa on nyt versio %(version)s. Lue ne ja hyväksy ne.",
            room=room,
            version=version,
        ),
        "too_many_active": lambda most: ngettext(
            "Yhdistyksellä on jo %(num)s voimassa oleva varaus tähän tilaan. Enempää ei voi olla.",
            "Yhdistyksellä on jo %(num)s voimassa olevaa varausta tähän tilaan. Enempää ei voi olla.",
            most,
        ),
        "reason_missing": _l("Kirjoita syy. Se lähetetään varaajalle."),
        "too_late_to_cancel": lambda days, moment: ngettext(
            "Varauksen voi perua itse viimeistään %(num)s päivä ennen. Aika meni umpeen %(moment)s. "
            "Luovuta aika takaisin varauksen sivulla, niin muut saavat sen.",
            "Varauksen voi perua itse viimeistään %(num)s päivää ennen. Aika meni umpeen %(moment)s. "
            "Luovuta aika takaisin varauksen sivulla, niin muut saavat sen.",
            days,
            moment=in_words(moment),
        ),
        "already_begun": _l("Varaus on jo alkanut, joten sitä ei voi enää muuttaa."),
        "not_begun": _l("Aika ei ole vielä alkanut. Merkitse se, kun se on alkanut."),
        "nothing_to_mark": _l("Tässä varauksessa ei ole aikoja, jotka voisit merkitä."),
        "marked_by_owner": _l("Omistaja on jo merkinnyt ajan. Pyydä omistajaa korjaamaan merkintä."),
        "attendance_of_no_show": _l("Poista kävijämäärä tai valitse, että tila oli käytössä."),
        "attendance_impossible": lambda most: _(
            "Kävijöitä voi olla enintään %(most)s. Tarkista luku.", most=most
        ),
        "reviewed_already": _l("Tämä on jo käyty läpi. Luettelossa on se, mikä vielä odottaa."),
        "no_dates_chosen": _l("Valitse ainakin yksi aika."),
        "no_first_date_chosen": _l("Valitse aika, josta alkaen perutaan."),
        "unknown_proposal": _l("Varauksessa ei ole tätä ehdotusta."),
        "proposal_closed": _l("Ehdotus ei ole enää voimassa. Katso nykyinen tilanne."),
        "offer_lapsed": _l("Ehdotuksen vastausaika on jo ohi."),
        "offer_is_the_request": _l("Tätä aikaa pyydettiin. Vahvista pyyntö tai valitse muu aika tai tila."),
        "only_open_is_offered": _l(
            "Aika on hylätty, peruttu tai käytetty. Sille ei voi enää ehdottaa toista."
        ),
        "move_comes_first": _l("Varaaja on pyytänyt tälle ajalle siirtoa. Vahvista tai hylkää siirto ensin."),
        "no_time_to_answer": _l(
            "Varaajalle jäisi alle tunti aikaa vastata. "
            "Sekä pyydetyn että ehdotetun ajan alkuun pitää olla vähintään kaksi tuntia."
        ),
        "not_the_owners_room": _l("Valitse saman omistajan tila."),
        "dates_contradict": _l(
            "Valinta on ristiriitainen: merkitse joko yksittäisiä aikoja tai väli, ja valitse se yllä."
        ),
        "decision_missing": _l("Paina Vahvista tai Hylkää."),
        "range_unclear": _l("Valitse välin ensimmäinen ja viimeinen aika."),
        "no_dates_left": _l("Yhtään päivää ei jää. Peru jokin valinta tai muuta toistoa."),
        "give_up_link_expired": _l(
            "Linkki on vanhentunut tai vaillinainen. Avaa se suoraan viestistä "
            "tai peru aika varauksen sivulla."
        ),
        "give_up_not_yours": _l(
            "Tämä linkki ei enää peru varausta, koska oikeus siihen on päättynyt. "
            "Pyydä yhdistyksen varaajia perumaan se."
        ),
        "give_up_changed": _l("Varaus on muuttunut viestin lähettämisen jälkeen. Katso nykyinen tilanne."),
        "too_late_to_change": lambda days, moment: ngettext(
            "Aikaa ja tilaa voi muuttaa itse viimeistään %(num)s päivä ennen. Aika meni umpeen %(moment)s. "
            "Ota yhteyttä tilan omistajaan.",
            "Aikaa ja tilaa voi muuttaa itse viimeistään %(num)s päivää ennen. Aika meni umpeen %(moment)s. "
            "Ota yhteyttä tilan omistajaan.",
            days,
            moment=in_words(moment),
        ),
        "changed_meanwhile": _l(
            "Varaus on muuttunut sillä välin. Katso muutokset uudelleen ja tallenna sitten."
        ),
        "nothing_changes": _l("Mikään ei muutu. Kirjoita uusi aika, tila tai muu tieto."),
        "only_for_all": _l("Tämä koskee koko varausta. Valitse, että muutos koskee kaikkia tulevia päiviä."),
        "not_a_series": _l("Nämä päivät eivät toistu. Muuta yksi päivä kerrallaan."),
        "pattern_is_of_many": _l(
            "Toistoa voi muuttaa vain useammalta päivältä kerralla. Valitse, mitkä päivät muuttuvat."
        ),
        "responsible_missing": _l("Kirjoita, kuka on vastuussa."),
        "phone_missing": _l("Kirjoita puhelinnumero, josta varaaja tavoitetaan."),
        "phone_too_short": lambda digits: _(
            "Puhelinnumerosta puuttuu numeroita. Siinä on vähintään %(count)d numeroa.", count=digits
        ),
        "unknown_language": _l("Valitse vahvistuksen kieli luettelosta."),
        "not_staff": _l("Toisen puolesta voi varata vain sen omistajan tiloja, jonka palvelupisteessä olet."),
        "told_already": _l("Tämä on jo kerrottu. Luettelossa on se, mikä vielä odottaa soittoa."),
    }
)
