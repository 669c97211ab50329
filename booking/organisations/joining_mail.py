"""The mail of requests to join: to the managers who are asked, and to who asks."""

from typing import Final

from flask_babel import gettext as _

from booking.access.roles import Role
from booking.access.words import ROLE_NOTES
from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.labels import ROLES
from booking.organisations.models import JoinRequest
from booking.organisations.organisation_mail import members_of, page_of
from booking.outbox.message import Message
from booking.web.addresses import outside_url

SUBJECT: Final = "join_request"


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
            link=members_of(request.organisation),
        )
    return _to(reader, "join_asked", subject, body, request)


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
            link=page_of(request.organisation),
        )
    return _to(reader, "join_accepted", subject, body, request)


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
    return _to(reader, "join_declined", subject, body, request)


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
    return _to(reader, "join_moved", subject, body, request)


def _to(reader: User, kind: str, subject: str, body: str, request: JoinRequest) -> Message:
    return Message(kind, reader.email, reader.language, subject, body, SUBJECT, request.id)
