"""The sentences of times that cannot be."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.web.filters import clock_face
from booking.web.sentences import register_sentences

register_sentences(
    {
        "end_before_start": _l("Loppu on ennen alkua. Valitse loppu, joka on alun jälkeen."),
        "missing_time": lambda later: _(
            "Tätä kellonaikaa ei ole: kellot siirretään silloin kesäaikaan. Seuraava aika on klo %(time)s.",
            time=clock_face(later.hour, later.minute),
        ),
        "unreadable_time": _l("Aikaa ei voi lukea. Kirjoita se muodossa 2027-01-12T18:00."),
    }
)
