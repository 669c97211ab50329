"""The mail to those who decide for an owner that asks for a second factor."""

from datetime import datetime

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.models import Organisation
from booking.organisations.organisation_mail import about
from booking.outbox.message import Message
from booking.web.addresses import outside_url
from booking.web.filters import date_long


def asked(owner: Organisation, since: datetime, reader: User) -> Message:
    """Compose the mail that tells until when it is to be set up, or that nothing is to be done."""
    with speaking(reader.language):
        subject = _("Kaksivaiheinen kirjautuminen tulee pakolliseksi: %(owner)s", owner=owner.name)
        if reader.second_factor_at is None:
            told = _(
                "Ota se käyttöön viimeistään %(day)s. Sen jälkeen muut sivut avautuvat vasta, kun se on"
                " käytössä:\n\n%(link)s",
                day=date_long(since),
                link=outside_url("second_factor.show"),
            )
        else:
            told = _("Sinulla se on jo käytössä. Mitään ei tarvitse tehdä.")
        body = _(
            "Hei,\n\n%(owner)s vaatii, että sen tiloista päättävät kirjautuvat kahdessa vaiheessa:"
            " salasanan lisäksi kysytään puhelimen koodi.\n\n%(told)s\n",
            owner=owner.name,
            told=told,
        )
    return about(owner, "second_factor_asked", reader, subject, body)
