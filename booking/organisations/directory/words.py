"""What themes, target groups, languages and kinds of exchange are called, as associations say it."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

THEMES: Final[Mapping[str, Any]] = {
    "sports": _l("liikunta ja urheilu"),
    "culture": _l("kulttuuri ja taide"),
    "music": _l("musiikki ja laulu"),
    "crafts": _l("käsityöt"),
    "games": _l("pelit ja pelaaminen"),
    "esports": _l("e-urheilu"),
    "nature": _l("luonto ja ulkoilu"),
    "animals": _l("eläimet"),
    "health": _l("terveys ja hyvinvointi"),
    "disability": _l("vammaisten oma toiminta"),
    "peer_support": _l("vertaistuki"),
    "pensioners": _l("eläkeläisten toiminta"),
    "youth_work": _l("nuorisotyö"),
    "families": _l("perheiden toiminta"),
    "village": _l("kylä ja kaupunginosa"),
    "food": _l("ruoka"),
    "employment": _l("työ ja työttömyys"),
    "digital_help": _l("apua puhelimen ja tietokoneen kanssa"),
    "languages": _l("kielet ja kansainvälisyys"),
    "learning": _l("kurssit ja opiskelu"),
    "volunteering": _l("vapaaehtoistyö"),
    "veterans": _l("veteraanit ja maanpuolustus"),
    "faith": _l("usko ja hengellinen toiminta"),
    "society": _l("yhteiskunta ja vaikuttaminen"),
}
TARGETS: Final[Mapping[str, Any]] = {
    "everyone": _l("kuka tahansa"),
    "children": _l("lapset"),
    "young": _l("nuoret"),
    "families": _l("perheet"),
    "working_age": _l("työikäiset"),
    "over_65": _l("yli 65-vuotiaat"),
    "disabled": _l("vammaiset ihmiset"),
    "wheelchair": _l("pyörätuolilla liikkuvat"),
    "hard_of_hearing": _l("huonokuuloiset ja kuurot"),
    "low_vision": _l("näkövammaiset"),
    "carers": _l("omaishoitajat ja läheiset"),
    "long_term_ill": _l("pitkäaikaissairaat"),
    "immigrants": _l("maahan muuttaneet"),
    "unemployed": _l("työttömät ja työtä etsivät"),
    "students": _l("opiskelijat"),
}
LANGUAGES: Final[Mapping[str, Any]] = {
    "fi": _l("suomi"),
    "easy": _l("selkosuomi"),
    "sv": _l("ruotsi"),
    "en": _l("englanti"),
    "sign": _l("viittomakieli"),
    "ru": _l("venäjä"),
    "uk": _l("ukraina"),
    "et": _l("viro"),
    "ar": _l("arabia"),
    "other": _l("muu kieli"),
}
TAGS: Final[Mapping[str, Mapping[str, Any]]] = {"theme": THEMES, "target": TARGETS, "language": LANGUAGES}
"""The words of each code, by the kind of tag (`models.TAG_KINDS`)."""

SIDES: Final[Mapping[str, Any]] = {"offers": _l("tarjotaan"), "seeks": _l("etsitään")}
EXCHANGES: Final[Mapping[str, Any]] = {
    "rooms": _l("oma tila"),
    "staff": _l("yhteinen työntekijä"),
    "equipment": _l("välineet ja kalusteet"),
    "helpers": _l("tekijät ja vapaaehtoiset"),
    "transport": _l("kuljetukset ja kyydit"),
    "knowledge": _l("osaaminen ja neuvot"),
    "other": _l("muu"),
}


def in_order(kind: str, codes: frozenset[str]) -> list[str]:
    """Return the words of an organisation's codes of one kind, in the order of the lists above."""
    return [str(label) for code, label in TAGS[kind].items() if code in codes]
