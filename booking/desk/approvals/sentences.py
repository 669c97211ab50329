"""The sentences of what can be refused on the approver's pages."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from booking.web.sentences import register_sentences

register_sentences(
    {
        "request_changed": _l("Varaaja on muuttanut pyyntöä sillä välin. Katso se uudelleen."),
        "rival_came": _l("Samaa aikaa on pyytänyt sillä välin joku muukin. Valitse, kumpi saa ajan."),
        "unknown_template": _l("Perustelupohjaa ei enää ole. Valitse toinen tai kirjoita syy itse."),
        "template_missing": _l("Kirjoita perustelu suomeksi."),
        "templates_are_there": _l("Perusteluja on jo. Muokkaa niitä tai lisää uusi."),
        "too_many_templates": lambda most: _(
            "Perusteluja on jo %(most)s. Poista jokin, jota ei käytetä.", most=most
        ),
        "place_taken": _l("Kahdella perusteella on sama sija. Anna jokaiselle oma."),
        "criteria_missing": _l("Anna sija ainakin yhdelle perusteelle."),
        "answer_days_impossible": lambda most: _("Kirjoita päivien määrä väliltä 1–%(most)s.", most=most),
        "nothing_marked": _l("Valitse ainakin yksi pyyntö."),
    }
)
