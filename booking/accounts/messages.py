"""The mail of accounts, in the recipient's language."""

from flask_babel import gettext as _

from booking.accounts.models import User
from booking.i18n import speaking
from booking.outbox.message import Message
from booking.web.addresses import outside_url


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
