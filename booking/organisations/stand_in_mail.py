"""The mail to those in whose place an administrator acts, sent at once."""

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.organisation_mail import page_of
from booking.organisations.stand_in_models import StandIn
from booking.outbox.message import Message
from booking.web.addresses import outside_url
from booking.web.filters import moment


def begun(made: StandIn, administrator: str, reader: User) -> Message:
    """Compose the mail that says who acts in the reader's place, why, until when and what they may do."""
    organisation = made.organisation
    with speaking(reader.language):
        subject = _("Ylläpitäjä toimii organisaation puolesta: %(name)s", name=organisation.name)
        powers = (
            _("Hän voi tehdä saman kuin hallinto ja lisäksi päättää varauspyynnöistä.")
            if made.decides
            else _("Hän voi tehdä saman kuin hallinto, mutta ei päätä varauspyynnöistä.")
        )
        body = _(
            "Hei,\n\npalvelun ylläpitäjä toimii nyt organisaation puolesta.\n\n"
            "Organisaatio: %(name)s\nYlläpitäjä: %(who)s\nSyy: %(reason)s\nAlkoi: %(since)s\n"
            "Päättyy viimeistään: %(until)s\n\n%(powers)s Kaikki, mitä hän tekee, jää muistiin."
            "\n\nKäynnit näkyvät organisaation sivulla:\n%(link)s\n\n"
            "Jos syy ei ole tuttu, kirjoita ylläpidolle:\n%(feedback)s\n",
            name=organisation.name,
            who=administrator,
            reason=made.reason,
            since=moment(made.starts_at),
            until=moment(made.ends_at),
            powers=powers,
            link=page_of(organisation),
            feedback=outside_url("feedback.form"),
        )
    return Message("stand_in_begun", reader.email, reader.language, subject, body, "stand_in", made.id)
