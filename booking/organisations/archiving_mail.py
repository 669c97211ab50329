"""The mail to the people of an association that is archived, or brought back."""

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.models import Organisation
from booking.organisations.organisation_mail import about, page_of
from booking.outbox.message import Message


def archived(organisation: Organisation, who: str, reader: User) -> Message:
    """Compose the mail to somebody of an association that one of its managers has archived."""
    with speaking(reader.language):
        subject = _("Arkistoitu: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\n%(who)s on arkistoinut yhdistyksen %(name)s. Sen varauksia voi lukea, mutta sen nimissä"
            " ei enää varata. Yhdistyksen hallinto voi palauttaa sen käyttöön:\n%(link)s\n",
            who=who,
            name=organisation.name,
            link=page_of(organisation),
        )
    return about(organisation, "archived", reader, subject, body)


def brought_back(organisation: Organisation, who: str, reader: User) -> Message:
    """Compose the mail to somebody of an association that is in use again."""
    with speaking(reader.language):
        subject = _("Taas käytössä: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\n%(who)s on palauttanut yhdistyksen %(name)s käyttöön. Sen nimissä voi taas varata:\n"
            "%(link)s\n",
            who=who,
            name=organisation.name,
            link=page_of(organisation),
        )
    return about(organisation, "brought_back", reader, subject, body)
