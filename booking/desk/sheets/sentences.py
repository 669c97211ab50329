"""The sentences of what can be refused about sheets and documents on paper."""

from flask_babel import lazy_gettext as _l

from booking.web.sentences import register_sentences

register_sentences(
    {
        "unknown_season": _l(
            "Kautta ei ole. Kirjoita kausi osoitteeseen muodossa 2026-winter tai 2027-summer."
        ),
    }
)
