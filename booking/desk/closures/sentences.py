"""The sentences of what can be refused about closures, and the words of what was chosen."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from booking.web.sentences import register_sentences

CHOICES = {
    "keep": _l("jää voimaan"),
    "offer": _l("ehdotettu toista"),
    "cancel": _l("peruttu"),
    "decline": _l("hylätty"),
}
"""By `ClosureChoice.choice`."""

register_sentences(
    {
        "unknown_closure": _l("Sulkua ei ole tai se ei ole sinulle näkyvissä."),
        "closure_is_over": _l("Sulku on jo päättynyt, joten sitä ei voi enää muuttaa."),
        "no_room_chosen": _l("Valitse ainakin yksi tila."),
        "rooms_of_one_owner": _l("Valitse vain yhden omistajan tiloja. Tee muille omistajille oma sulku."),
        "closure_title_missing": _l("Kirjoita, mistä on kyse, esimerkiksi Lattian hionta."),
        "unknown_closure_kind": _l("Valitse, onko tila suljettu vai omassa käytössä."),
        "closure_is_past": _l("Aika on jo mennyt. Valitse päivä, joka on tänään tai myöhemmin."),
        "closure_too_long": lambda days: ngettext(
            "Sulku voi kestää enintään %(num)s päivän. Poista tila käytöstä, jos sitä ei enää varata.",
            "Sulku voi kestää enintään %(num)s päivää. Poista tila käytöstä, jos sitä ei enää varata.",
            days,
        ),
        "choice_missing": _l("Valitse, mitä varauksille tehdään."),
        "not_in_the_way": _l("Varaus ei ole enää sulun tiellä. Katso nykyinen tilanne."),
    }
)
