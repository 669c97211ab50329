"""The mail about verifying an association: to those who verify, and to its managers."""

from typing import Final

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.models import Organisation
from booking.organisations.organisation_mail import about, page_of
from booking.outbox.message import Message
from booking.web.addresses import outside_url

VERIFIER: Final = "verifier"
"""What the mails to who verifies are about: the reader, who hears once a day."""


def something_waits(reader: User) -> Message:
    """Compose the mail that tells one of the city's staff that something is to be verified."""
    with speaking(reader.language):
        subject = _("Uusi yhdistys odottaa vahvistamista")
        body = _(
            "Hei,\n\npalveluun on perustettu yhdistys tai ryhmä, jota kukaan ei ole vielä vahvistanut. Katso"
            " sen tiedot ja vahvista se tai kerro, mikä puuttuu:\n\n%(link)s\n\n"
            "Tämä viesti tulee enintään kerran päivässä.\n",
            link=outside_url("verifying.unverified"),
        )
    return Message("to_verify", reader.email, reader.language, subject, body, VERIFIER, reader.id)


def verified(organisation: Organisation, reader: User) -> Message:
    """Compose the mail to a manager whose association has been verified."""
    with speaking(reader.language):
        subject = _("Vahvistettu: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\n%(name)s on vahvistettu. Nyt sen nimissä voi pyytää myös niitä tiloja, jotka ovat vain"
            " yhdistyksille ja ryhmille.\n\nEtsi tila:\n%(link)s\n",
            name=organisation.name,
            link=outside_url("availability.search"),
        )
    return about(organisation, "verified", reader, subject, body)


def turned_down(organisation: Organisation, reason: str, reader: User) -> Message:
    """Compose the mail to a manager whose association was not verified, with the reason."""
    with speaking(reader.language):
        subject = _("Ei vahvistettu: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\nyhdistystä %(name)s ei vahvistettu. Syy:\n\n%(reason)s\n\n"
            "Kaikille avoimia tiloja voi varata silti. Kun asia on kunnossa, pyydä vahvistusta uudelleen"
            " yhdistyksen sivulta:\n%(link)s\n",
            name=organisation.name,
            reason=reason,
            link=page_of(organisation),
        )
    return about(organisation, "turned_down", reader, subject, body)
