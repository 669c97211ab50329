"""The mail about links that sign in and about one's own address and password, in the recipient's language."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.i18n import speaking
from booking.outbox.message import Message
from booking.web.addresses import outside_url
from booking.web.filters import moment


@dataclass(frozen=True, slots=True)
class Asking:
    """Where and when a mail was asked for: the browser in plain words, perhaps empty, and the moment."""

    program: str
    at: datetime

    def sentence(self) -> str:
        """Return it in the language spoken now."""
        where = self.program or _("tuntematon laite")
        return str(_("Pyyntö tuli %(when)s. Laite: %(where)s.", when=moment(self.at), where=where))


def sign_in_link(user: User, token: str, asking: Asking) -> Message:
    """Compose the mail with the link that signs a person in."""
    link = outside_url("accounts.open_link", token=token)
    with speaking(user.language):
        subject = _("Kirjautumislinkki – Imatran tilat")
        body = _(
            "Hei,\n\nkirjaudu Imatran tiloihin avaamalla linkki:\n\n%(link)s\n\nLinkki toimii 15 minuuttia ja"
            " yhden kerran. Sen voi avata millä tahansa laitteella.\n\n%(asking)s Jos et pyytänyt linkkiä,"
            " älä avaa sitä äläkä anna sitä kenellekään. Muuta ei tarvitse tehdä.\n",
            link=link,
            asking=asking.sentence(),
        )
    return Message("sign_in_link", user.email, user.language, subject, body, "user", user.id)


def newcomer_link(email: str, language: str, link_id: int, token: str, asking: Asking) -> Message:
    """Compose the mail with the link by which somebody who has no account makes one."""
    link = outside_url("accounts.open_link", token=token)
    with speaking(language):
        subject = _("Kirjautumislinkki – Imatran tilat")
        body = _(
            "Hei,\n\ntällä osoitteella ei vielä ole tunnusta Imatran tiloihin. Luo tunnus ilman salasanaa ja"
            " kirjaudu avaamalla linkki:\n\n%(link)s\n\nLinkki toimii 15 minuuttia ja yhden kerran. Sen voi"
            " avata millä tahansa laitteella.\n\n%(asking)s Jos et pyytänyt linkkiä, mitään ei tarvitse"
            " tehdä: tunnusta ei synny.\n",
            link=link,
            asking=asking.sentence(),
        )
    return Message("newcomer_link", email, language, subject, body, "sign_in_link", link_id)


def account_closed(user: User) -> Message:
    """Compose the mail to the holder of an address whose account has been closed."""
    with speaking(user.language):
        subject = _("Tunnuksesi on suljettu – Imatran tilat")
        body = _(
            "Hei,\n\ntällä osoitteella pyydettiin kirjautumislinkkiä Imatran tiloihin, mutta tunnus on"
            " suljettu. Jos haluat sen takaisin, ota yhteyttä palvelun ylläpitoon.\n"
        )
    return Message("account_closed", user.email, user.language, subject, body, "user", user.id)
