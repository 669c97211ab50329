"""The sentences of what can be refused about a question."""

from flask_babel import lazy_gettext as _l

from booking.web.sentences import register_sentences

register_sentences(
    {
        "question_missing": _l("Kirjoita kysymys. Se lähetetään varaajalle."),
        "answer_missing": _l("Kirjoita vastaus. Se lähetetään omistajalle."),
        "question_closed": _l("Pyynnöstä on jo päätetty, joten siitä ei voi enää kysyä eikä vastata."),
        "nothing_asked": _l("Pyynnöstä ei ole kysytty mitään, joten vastausta ei tarvita."),
    }
)
