"""What the invented associations do every week, and what they ask for this month. Times are wall clock."""

from dataclasses import dataclass

from booking.demo.people import CHOIR

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@dataclass(frozen=True, slots=True)
class Weekly:
    """One use a week: `hours` are minutes of the day; past 1440 is after midnight."""

    weekday: int
    hours: tuple[int, int]
    room: str
    organisation: str
    title: str
    purpose: str
    people: int
    visibility: str = "public"
    every: int = 1  # weeks


def _at(start: float, end: float) -> tuple[int, int]:
    return int(start * 60), int(end * 60)


_ELDERS, _WHEELS, _HEARING = "elakelaiskerho-iltarusko", "kelaajat", "kuuloyhdistys-kuiskaus"
_FLOORBALL, _GIRLS, _FAMILIES = (
    "salibandyseura-kosken-mailat",
    "tyttoliikunta-pyorre",
    "perheyhdistys-pihapiiri",
)
_KITCHEN, _JOBLESS, _ESPORT = "maailman-keittio", "tyonhakijat-ponnistus", "e-urheiluseura-viive"
_DIGITAL, _ART, _VILLAGE = "digitalkkarit", "taideverkosto-siveltimenveto", "kylaseura-kuusikko"
_BOARD_GAMES = "lautapeliporukka-noppa"

