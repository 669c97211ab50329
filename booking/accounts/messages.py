"""The mail of accounts, in the recipient's language."""

from flask import current_app
from flask_babel import gettext as _

from booking.accounts.models import ApiToken, User
from booking.i18n import speaking
from booking.outbox.message import Message
from booking.web.addresses import outside_url
from booking.web.filters import date_long


def confirm_address(user: User, token: str) -> Message:
    """Compose the mail with the link that proves an address."""
    link = outside_url("accounts.confirm", token=token)
    with speaking(user.language):
        subject = _("Vahvista sähköpostiosoitteesi – Imatran tilat")
        body = _(
            "Hei,\n\ntällä osoitteella luotiin tunnus Imatran tiloihin. Vahvista osoite avaamalla linkki:\n\n"
            "%(link)s\n\nLinkki toimii 24 tuntia. Jos et luonut tunnusta, tätä viestiä ei tarvitse huomioida:"
            " ilman vahvistusta tunnusta ei oteta käyttöön.\n",
            link=link,
        )
    return Message("confirm_address", user.email, user.language, subject, body, "user", user.id)


def identity_joined(user: User) -> Message:
    """Compose the mail that tells that another service opens the account from now on."""
    service = current_app.config["SETTINGS"].oidc_name
    with speaking(user.language):
        subject = _("Uusi tapa kirjautua – Imatran tilat")
        body = _(
            "Hei,\n\ntunnukseesi liitettiin kirjautuminen palvelulla %(service)s. Tästä alkaen pääset sisään"
            " myös sillä.\n\nJos et itse tehnyt tätä, pyydä heti apua ylläpidolta.\n",
            service=service,
        )
    return Message("identity_joined", user.email, user.language, subject, body, "user", user.id)


def account_exists(user: User) -> Message:
    """Compose the mail to the holder of an account when somebody, perhaps they, tried to make another."""
    link = outside_url("accounts.login")
    with speaking(user.language):
        subject = _("Sinulla on jo tunnus – Imatran tilat")
        body = _(
            "Hei,\n\ntällä osoitteella yritettiin luoda tunnusta Imatran tiloihin, mutta tunnus on jo"
            " olemassa. Kirjaudu sisään:\n\n%(link)s\n\nJos et itse yrittänyt, mitään ei tarvitse tehdä.\n",
            link=link,
        )
    return Message("account_exists", user.email, user.language, subject, body, "user", user.id)


def token_expires(token: ApiToken) -> Message:
    """Compose the mail that tells somebody, a week before, that a program's key ends. It needs an end."""
    if token.expires_at is None:
        raise ValueError("a token without an end does not expire")
    link, reader = outside_url("tokens.mine"), token.user
    with speaking(reader.language):
        subject = _("Ohjelman avain vanhenee: %(name)s", name=token.name)
        body = _(
            "Hei,\n\navain ”%(name)s” lakkaa toimimasta %(day)s. Sen jälkeen ohjelma, joka käyttää sitä, ei"
            " enää pääse Imatran tiloihin.\n\nJos tarvitset ohjelmaa edelleen, tee uusi avain ja vaihda se"
            " ohjelmaan:\n%(link)s\n\nJos et tarvitse, mitään ei tarvitse tehdä.\n",
            name=token.name,
            day=date_long(token.expires_at),
            link=link,
        )
    return Message("token_expires", reader.email, reader.language, subject, body, "token", token.id)
