"""The sentences of what keeps a decision from being undone."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.web.filters import moment as in_words
from booking.web.sentences import register_sentences

register_sentences(
    {
        "unknown_decision": _l("Päätöstä ei ole tai se ei ole sinulle näkyvissä."),
        "already_undone": _l("Päätös on jo kumottu."),
        "too_late_to_undo": _l(
            "Päätöstä ei voi enää kumota: minuutti on kulunut, ja viestit ovat lähteneet."
        ),
        "undo_date_changed": lambda title, moment: _(
            "Päätöstä ei voi kumota: varausta ”%(title)s” (%(moment)s) on muutettu päätöksen jälkeen. "
            "Mitään ei muutettu.",
            title=title,
            moment=in_words(moment),
        ),
        "undo_other_changed": _l(
            "Päätöstä ei voi kumota: kilpailevaa pyyntöä on muutettu päätöksen jälkeen. Mitään ei muutettu."
        ),
        "undo_offer_answered": _l(
            "Päätöstä ei voi kumota: jonottaja on jo vastannut vapautuneesta ajasta. Mitään ei muutettu."
        ),
        "undo_slot_taken": _l("Päätöstä ei voi kumota: aika on jo varattu toiselle. Mitään ei muutettu."),
        "undo_told": _l("Päätöstä ei voi kumota: siitä on jo kerrottu puhelimessa. Mitään ei muutettu."),
        "undo_rival_lost": _l(
            "Päätöstä ei voi kumota: kilpaileva pyyntö on hylätty sen vuoksi. Mitään ei muutettu."
        ),
    }
)
