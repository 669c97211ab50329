"""The lines of the privacy notice: kinds of data, in a reader's words, with how long each is kept."""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from flask_babel import lazy_gettext as _l

KEPT_MONTHS: Final = 24
"""Months from the last use until contact details are thrown away (DOMAIN.md, "Privacy and access")."""
MAIL_WEEKS: Final = 8
"""Weeks that the words of a mail are kept after it has gone out."""

_AS_LONG_AS_ACCOUNT = _l(
    "Niin kauan kuin tunnus on. Tunnus, jota ei käytetä 24 kuukauteen, poistetaan; siitä varoitetaan ensin."
)


@dataclass(frozen=True, slots=True)
class Words:
    """What is kept, and until when.

    `gone`: what erasure does with it, each rule with its subject, where it is not the same with all of it.
    """

    what: Any
    until: Any
    gone: tuple[Any, ...] = ()


class Line(Enum):
    """One kind of data."""

    KEYS = Words(
        _l(
            "Tunnus: nimi, sähköpostiosoite, kieli, salasanan tiiviste, hyväksytyt käyttöehdot, kirjautuneet"
            " laitteet ja ohjelmien avaimet. Salasanaa ei tallenneta luettavassa muodossa."
        ),
        _AS_LONG_AS_ACCOUNT,
        (
            _l("Nimi, sähköpostiosoite, salasana, laitteet ja avaimet: poistetaan."),
            _l("Tunnuksen numero, kieli ja päivät: jäävät."),
        ),
    )
    ASSOCIATIONS = Words(
        _l("Yhdistykset: missä yhdistyksissä toimit tai toimit ennen, ja missä roolissa."),
        _l("Pysyvästi, mutta nimesi vain niin kauan kuin tunnus on."),
        (
            _l("Kutsut, pyynnöt päästä mukaan ja kirjoittamasi perustelut: poistetaan."),
            _l("Jäsenyydet, roolit ja sijaisuudet: jäävät tunnuksesi numerolla, ilman nimeäsi."),
        ),
    )
    CONTACTS = Words(
        _l(
            "Varaukset ja jonopaikat: aika, tila, tilaisuuden nimi, henkilömäärä, vastuuhenkilö, hänen"
            " yhteystietonsa ja lisätiedot."
        ),
        _l(
            "Nimi, yhteystieto ja lisätiedot 24 kuukautta viimeisen varatun ajan jälkeen. Ajat ja määrät"
            " jäävät tilastoksi."
        ),
    )
    MESSAGES = Words(
        _l("Kysymykset, vastaukset ja perustelut, jotka liittyvät varaukseen."),
        _l("24 kuukautta viimeisen varatun ajan jälkeen."),
    )
    MAIL = Words(
        _l("Sähköpostit, jotka palvelu lähettää."),
        _l("Sisältö 8 viikkoa lähettämisestä, tieto lähettämisestä 24 kuukautta."),
    )
    CALENDARS = Words(
        _l("Salaiset kalenteriosoitteet: milloin ja minkälaisella ohjelmalla niitä viimeksi haettiin."),
        _AS_LONG_AS_ACCOUNT,
    )
    VIEWS = Words(
        _l("Yhteystietojen katselut: kuka katsoi, milloin ja millä sivulla."),
        _l("24 kuukautta."),
    )
    FEEDBACK = Words(
        _l("Palaute: mitä kirjoitit, ja osoite, jos halusit vastauksen."),
        _l("24 kuukautta."),
    )
    WORK = Words(
        _l("Mitä olet tehnyt tilan omistajan tehtävissä: sulkemiset, soitot, tuodut kalenterit."),
        _l("Niin kauan kuin asia itse. Nimesi vain niin kauan kuin tunnus on."),
        (
            _l("Tekstit, joissa on nimesi tai yhteystietosi: ne poistetaan tekstistä."),
            _l("Mitä tehtiin ja milloin: jää tunnuksesi numerolla, ilman nimeäsi."),
        ),
    )
    PUBLIC_TEXTS = Words(
        _l("Tilojen ja yhdistysten tekstit, joissa voi olla yhteyshenkilön nimi tai yhteystieto."),
        _l("Kunnes tilan omistaja tai yhdistys vaihtaa tekstin."),
    )
    RECORD = Words(
        _l("Tapahtumaloki: mitä tehtiin, milloin ja minkä numeroisella tunnuksella. Nimiä siinä ei ole."),
        _l("Pysyvästi: lokia ei voi muuttaa eikä poistaa."),
    )
