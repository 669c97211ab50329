"""The words for kinds of rooms, their features and their names, in the language spoken now."""

from flask_babel import lazy_gettext as _l

from booking.i18n import in_language
from booking.rooms.facts import RoomFacts

KINDS = {
    "hall": _l("sali"),
    "meeting": _l("kokoustila"),
    "sports": _l("liikuntatila"),
    "event": _l("juhlatila"),
    "studio": _l("harjoitustila"),
    "kitchen": _l("keittiö"),
    "youth": _l("nuorisotila"),
    "village": _l("kylätalo"),
    "outdoor": _l("ulkotila"),
}
FEATURES = {
    "step_free": _l("esteetön sisäänkäynti"),
    "accessible_toilet": _l("esteetön wc"),
    "lift": _l("hissi"),
    "induction_loop": _l("induktiosilmukka"),
    "guide_dogs": _l("opaskoira tervetullut"),
    "kitchen": _l("keittiö käytössä"),
    "projector": _l("videotykki"),
    "sound_system": _l("äänentoisto"),
    "piano": _l("piano"),
    "stage": _l("näyttämö"),
    "wifi": _l("langaton verkko"),
    "whiteboard": _l("valkotaulu"),
    "changing_rooms": _l("pukuhuoneet"),
}


def room_name(room: RoomFacts) -> str:
    """Return the room's name in the reader's language."""
    return in_language(room.name, room.name_sv, room.name_en)