WEEKLY = (
    Weekly(MON, _at(10, 12), "taiteilijalampio", _ELDERS, "Muistelukerho", "meeting", 18),
    Weekly(MON, _at(13, 15), "vierashuone", _DIGITAL, "Digiapua kaikille", "event", 12, "event"),
    Weekly(MON, _at(17, 18.5), "mansikkalan-liikuntasali-a", _GIRLS, "Temppukoulu", "training", 24),
    Weekly(MON, _at(17, 19), "mansikkalan-liikuntasali-b", _FLOORBALL, "P12 harjoitukset", "training", 22),
    Weekly(MON, _at(19.5, 21.5), "mansikkalan-liikuntasali", _FLOORBALL, "Edustus koko sali", "training", 28),
    Weekly(MON, _at(18, 20), "kosken-koulukeskus", _WHEELS, "Sähköpyörätuolisalibandy", "training", 16),
    Weekly(MON, _at(18, 20), "savikannan-bandikamppa", _ART, "Äänitaide", "rehearsal", 5),
    Weekly(TUE, _at(10, 11.5), "urheilutalo-a", _ELDERS, "Tuolijumppa", "training", 30),
    Weekly(TUE, _at(12, 14), "rajapatsaan-kirjasto", _JOBLESS, "Työnhakukahvila", "meeting", 14),
    Weekly(TUE, _at(18, 20.5), "taiteilijalampio", CHOIR, "Kuoroharjoitus", "rehearsal", 34),
    Weekly(TUE, _at(17, 19), "urheilutalo", _FLOORBALL, "Juniorit, koko sali", "training", 40),
    Weekly(TUE, _at(17, 20), "ukonlinna-keittio", _KITCHEN, "Ruokailta", "course", 12),
    Weekly(TUE, _at(18, 20), "imatrankosken-alasali", _HEARING, "Viittomakerho", "course", 16),
    Weekly(TUE, _at(18, 21), "vuoksenniskan-kirjasto", _BOARD_GAMES, "Lautapeli-ilta", "event", 14, "event"),
    Weekly(WED, _at(9.5, 11.5), "raution-kylatupa", _FAMILIES, "Perhekahvila", "event", 20, "event"),
    Weekly(WED, _at(10, 12), "vierashuone", _HEARING, "Hallitus", "meeting", 7, "private", every=2),
    Weekly(WED, _at(17, 19), "kosken-koulukeskus", _GIRLS, "Tanssi", "training", 26),
    Weekly(WED, _at(18, 20), "taiteiden-talo-sali", _ART, "Elävän mallin piirustus", "course", 15),
    Weekly(WED, _at(18, 20), "vuoksenniskan-koulukeskus", _FLOORBALL, "Harrastajat", "training", 18),
    Weekly(WED, _at(18, 21), "savikannan-bandikamppa", _ESPORT, "Pelimusiikkibändi", "rehearsal", 6),
    Weekly(THU, _at(10, 11.5), "taiteilijalampio", _ELDERS, "Yhteiskunnallinen kerho", "meeting", 20),
    Weekly(THU, _at(13, 15), "paakirjasto", _DIGITAL, "Puhelin haltuun", "course", 10, "event"),
    Weekly(THU, _at(17, 19), "urheilutalo-b", _WHEELS, "Pyörätuolitanssi", "training", 14),
    Weekly(THU, _at(17, 20), "nuorisotila-chillaamo", _ESPORT, "Avoin peli-ilta", "event", 35, "event"),
    Weekly(THU, _at(18, 20), "raution-kylatupa", _VILLAGE, "Talkooilta", "meeting", 12),
    Weekly(THU, _at(18, 20), "vierashuone", CHOIR, "Stemmaharjoitus, altot", "rehearsal", 12),
    Weekly(THU, _at(19, 21), "mansikkalan-liikuntasali-a", _FLOORBALL, "Naiset", "training", 20),
    Weekly(FRI, _at(9, 11), "tainionkosken-kirkko", _FAMILIES, "Taaperojumppa", "training", 22),
    Weekly(FRI, _at(12, 14), "imatrankosken-alasali", _JOBLESS, "Yhteislounas", "event", 45, "event"),
    Weekly(FRI, _at(18, 25), "ukonlinna", _VILLAGE, "Lavatanssit", "event", 100, "event", every=2),
    Weekly(
        FRI, _at(17, 20), "vuoksenniskan-kirjasto", _ESPORT, "Turnauksen suunnittelu", "meeting", 6, "private"
    ),
    Weekly(SAT, _at(10, 13), "urheilutalo", _GIRLS, "Liikuntalauantai", "event", 50, "event"),
    Weekly(SAT, _at(11, 15), "taiteiden-talo-sali", _ART, "Maalauspäivä", "course", 16),
    Weekly(SAT, _at(12, 16), "ukonniemi-areena", _FLOORBALL, "Sarjaturnaus", "event", 300, "event", every=2),
    Weekly(SUN, _at(12, 15), "ukonlinna-keittio", _KITCHEN, "Leivontasunnuntai", "course", 10, every=2),
    Weekly(SUN, _at(13, 17), "rajapatsaan-kirjasto", _BOARD_GAMES, "Pelisunnuntai", "event", 18, "event"),
    Weekly(SUN, _at(14, 16), "mansikkalan-liikuntasali-b", _WHEELS, "Boccia", "training", 18),
)


@dataclass(frozen=True, slots=True)
class Story:
    """One request with a fate, so many days from today (or later: the next day its room is open then).

    `by` is the mailbox of who asks, `organisation` empty when for themselves. `asked` and `ended` are days
    before today; `fate` is what happened then, by the room's approver or by the booker.
    """

    days: int
    hours: tuple[int, int]
    room: str
    by: str
    organisation: str
    title: str
    purpose: str
    people: int
    visibility: str = "public"
    note: str = ""
    asked: int = 3
    fate: str = ""
    ended: int = 1
    reason: str = ""


