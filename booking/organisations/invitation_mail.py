"""The mail of invitations and of requests to join."""

from typing import Final

from flask_babel import gettext as _

from booking.access.roles import Role
from booking.access.words import ROLE_NOTES
from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.labels import ROLES
from booking.organisations.models import JoinRequest, MembershipInvitation
from booking.outbox.filling import MARK
from booking.outbox.message import Message
from booking.web.addresses import outside_url
from booking.web.filters import date_long

SUBJECT: Final = "invitation"
REQUEST: Final = "join_request"
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
            link=outside_url("members.show", slug=invitation.organisation.slug),
        )
    return _to(reader, "invitation_accepted", subject, body, SUBJECT, invitation.id)


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
            link=outside_url("members.show", slug=invitation.organisation.slug),
        )
    return _to(reader, "invitation_declined", subject, body, SUBJECT, invitation.id)


def asked(request: JoinRequest, reader: User) -> Message:
    """Compose the mail to a manager when somebody asks to be let in."""
    name = request.organisation.name
    with speaking(reader.language):
        subject = _("Pyyntö päästä mukaan: %(name)s", name=name)
        body = _(
            "Hei,\n\n%(who)s pyytää päästä mukaan: %(name)s.\n\nHänen sanansa:\n%(words)s\n\n"
            "Hyväksy tai hylkää pyyntö:\n%(link)s\n",
            who=request.user.name,
            name=name,
            words=request.words or "–",
            link=outside_url("members.show", slug=request.organisation.slug),
        )
    return _to(reader, "join_asked", subject, body, REQUEST, request.id)


def let_in(request: JoinRequest, role: Role) -> Message:
    """Compose the mail to somebody who has been let in."""
    name, reader = request.organisation.name, request.user
    with speaking(reader.language):
        subject = _("Olet mukana: %(name)s", name=name)
        body = _(
            "Hei,\n\npyyntösi on hyväksytty. Olet nyt mukana: %(name)s.\n\nRooli: %(role)s. %(note)s\n\n"
            "Yhdistyksen sivu:\n%(link)s\n",
            name=name,
            role=ROLES[role],
            note=ROLE_NOTES[role],
            link=outside_url("organisations.show", slug=request.organisation.slug),
        )
    return _to(reader, "join_accepted", subject, body, REQUEST, request.id)


def not_let_in(request: JoinRequest) -> Message:
    """Compose the mail to somebody who has not been let in."""
    name, reader = request.organisation.name, request.user
    with speaking(reader.language):
        subject = _("Pyyntöä ei hyväksytty: %(name)s", name=name)
        body = _(
            "Hei,\n\npyyntöäsi päästä mukaan ei hyväksytty: %(name)s. Jos se oli erehdys, ota yhteyttä"
            " yhdistykseen ja pyydä kutsu.\n",
            name=name,
        )
    return _to(reader, "join_declined", subject, body, REQUEST, request.id)


def moved(request: JoinRequest, old: str) -> Message:
    """Compose the mail to somebody whose request waits at the association that took in the one they asked."""
    organisation, reader = request.organisation, request.user
    with speaking(reader.language):
        subject = _("Pyyntösi siirtyi: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\npyysit päästä mukaan: %(old)s. Se on nyt osa yhdistystä %(name)s, jonka hallinto vastaa"
            " pyyntöösi. Jos et halua sitä, peru pyyntö:\n%(link)s\n",
            old=old,
            name=organisation.name,
            link=outside_url("memberships.mine"),
        )
    return _to(reader, "join_moved", subject, body, REQUEST, request.id)


def _to(reader: User, kind: str, subject: str, body: str, about: str, number: int) -> Message:
    return Message(kind, reader.email, reader.language, subject, body, about, number)
