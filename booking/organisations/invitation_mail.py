"""The mail of invitations: the link itself, and what became of it to the managers."""

from typing import Final

from flask_babel import gettext as _

from booking.access.roles import Role
from booking.access.words import ROLE_NOTES
from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.labels import ROLES
from booking.organisations.models import MembershipInvitation
from booking.organisations.organisation_mail import members_of
from booking.outbox.filling import MARK
from booking.outbox.message import Message
from booking.web.addresses import outside_url
from booking.web.filters import date_long

SUBJECT: Final = "invitation"
FILLING: Final = "invitation"
_LAST: Final = "-"  # stands for the token, at the end of the address


def invited(invitation: MembershipInvitation, inviter: str) -> Message:
    """Compose the mail with the link. Its secret is put in when the mail is sent."""
    name, role = invitation.organisation.name, Role(invitation.role)
    link = outside_url("invitations.show", token=_LAST).removesuffix(_LAST) + MARK
    with speaking(invitation.language):
        subject = _("Kutsu: %(name)s", name=name)
        body = _(
            "Hei,\n\n%(inviter)s kutsuu sinut mukaan: %(name)s.\n\nRooli: %(role)s. %(note)s\n\n"
            "Avaa linkki ja hyväksy kutsu:\n%(link)s\n\nTunnusta ei tarvitse olla ennestään."
            " Linkki toimii yhden kerran, viimeistään %(until)s.\n\n"
            "Jos et tunne yhdistystä, tätä viestiä ei tarvitse huomioida.\n",
            inviter=inviter,
            name=name,
            role=ROLES[role],
            note=ROLE_NOTES[role],
            link=link,
            until=date_long(invitation.expires_at),
        )
    return Message(
        "invited",
        invitation.email,
        invitation.language,
        subject,
        body,
        SUBJECT,
        invitation.id,
        filling=f"{FILLING} {invitation.id} {invitation.generation}",
    )


def accepted(invitation: MembershipInvitation, user: User, reader: User) -> Message:
    """Compose the mail to a manager when somebody has joined, by which address if not the invited one."""
    name = invitation.organisation.name
    with speaking(reader.language):
        subject = _("Kutsu hyväksyttiin: %(name)s", name=name)
        body = _(
            "Hei,\n\n%(who)s on nyt mukana: %(name)s.\n\nRooli: %(role)s\nKutsuttu osoite: %(invited)s\n"
            "Tunnuksen osoite: %(email)s\n\nJäsenet:\n%(link)s\n",
            who=user.name,
            name=name,
            role=ROLES[Role(invitation.role)],
            invited=invitation.email,
            email=user.email,
            link=members_of(invitation.organisation),
        )
    return _to(reader, "invitation_accepted", subject, body, invitation)


def declined(invitation: MembershipInvitation, reader: User) -> Message:
    """Compose the mail to a manager when an invitation was not taken."""
    name = invitation.organisation.name
    with speaking(reader.language):
        subject = _("Kutsua ei hyväksytty: %(name)s", name=name)
        body = _(
            "Hei,\n\nkutsua osoitteeseen %(email)s ei hyväksytty.\n\nYhdistys: %(name)s\n\n"
            "Jäsenet:\n%(link)s\n",
            email=invitation.email,
            name=name,
            link=members_of(invitation.organisation),
        )
    return _to(reader, "invitation_declined", subject, body, invitation)


def _to(reader: User, kind: str, subject: str, body: str, invitation: MembershipInvitation) -> Message:
    return Message(kind, reader.email, reader.language, subject, body, SUBJECT, invitation.id)
