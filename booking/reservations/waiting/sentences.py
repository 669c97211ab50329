"""The sentences of what can be refused about waiting, and the words for where a date stands in the line."""

from flask_babel import lazy_gettext as _l

from booking.web.sentences import register_sentences

STATES = {
    "waiting": _l("jonossa"),
    "offered": _l("tarjolla"),
    "accepted": _l("aika otettu"),
    "refused": _l("aikaa ei otettu"),
    "lapsed": _l("tarjous päättyi"),
    "left": _l("poistuttu jonosta"),
    "passed": _l("ei vapautunut"),
}
"""By `WaitingDate.state`."""

register_sentences(
    {
        "unknown_waiting": _l("Jonotusta ei ole tai se ei ole sinulle näkyvissä."),
        "not_taken": _l("Aika on vapaa. Jonottaa ei tarvitse, vaan ajan voi varata."),
        "already_yours": _l("Aika on jo sinulla tai yhdistykselläsi, joten sitä ei voi jonottaa."),
        "not_waiting": _l("Tätä aikaa ei enää jonoteta."),
        "offer_ended": _l("Tarjous on päättynyt, eikä aika ole enää sinulle varattuna."),
    }
)
