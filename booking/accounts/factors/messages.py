"""The mail about second factors, in the recipient's language: what has changed and what to do."""

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.accounts.models import User
from booking.i18n import speaking
from booking.outbox.message import Message
from booking.web.addresses import outside_url

PAGE = "second_factor.show"


def turned_on(user: User) -> Message:
    """Tell that signing in asks for a code from now on."""
    with speaking(user.language):
        subject = _("Kaksivaiheinen kirjautuminen on käytössä – Imatran tilat")
        body = _(
            "Hei,\n\ntunnuksellasi otettiin käyttöön kaksivaiheinen kirjautuminen. Tästä alkaen kirjautuessa"
            " kysytään myös puhelimen koodi.\n\nPidä palautuskoodit tallessa: niillä pääset sisään, jos"
            " puhelin katoaa.\n\nJos et itse tehnyt tätä, pyydä heti apua ylläpidolta.\n\n%(link)s\n",
            link=outside_url(PAGE),
        )
    return _message("second_factor_on", user, subject, body)


def turned_off(user: User) -> Message:
    """Tell that signing in asks for no code any more."""
    with speaking(user.language):
        subject = _("Kaksivaiheinen kirjautuminen on poistettu – Imatran tilat")
        body = _(
            "Hei,\n\ntunnuksesi kaksivaiheinen kirjautuminen poistettiin käytöstä. Kirjautuessa ei enää"
            " kysytä puhelimen koodia.\n\nJos et itse tehnyt tätä, vaihda salasana ja ota se uudelleen"
            " käyttöön:\n\n%(link)s\n",
            link=outside_url(PAGE),
        )
    return _message("second_factor_off", user, subject, body)


def was_reset(user: User, reason: str) -> Message:
    """Tell that an administrator has taken it away, and why."""
    with speaking(user.language):
        subject = _("Ylläpito poisti kaksivaiheisen kirjautumisesi – Imatran tilat")
        body = _(
            "Hei,\n\nylläpito poisti tunnukseltasi kaksivaiheisen kirjautumisen. Puhelimen koodi ja vanhat"
            " palautuskoodit eivät enää käy.\n\nSyy: %(reason)s\n\nOta se uudelleen käyttöön uudella"
            " puhelimella:\n\n%(link)s\n\nJos et pyytänyt tätä, kerro siitä ylläpidolle heti.\n",
            reason=reason,
            link=outside_url(PAGE),
        )
    return _message("second_factor_reset", user, subject, body)


def recovery_code_used(user: User, left: int) -> Message:
    """Tell that a recovery code was used, and how many are left."""
    with speaking(user.language):
        subject = _("Palautuskoodi käytettiin – Imatran tilat")
        told = ngettext("Koodeja on jäljellä %(num)s.", "Koodeja on jäljellä %(num)s.", left)
        body = _(
            "Hei,\n\ntunnuksellasi käytettiin palautuskoodi. %(told)s\n\nJos puhelin on kadonnut tai koodit"
            " ovat loppumassa, vaihda puhelin tai tee uudet koodit:\n\n%(link)s\n\nJos et itse tehnyt tätä,"
            " vaihda salasana ja tee uudet koodit heti.\n",
            told=told,
            link=outside_url(PAGE),
        )
    return _message("recovery_code_used", user, subject, body)


def _message(kind: str, user: User, subject: str, body: str) -> Message:
    return Message(kind, user.email, user.language, subject, body, "user", user.id)
