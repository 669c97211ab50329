"""The mail to a deputy who is named, and to whoever is told that it has ended."""

from datetime import timedelta

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.models import Deputy
from booking.outbox.message import Message
from booking.web.addresses import outside_url
from booking.web.filters import date_long

SUBJECT = "deputy"  # what the mails are about


def named(deputy: Deputy) -> Message:
    """Compose the mail that tells somebody in whose place they decide, where and when."""
    owner, approver, reader = deputy.membership.organisation, deputy.membership.user, deputy.user
    with speaking(reader.language):
        subject = _("Sinut on nimetty sijaiseksi: %(owner)s", owner=owner.name)
        body = _(
            "Hei,\n\n%(approver)s on nimennyt sinut sijaisekseen. Voit päättää tilojen varauspyynnöistä.\n\n"
            "Tilojen omistaja: %(owner)s\nEnsimmäinen päivä: %(first)s\nViimeinen päivä: %(last)s\n\n"
            "Silloin saat myös pyynnöistä kertovat viestit. Pyynnöt:\n%(link)s\n\n"
            "Jos et voi sijaistaa, lopeta sijaisuus sen alettua täällä:\n%(deputies)s\n",
            approver=approver.name,
            owner=owner.name,
            first=date_long(deputy.starts_at),
            last=date_long(deputy.ends_at - timedelta(seconds=1)),
            link=outside_url("approvals.queue"),
            deputies=outside_url("approvals.deputies"),
        )
    return Message("deputy_named", reader.email, reader.language, subject, body, SUBJECT, deputy.id)


def ended(deputy: Deputy, reader: User) -> Message:
    """Compose the mail that tells the other one that it has ended early."""
    owner, approver = deputy.membership.organisation, deputy.membership.user
    with speaking(reader.language):
        subject = _("Sijaisuus on päättynyt: %(owner)s", owner=owner.name)
        body = _(
            "Hei,\n\nsijaisuus on lopetettu ennen viimeistä päivää.\n\nTilojen omistaja: %(owner)s\n"
            "Hyväksyjä: %(approver)s\nSijainen: %(deputy)s\n\n"
            "Tästä alkaen hyväksyjä päättää pyynnöistä taas itse.\n",
            owner=owner.name,
            approver=approver.name,
            deputy=deputy.user.name,
        )
    return Message("deputy_ended", reader.email, reader.language, subject, body, SUBJECT, deputy.id)