STORIES = (
    # two that compete for one evening, and a third that overlaps them both
    Story(
        16,
        _at(17, 20),
        "karelia-sali",
        "varaaja",
        CHOIR,
        "Konsertti",
        "event",
        160,
        "event",
        "Tarvitsemme näyttämön ja pianon. Lipunmyynti alkaa, kun sali on varma.",
        asked=6,
    ),
    Story(
        16,
        _at(18, 21),
        "karelia-sali",
        "siveltimenveto",
        _ART,
        "Taidehuutokauppa",
        "event",
        120,
        "event",
        "Teokset tuodaan paikalle jo iltapäivällä.",
        asked=4,
    ),
    Story(
        9,
        _at(17, 19),
        "talvipuutarha",
        "kuusikko",
        _VILLAGE,
        "Syntymäpäiväkahvit kylälle",
        "event",
        60,
        asked=2,
    ),
    Story(11, _at(10, 12), "talvipuutarha", "iltarusko", _ELDERS, "Retken info", "meeting", 45, asked=1),
    Story(
        6,
        _at(13, 15),
        "imatrankosken-alasali",
        "kuiskaus",
        _HEARING,
        "Kuulokojeen huoltopäivä",
        "event",
        30,
        "event",
    ),
    Story(
        13,
        _at(17, 19),
        "tainionkosken-kirkko",
        "pihapiiri",
        _FAMILIES,
        "Vaatteiden vaihtotori",
        "event",
        80,
        "event",
    ),
    Story(20, _at(16, 18), "urheilutalo-a", "kelaajat", _WHEELS, "Vierasottelu", "event", 40, "event"),
    Story(8, _at(18, 20), "vierashuone", "hallinto", CHOIR, "Hallituksen kokous", "meeting", 8, "private"),
    Story(5, _at(17, 19), "taiteilijalampio", "varaaja", "", "Kitaratunti", "rehearsal", 3, "private"),
    Story(15, _at(17, 19), "paakirjasto", "siveltimenveto", _ART, "Lukuilta kaikille", "event", 40, "event"),
    Story(
        18,
        _at(18, 21),
        "karelia-sali",
        "mailat",
        _FLOORBALL,
        "Kauden päättäjäiset",
        "event",
        150,
        fate="decline",
        asked=7,
        ended=5,
        reason="Salissa on silloin valaistuksen huolto. Talvipuutarha on samana iltana vapaa.",
    ),
    Story(
        19,
        _at(13, 15),
        "vierashuone",
        "digitalkkarit",
        _DIGITAL,
        "Tietoturvailta",
        "course",
        15,
        "event",
        fate="cancel",
        asked=8,
        ended=2,
        reason="Ohjaaja on estynyt. Uusi päivä kerrotaan myöhemmin.",
    ),
    Story(
        12,
        _at(17, 20),
        "nuorisotila-chillaamo",
        "viive",
        _ESPORT,
        "Yöturnauksen kokous",
        "meeting",
        12,
        fate="withdraw",
        asked=5,
        ended=3,
        reason="Kokous pidetään verkossa.",
    ),
    Story(
        24,
        _at(12, 16),
        "talvipuutarha",
        "ponnistus",
        _JOBLESS,
        "Rekrytointitori",
        "event",
        100,
        "event",
        fate="confirm",
        asked=9,
        ended=6,
    ),
    Story(
        17,
        _at(17, 19),
        "mansikkalan-liikuntasali",
        "varaaja",
        CHOIR,
        "Kuorojen yhteisharjoitus",
        "rehearsal",
        120,
        fate="cancel-by-owner",
        asked=10,
        ended=2,
        reason="Koulukeskuksessa on silloin äänestys. Karelia-sali on tarjolla samaan aikaan.",
    ),
    # asked for and never decided: it expired
    Story(
        -3,
        _at(17, 19),
        "kosken-koulukeskus",
        "viive",
        _ESPORT,
        "Liikuntapelit",
        "training",
        20,
        fate="expire",
        asked=12,
    ),
    Story(
        -6,
        _at(17, 20),
        "karelia-sali",
        "varaaja",
        CHOIR,
        "Pääharjoitus",
        "rehearsal",
        36,
        fate="confirm",
        asked=30,
        ended=26,
    ),
    Story(-6, _at(16, 19), "karelia-sali", "pyorre", _GIRLS, "Tanssinäytös", "event", 150, "event", asked=28),
)
