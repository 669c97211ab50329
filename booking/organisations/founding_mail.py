"""The mail about making an association known: to who verifies, and to its managers."""

from typing import Final

from flask_babel import gettext as _
from flask_babel import ngettext

from booking.accounts.models import User
from booking.i18n import speaking
from booking.organisations.models import Organisation
from booking.outbox.message import Message
from booking.web.addresses import outside_url

VERIFIER: Final = "verifier"
"""What the mails to who verifies are about: the reader, who hears once a day."""
SUBJECT: Final = "organisation"


def something_waits(reader: User) -> Message:
    """Compose the mail that tells one of the city's staff that something is to be verified."""
    with speaking(reader.language):
        subject = _("Uusi yhdistys odottaa vahvistamista")
        body = _(
            "Hei,\n\npalveluun on perustettu yhdistys tai ryhmä, jota kukaan ei ole vielä vahvistanut. Katso"
            " sen tiedot ja vahvista se tai kerro, mikä puuttuu:\n\n%(link)s\n\n"
            "Tämä viesti tulee enintään kerran päivässä.\n",
            link=outside_url("verifying.unverified"),
        )
    return Message("to_verify", reader.email, reader.language, subject, body, VERIFIER, reader.id)


def verified(organisation: Organisation, reader: User) -> Message:
    """Compose the mail to a manager whose association has been verified."""
    with speaking(reader.language):
        subject = _("Vahvistettu: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\n%(name)s on vahvistettu. Nyt sen nimissä voi pyytää myös niitä tiloja, jotka ovat vain"
            " yhdistyksille ja ryhmille.\n\nEtsi tila:\n%(link)s\n",
            name=organisation.name,
            link=outside_url("availability.search"),
        )
    return _message("verified", organisation, reader, subject, body)


def turned_down(organisation: Organisation, reason: str, reader: User) -> Message:
    """Compose the mail to a manager whose association was not verified, with the reason."""
    with speaking(reader.language):
        subject = _("Ei vahvistettu: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\nyhdistystä %(name)s ei vahvistettu. Syy:\n\n%(reason)s\n\n"
            "Kaikille avoimia tiloja voi varata silti. Kun asia on kunnossa, pyydä vahvistusta uudelleen"
            " yhdistyksen sivulta:\n%(link)s\n",
            name=organisation.name,
            reason=reason,
            link=outside_url("organisations.show", slug=organisation.slug),
        )
    return _message("turned_down", organisation, reader, subject, body)


def archived(organisation: Organisation, who: str, reader: User) -> Message:
    """Compose the mail to somebody of an association that one of its managers has archived."""
    with speaking(reader.language):
        subject = _("Arkistoitu: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\n%(who)s on arkistoinut yhdistyksen %(name)s. Sen varauksia voi lukea, mutta sen nimissä"
            " ei enää varata. Yhdistyksen hallinto voi palauttaa sen käyttöön:\n%(link)s\n",
            who=who,
            name=organisation.name,
            link=outside_url("organisations.show", slug=organisation.slug),
        )
    return _message("archived", organisation, reader, subject, body)


def brought_back(organisation: Organisation, who: str, reader: User) -> Message:
    """Compose the mail to somebody of an association that is in use again."""
    with speaking(reader.language):
        subject = _("Taas käytössä: %(name)s", name=organisation.name)
        body = _(
            "Hei,\n\n%(who)s on palauttanut yhdistyksen %(name)s käyttöön. Sen nimissä voi taas varata:\n"
            "%(link)s\n",
            who=who,
            name=organisation.name,
            link=outside_url("organisations.show", slug=organisation.slug),
        )
    return _message("brought_back", organisation, reader, subject, body)


def merged(old: str, into: Organisation, reader: User, *, belongs: bool) -> Message:
    """Compose the mail to somebody of an association that has become part of another; `belongs`: they too."""
    with speaking(reader.language):
        subject = _("Yhdistetty: %(old)s", old=old)
        membership = (
            _("Olet nyt sen jäsen. Roolisi näkyy kohdassa Omat yhdistykset.")
            if belongs
            else _("Et ole sen jäsen. Jos haluat mukaan, pyydä sitä sen sivulta.")
        )
        body = _(
            "Hei,\n\n%(old)s oli palvelussa kahteen kertaan. Ylläpito on yhdistänyt ne, ja nyt nimi on"
            " %(name)s. Varaukset ja kalenterit siirtyivät sinne. %(membership)s\n\n%(link)s\n",
            old=old,
            name=into.name,
            membership=membership,
            link=outside_url("organisations.show", slug=into.slug),
        )
    return _message("merged", into, reader, subject, body)


def merged_in(old: str, into: Organisation, names: list[str], requests: int, reader: User) -> Message:
    """Compose the mail to a manager of an association of which another has become a part: who came."""
    with speaking(reader.language):
        subject = _("Yhdistetty: %(old)s", old=old)
        asked = ngettext(
            "%(num)s odottava pyyntö päästä mukaan siirtyi yhdistyksesi vastattavaksi.",
            "%(num)s odottavaa pyyntöä päästä mukaan siirtyi yhdistyksesi vastattavaksi.",
            requests,
        )
        body = _(
            "Hei,\n\nylläpito on yhdistänyt yhdistyksen %(old)s yhdistykseesi %(name)s. Sen varaukset ja"
            " kalenterit ovat nyt yhdistyksesi.\n\nMukaan tulivat: %(people)s\n%(asked)s\n\n"
            "Tarkista jäsenet ja roolit:\n%(link)s\n",
            old=old,
            name=into.name,
            people=", ".join(names) or _("ei ketään"),
            asked=asked if requests else "",
            link=outside_url("members.show", slug=into.slug),
        )
    return _message("merged_in", into, reader, subject, body)


def _message(kind: str, organisation: Organisation, reader: User, subject: str, body: str) -> Message:
    return Message(kind, reader.email, reader.language, subject, body, SUBJECT, organisation.id)
