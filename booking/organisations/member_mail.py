"""The mail about what has become of a membership, in the reader's language."""

from collections.abc import Collection

from flask_babel import gettext as _

from booking.access.roles import Role
from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.labels import roles_in_words
from booking.organisations.models import Organisation
from booking.organisations.organisation_mail import about, members_of, page_of
from booking.outbox.message import Message


def roles_changed(organisation: Organisation, reader: User, roles: Collection[Role]) -> Message:
    """Compose the mail to a member whose roles a manager has changed."""
    with speaking(reader.language):
        subject = _("Roolisi on muuttunut: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\nroolisi yhdistyksessä %(name)s on nyt: %(roles)s.\n\nYhdistyksen sivu:\n%(link)s\n",
            name=organisation.name,
            roles=roles_in_words(roles),
            link=page_of(organisation),
        )
    return about(organisation, "member_role", reader, subject, body)


def removed(organisation: Organisation, reader: User) -> Message:
    """Compose the mail to somebody whom a manager has removed."""
    with speaking(reader.language):
        subject = _("Et ole enää jäsen: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\njäsenyytesi yhdistyksessä %(name)s on päättynyt. Et voi enää varata sen nimissä etkä näe"
            " sen yksityisiä varauksia. Jos tämä on väärin, kysy yhdistyksen hallinnolta.\n",
            name=organisation.name,
        )
    return about(organisation, "member_removed", reader, subject, body)


def left(organisation: Organisation, who: str, reader: User) -> Message:
    """Compose the mail to a manager when a member has left."""
    with speaking(reader.language):
        subject = _("Jäsen on lähtenyt: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\n%(who)s on lähtenyt yhdistyksestä %(name)s. Hänen tekemänsä varaukset ovat yhdistyksen"
            " ja pysyvät voimassa. Niistä kertovat viestit tulevat tästä alkaen hallinnolle.\n\n"
            "Jäsenet:\n%(link)s\n",
            who=who,
            name=organisation.name,
            link=members_of(organisation),
        )
    return about(organisation, "member_left", reader, subject, body)


def account_closed(organisation: Organisation, reader: User) -> Message:
    """Compose the mail to a manager when a member has closed the account: the name is gone with it."""
    with speaking(reader.language):
        subject = _("Jäsen on lähtenyt: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\nyksi yhdistyksen %(name)s jäsenistä on poistanut tunnuksensa. Hänen tekemänsä varaukset"
            " ovat yhdistyksen ja pysyvät voimassa. Niistä kertovat viestit tulevat tästä alkaen"
            " hallinnolle.\n\nJäsenet:\n%(link)s\n",
            name=organisation.name,
            link=members_of(organisation),
        )
    return about(organisation, "member_left", reader, subject, body)


def handed_over(organisation: Organisation, who: str, successor: User, reader: User) -> Message:
    """Compose the mail that tells the new manager, and the other ones, who manages from now on."""
    with speaking(reader.language):
        subject = _("Hallinto on vaihtunut: %(name)s", name=organisation.name)
        opening = (
            _("%(who)s on luovuttanut hallinnon sinulle.", who=who)
            if reader.id == successor.id
            else _("%(who)s on luovuttanut hallinnon: %(successor)s.", who=who, successor=successor.name)
        )
        body = _(
            "Hei,\n\n%(opening)s\n\nYhdistys: %(name)s\n\nHallinto kutsuu ja poistaa jäseniä ja saa viestit"
            " varauksista, joiden tekijä on lähtenyt. Varaukset ja kalenteri ovat yhdistyksen ja pysyvät"
            " ennallaan.\n\nYhdistyksen sivu:\n%(link)s\n",
            opening=opening,
            name=organisation.name,
            link=page_of(organisation),
        )
    return about(organisation, "handed_over", reader, subject, body)
