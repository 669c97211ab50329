"""The sentences of what can be refused about deputies."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.organisations import member_sentences  # noqa: F401 - registers its own
from booking.web.sentences import register_sentences

register_sentences(
    {
        "deputy_unknown": _l(
            "Osoitteella ei ole käytössä olevaa tunnusta. Pyydä sijaista luomaan tunnus ensin."
        ),
        "deputy_is_self": _l("Tämä on oma osoitteesi. Kirjoita toisen henkilön osoite."),
        "deputy_is_approver": _l("Hän on jo saman omistajan hyväksyjä, joten sijaisuutta ei tarvita."),
        "deputy_already": _l("Hän on jo sijaisesi näinä päivinä."),
        "deputy_days_turned": _l("Viimeinen päivä on ennen ensimmäistä. Tarkista päivät."),
        "deputy_days_past": _l("Ensimmäinen päivä on jo mennyt. Valitse tämä päivä tai myöhempi."),
        "deputy_days_many": lambda days: _(
            "Sijaisuus voi kestää enintään %(days)s päivää. Tarkista viimeinen päivä.", days=days
        ),
        "unknown_deputy": _l("Sijaisuutta ei ole tai se ei ole sinulle näkyvissä."),
        "deputy_over": _l("Sijaisuus on jo päättynyt."),
    }
)
