"""The sentences of what can be refused about making, joining and archiving associations."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.web.sentences import register_sentences

register_sentences(
    {
        "business_id_wrong": _l("Y-tunnuksen numerot eivät täsmää. Tarkista tunnus: se on muotoa 1234567-8."),
        "business_id_missing": _l(
            "Kirjoita yhdistyksen Y-tunnus. Jos sitä ei ole, valitse rekisteröimätön ryhmä."
        ),
        "business_id_of_group": _l(
            "Rekisteröimättömällä ryhmällä ei ole Y-tunnusta. Tyhjennä kohta tai valitse yhdistys."
        ),
        "business_id_taken": lambda name, slug="": _(
            "Tällä Y-tunnuksella on jo %(name)s. Pyydä päästä mukaan sen sivulta: sen hallinto vastaa."
            " Jos kukaan ei vastaa, kysy kaupungin asiakaspalvelusta.",
            name=name,
        ),
        "name_without_letters": _l("Nimessä pitää olla kirjaimia tai numeroita."),
        "name_taken": _l(
            "Tämänniminen on jo palvelussa. Pyydä päästä siihen mukaan tai valitse nimi, josta ero näkyy."
        ),
        "names_alike": _l(
            "Samankaltaisia nimiä on jo palvelussa. Katso, onko se jokin näistä. Jos ei ole, rastita kohta."
        ),
        "too_many_unverified": lambda most: ngettext(
            "Sinulla on jo %(num)s yhdistys, jota ei ole vahvistettu. Odota, että se käsitellään.",
            "Sinulla on jo %(num)s yhdistystä, joita ei ole vahvistettu. Odota, että ne käsitellään.",
            most,
        ),
        "turn_down_reason_missing": _l("Kirjoita syy. Se lähetetään yhdistyksen hallinnolle."),
        "invited_already": _l("Osoitteeseen on jo lähetetty kutsu. Voit lähettää sen uudelleen luettelosta."),
        "member_already": _l("Hän on jo jäsen. Muuta hänen rooliaan jäsenluettelossa."),
        "you_belong_already": _l("Olet jo mukana."),
        "too_many_invitations": lambda most: _(
            "Vastaamattomia kutsuja on jo %(most)s. Peru vanhoja kutsuja ennen uusia.", most=most
        ),
        "invitation_just_sent": _l("Kutsu on juuri lähetetty. Odota hetki ennen uutta."),
        "invitation_over": _l(
            "Kutsu on vanhentunut, peruttu tai jo käytetty. Pyydä kutsujaa lähettämään se uudelleen."
        ),
        "invitation_closed": _l("Kutsuun on jo vastattu tai se on peruttu."),
        "invitation_for_other": _l(
            "Kutsu on toiseen osoitteeseen kuin tunnuksesi. Rastita kohta, jos haluat liittyä silti."
        ),
        "own_invitation": _l("Kutsu on sinun lähettämäsi, joten et voi hyväksyä sitä itse."),
        "sign_in_instead": _l("Osoitteella on jo tunnus. Kirjaudu sillä sisään ja hyväksy kutsu."),
        "unknown_invitation": _l("Kutsua ei ole."),
        "unknown_join_request": _l("Pyyntöä ei ole."),
        "join_request_closed": _l("Pyyntöön on jo vastattu."),
        "nobody_to_ask": _l(
            "Tällä yhdistyksellä ei ole palvelussa hallintoa, joka voisi vastata."
            " Kysy kaupungin asiakaspalvelusta."
        ),
        "too_many_requests": lambda most: _(
            "Sinulla on jo %(most)s pyyntöä, joihin ei ole vastattu. Odota vastausta niihin.", most=most
        ),
        "manager_unknown": _l(
            "Osoitteella ei ole käytössä olevaa tunnusta. Pyydä häntä luomaan tunnus ensin."
        ),
        "manager_is_self": _l("Tämä on oma osoitteesi. Nimeä yhdistykselle joku sen omista ihmisistä."),
        "merge_itself": _l("Valitse toinen yhdistys kuin tämä itse."),
        "merge_archived": _l(
            "Arkistoitua yhdistystä ei voi yhdistää. Hallinto palauttaa sen ensin käyttöön."
        ),
        "merge_owner": _l("Tällä on tiloja, joten sitä ei yhdistetä. Yhdistä toisin päin."),
        "merge_unknown": _l("Tällä nimellä tai osoitteella ei ole yhdistystä. Valitse ehdotuksista."),
        "merge_several": _l("Nimi sopii moneen. Kirjoita koko nimi tai valitse ehdotuksista."),
        "organisation_archived": _l("Yhdistys on arkistoitu, joten tätä ei voi tehdä."),
        "coming_reservations": lambda count: ngettext(
            "Yhdistyksellä on vielä %(num)s tuleva aika. Peru se tai odota, että se on ohi.",
            "Yhdistyksellä on vielä %(num)s tulevaa aikaa. Peru ne tai odota, että ne ovat ohi.",
            count,
        ),
        "open_waits": lambda count: ngettext(
            "Yhdistys on %(num)s jonossa. Poistu jonosta ensin.",
            "Yhdistys on %(num)s jonossa. Poistu jonoista ensin.",
            count,
        ),
        "owned_rooms": lambda count: ngettext(
            "Yhdistyksellä on %(num)s tila. Poista se käytöstä ensin.",
            "Yhdistyksellä on %(num)s tilaa. Poista ne käytöstä ensin.",
            count,
        ),
    }
)
