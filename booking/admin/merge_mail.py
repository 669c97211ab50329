"""The mail about two associations that have become one: to the people of the double, and to the managers."""

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.models import Organisation
from booking.organisations.organisation_mail import about, members_of, page_of
from booking.outbox.message import Message


def merged(old: str, into: Organisation, reader: User, *, belongs: bool) -> Message:
    """Compose the mail to somebody of an association that has become part of another; `belongs`: they too."""
    with speaking(reader.language):
        subject = _("Yhdistetty: %(old)s", old=old)
        membership = (
            _("Olet nyt sen jäsen. Roolisi näkyy kohdassa Omat yhdistykset.")
            if belongs
            else _("Et ole sen jäsen. Jos haluat mukaan, pyydä sitä sen sivulta.")
        )
        body = _(
            "Hei,\n\n%(old)s oli palvelussa kahteen kertaan. Ylläpito on yhdistänyt ne, ja nyt nimi on"
            " %(name)s. Varaukset ja kalenterit siirtyivät sinne. %(membership)s\n\n%(link)s\n",
            old=old,
            name=into.name,
            membership=membership,
            link=page_of(into),
        )
    return about(into, "merged", reader, subject, body)


def merged_in(old: str, into: Organisation, names: list[str], requests: int, reader: User) -> Message:
    """Compose the mail to a manager of an association of which another has become a part: who came."""
    with speaking(reader.language):
        subject = _("Yhdistetty: %(old)s", old=old)
        asked = ngettext(
            "%(num)s odottava pyyntö päästä mukaan siirtyi yhdistyksesi vastattavaksi.",
            "%(num)s odottavaa pyyntöä päästä mukaan siirtyi yhdistyksesi vastattavaksi.",
            requests,
        )
        body = _(
            "Hei,\n\nylläpito on yhdistänyt yhdistyksen %(old)s yhdistykseesi %(name)s. Sen varaukset ja"
            " kalenterit ovat nyt yhdistyksesi.\n\nMukaan tulivat: %(people)s\n%(asked)s\n\n"
            "Tarkista jäsenet ja roolit:\n%(link)s\n",
            old=old,
            name=into.name,
            people=", ".join(names) or _("ei ketään"),
            asked=asked if requests else "",
            link=members_of(into),
        )
    return about(into, "merged_in", reader, subject, body)
