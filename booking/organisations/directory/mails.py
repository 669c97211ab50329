"""The mails to those who keep a profile, and the links in them that need no sign-in."""

from collections.abc import Sequence
from typing import Final

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.errors import NotFound
from booking.extensions import db
from booking.i18n import speaking
from booking.organisations.directory.exchanges import last_day_of
from booking.organisations.directory.models import Exchange
from booking.organisations.models import Organisation
from booking.outbox.message import Message
from booking.web import signed
from booking.web.addresses import outside_url
from booking.web.filters import date_long

CHECK, RENEW = "profile_check", "exchange_renewal"
LINK_DAYS: Final = 60
"""How long a link in these mails can be used."""


def link_token(purpose: str, organisation: Organisation, reader: User) -> str:
    """Return the token of a link by which this reader answers for this organisation."""
    return signed.sign(purpose, [organisation.id, reader.id])


def read_link(purpose: str, token: str) -> tuple[Organisation, int]:
    """Return which organisation a link is about and the id of whom it was written to. Raises NotFound."""
    read = signed.read(purpose, token, max_age_days=LINK_DAYS)
    organisation = db.session.get(Organisation, read[0]) if read else None
    if read is None or organisation is None or organisation.archived_at is not None:
        raise NotFound("check_link_over")
    return organisation, int(read[1])


def still_right(organisation: Organisation, reader: User) -> Message:
    """Compose the mail that asks once a year whether what is published is right."""
    with speaking(reader.language):
        subject = _("Pitävätkö tiedot yhä: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\nyhdistyksen %(name)s julkisia tietoja ei ole tarkistettu vuoteen. Katso, ovatko"
            " toiminta, yhteystieto ja kohderyhmät ennallaan. Sivulla on painike, jolla kerrot, että tiedot"
            " pitävät yhä:\n\n"
            "%(link)s\n\nKirjautua ei tarvitse. Jos jokin on muuttunut, korjaa se samalta sivulta.\n",
            name=organisation.name,
            link=_link("directory_links.check", CHECK, organisation, reader),
        )
    return Message(CHECK, reader.email, reader.language, subject, body, "organisation", organisation.id)


def lines_end(organisation: Organisation, lines: Sequence[Exchange], reader: User) -> Message:
    """Compose the mail that tells a week before which lines end, and how they go on."""
    with speaking(reader.language):
        listed = "\n".join(f"- {each.words} ({date_long(last_day_of(each))})" for each in lines)
        subject = _("Ilmoitus poistuu pian: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\nnämä yhdistyksen %(name)s ilmoitukset poistuvat pian näkyvistä (viimeinen päivä"
            " suluissa):\n\n"
            "%(lines)s\n\nJos ne ovat yhä ajankohtaisia, jatka niitä puoli vuotta yhdellä painalluksella:\n\n"
            "%(link)s\n\nMuuten mitään ei tarvitse tehdä.\n",
            name=organisation.name,
            lines=listed,
            link=_link("directory_links.renewal", RENEW, organisation, reader),
        )
    return Message(RENEW, reader.email, reader.language, subject, body, "organisation", organisation.id)


def _link(endpoint: str, purpose: str, organisation: Organisation, reader: User) -> str:
    token = link_token(purpose, organisation, reader)
    return outside_url(endpoint, token=token, lang=reader.language)
