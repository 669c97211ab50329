"""The sentences of what can be refused on the approver's pages."""

from flask_babel import lazy_gettext as _l

from booking.web.sentences import register_sentences

register_sentences(
    {
        "request_changed": _l("Varaaja on muuttanut pyyntöä sillä välin. Katso se uudelleen."),
        "rival_came": _l("Samaa aikaa on pyytänyt sillä välin joku muukin. Valitse, kumpi saa ajan."),
        "unknown_template": _l("Perustelupohjaa ei enää ole. Valitse toinen tai kirjoita syy itse."),
        "nothing_marked": _l("Valitse ainakin yksi pyyntö."),
    }
)
