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


def password_changed(user: User, *, removed: bool) -> Message:
    """Compose the mail that tells somebody that their password has been changed or removed."""
    link = outside_url("accounts.link")
    with speaking(user.language):
        if removed:
            subject = _("Salasana on poistettu – Imatran tilat")
            body = _(
                "Hei,\n\ntunnuksesi salasana Imatran tiloissa on poistettu, ja muut laitteet on kirjattu"
                " ulos. Kirjaudut nyt sähköpostiin tulevalla linkillä.\n\nJos et itse tehnyt tätä, pyydä heti"
                " linkki, aseta salasana ja kerro ylläpidolle:\n\n%(link)s\n",
                link=link,
            )
        else:
            subject = _("Salasana on vaihdettu – Imatran tilat")
            body = _(
                "Hei,\n\ntunnuksesi salasana Imatran tiloissa on vaihdettu, ja muut laitteet on kirjattu"
                " ulos.\n\nJos et itse tehnyt tätä, pyydä heti linkki, vaihda salasana ja kerro ylläpidolle:"
                "\n\n%(link)s\n",
                link=link,
            )
    return Message("password_changed", user.email, user.language, subject, body, "user", user.id)


def prove_address(user: User, new_email: str, token: str) -> Message:
    """Compose the mail with the link that proves a new address."""
    link = outside_url("profile.prove_email", token=token)
    with speaking(user.language):
        subject = _("Vahvista uusi osoite – Imatran tilat")
        body = _(
            "Hei,\n\ntämä osoite halutaan ottaa käyttöön Imatran tilojen tunnuksella. Vahvista se avaamalla"
            " linkki laitteella, jolla olet kirjautunut:\n\n%(link)s\n\nLinkki toimii 24 tuntia. Jos et itse"
            " pyytänyt, mitään ei tarvitse tehdä.\n",
            link=link,
        )
    return Message("prove_address", new_email, user.language, subject, body, "user", user.id)


def address_in_use(holder: User) -> Message:
    """Compose the mail to the holder of an account whose address somebody wants for another account."""
    link = outside_url("accounts.link")
    with speaking(holder.language):
        subject = _("Osoitteella on jo tunnus – Imatran tilat")
        body = _(
            "Hei,\n\ntätä osoitetta yritettiin vaihtaa toiselle Imatran tilojen tunnukselle, mutta sillä on"
            " jo tunnus. Jos yritit itse, kirjaudu tällä osoitteella:\n\n%(link)s\n\nJos et itse yrittänyt,"
            " mitään ei tarvitse tehdä.\n",
            link=link,
        )
    return Message("address_in_use", holder.email, holder.language, subject, body, "user", holder.id)


def address_changed(user: User, old_email: str, token: str) -> Message:
    """Compose the mail to an old address, with the link that brings it back."""
    link = outside_url("profile.undo_email", token=token)
    with speaking(user.language):
        subject = _("Tunnuksesi osoite on vaihdettu – Imatran tilat")
        body = _(
            "Hei,\n\ntunnuksesi Imatran tiloissa käyttää nyt toista sähköpostiosoitetta. Jos vaihdoit sen"
            " itse, mitään ei tarvitse tehdä.\n\nJos et vaihtanut, peru vaihto viikon"
            " kuluessa:\n\n%(link)s\n",
            link=link,
        )
    return Message("address_changed", old_email, user.language, subject, body, "user", user.id)
