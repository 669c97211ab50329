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


def at(start: float, end: float) -> tuple[int, int]:
    """Return hours as minutes of the day."""
    return int(start * 60), int(end * 60)


ELDERS, WHEELS, HEARING = "elakelaiskerho-iltarusko", "kelaajat", "kuuloyhdistys-kuiskaus"
FLOORBALL, GIRLS, FAMILIES = (
    "salibandyseura-kosken-mailat",
    "tyttoliikunta-pyorre",
    "perheyhdistys-pihapiiri",
)
KITCHEN, JOBLESS, ESPORT = "maailman-keittio", "tyonhakijat-ponnistus", "e-urheiluseura-viive"
DIGITAL, ART, VILLAGE = "digitalkkarit", "taideverkosto-siveltimenveto", "kylaseura-kuusikko"
BOARD_GAMES = "lautapeliporukka-noppa"

WEEKLY = (
    Weekly(MON, at(10, 12), "taiteilijalampio", ELDERS, "Muistelukerho", "meeting", 18),
    Weekly(MON, at(13, 15), "vierashuone", DIGITAL, "Digiapua kaikille", "event", 12, "event"),
    Weekly(MON, at(17, 18.5), "mansikkalan-liikuntasali-a", GIRLS, "Temppukoulu", "training", 24),
    Weekly(MON, at(17, 19), "mansikkalan-liikuntasali-b", FLOORBALL, "P12 harjoitukset", "training", 22),
    Weekly(MON, at(19.5, 21.5), "mansikkalan-liikuntasali", FLOORBALL, "Edustus koko sali", "training", 28),
    Weekly(MON, at(18, 20), "kosken-koulukeskus", WHEELS, "Sähköpyörätuolisalibandy", "training", 16),
    Weekly(MON, at(18, 20), "savikannan-bandikamppa", ART, "Äänitaide", "rehearsal", 5),
    Weekly(TUE, at(10, 11.5), "urheilutalo-a", ELDERS, "Tuolijumppa", "training", 30),
    Weekly(TUE, at(12, 14), "rajapatsaan-kirjasto", JOBLESS, "Työnhakukahvila", "meeting", 14),
    Weekly(TUE, at(18, 20.5), "taiteilijalampio", CHOIR, "Kuoroharjoitus", "rehearsal", 34),
    Weekly(TUE, at(17, 19), "urheilutalo", FLOORBALL, "Juniorit, koko sali", "training", 40),
    Weekly(TUE, at(17, 20), "ukonlinna-keittio", KITCHEN, "Ruokailta", "course", 12),
    Weekly(TUE, at(18, 20), "imatrankosken-alasali", HEARING, "Viittomakerho", "course", 16),
    Weekly(TUE, at(18, 21), "vuoksenniskan-kirjasto", BOARD_GAMES, "Lautapeli-ilta", "event", 14, "event"),
    Weekly(WED, at(9.5, 11.5), "raution-kylatupa", FAMILIES, "Perhekahvila", "event", 20, "event"),
    Weekly(WED, at(10, 12), "vierashuone", HEARING, "Hallitus", "meeting", 7, "private", every=2),
    Weekly(WED, at(17, 19), "kosken-koulukeskus", GIRLS, "Tanssi", "training", 26),
    Weekly(WED, at(18, 20), "taiteiden-talo-sali", ART, "Elävän mallin piirustus", "course", 15),
    Weekly(WED, at(18, 20), "vuoksenniskan-koulukeskus", FLOORBALL, "Harrastajat", "training", 18),
    Weekly(WED, at(18, 21), "savikannan-bandikamppa", ESPORT, "Pelimusiikkibändi", "rehearsal", 6),
    Weekly(THU, at(10, 11.5), "taiteilijalampio", ELDERS, "Yhteiskunnallinen kerho", "meeting", 20),
    Weekly(THU, at(13, 15), "paakirjasto", DIGITAL, "Puhelin haltuun", "course", 10, "event"),
    Weekly(THU, at(17, 19), "urheilutalo-b", WHEELS, "Pyörätuolitanssi", "training", 14),
    Weekly(THU, at(17, 20), "nuorisotila-chillaamo", ESPORT, "Avoin peli-ilta", "event", 35, "event"),
    Weekly(THU, at(18, 20), "raution-kylatupa", VILLAGE, "Talkooilta", "meeting", 12),
    Weekly(THU, at(18, 20), "vierashuone", CHOIR, "Stemmaharjoitus, altot", "rehearsal", 12),
    Weekly(THU, at(19, 21), "mansikkalan-liikuntasali-a", FLOORBALL, "Naiset", "training", 20),
    Weekly(FRI, at(9, 11), "tainionkosken-kirkko", FAMILIES, "Taaperojumppa", "training", 22),
    Weekly(FRI, at(12, 14), "imatrankosken-alasali", JOBLESS, "Yhteislounas", "event", 45, "event"),
    Weekly(FRI, at(18, 25), "ukonlinna", VILLAGE, "Lavatanssit", "event", 100, "event", every=2),
    Weekly(
        FRI, at(17, 20), "vuoksenniskan-kirjasto", ESPORT, "Turnauksen suunnittelu", "meeting", 6, "private"
    ),
    Weekly(SAT, at(10, 13), "urheilutalo", GIRLS, "Liikuntalauantai", "event", 50, "event"),
    Weekly(SAT, at(11, 15), "taiteiden-talo-sali", ART, "Maalauspäivä", "course", 16),
    Weekly(SAT, at(12, 16), "ukonniemi-areena", FLOORBALL, "Sarjaturnaus", "event", 300, "event", every=2),
    Weekly(SUN, at(12, 15), "ukonlinna-keittio", KITCHEN, "Leivontasunnuntai", "course", 10, every=2),
    Weekly(SUN, at(13, 17), "rajapatsaan-kirjasto", BOARD_GAMES, "Pelisunnuntai", "event", 18, "event"),
    Weekly(SUN, at(14, 16), "mansikkalan-liikuntasali-b", WHEELS, "Boccia", "training", 18),
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
        at(17, 20),
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
        at(18, 21),
        "karelia-sali",
        "siveltimenveto",
        ART,
        "Taidehuutokauppa",
        "event",
        120,
        "event",
        "Teokset tuodaan paikalle jo iltapäivällä.",
        asked=4,
    ),
    Story(
        9,
        at(17, 19),
        "talvipuutarha",
        "kuusikko",
        VILLAGE,
        "Syntymäpäiväkahvit kylälle",
        "event",
        60,
        asked=2,
    ),
    Story(11, at(10, 12), "talvipuutarha", "iltarusko", ELDERS, "Retken info", "meeting", 45, asked=1),
    # a handful that nothing speaks against
    Story(14, at(15, 17), "nuorisotila-chillaamo", "pyorre", GIRLS, "Tyttöjen päivä", "event", 40, asked=2),
    Story(21, at(16, 19), "nuorten-kulma", "viive", ESPORT, "Verkkopelit tutuiksi", "course", 18, asked=4),
    Story(22, at(18, 21), "talvipuutarha", "keittio", KITCHEN, "Maailman maut", "event", 90, asked=1),
    Story(25, at(9, 12), "talvipuutarha", "ponnistus", JOBLESS, "Työnhakupäivä", "event", 120, asked=2),
    Story(
        26,
        at(13, 15),
        "talvipuutarha",
        "kuiskaus",
        HEARING,
        "Kuulon viikko",
        "event",
        80,
        note="Tarvitsemme induktiosilmukan päälle.",
    ),
    Story(
        6,
        at(13, 15),
        "imatrankosken-alasali",
        "kuiskaus",
        HEARING,
        "Kuulokojeen huoltopäivä",
        "event",
        30,
        "event",
    ),
    Story(
        13,
        at(17, 19),
        "tainionkosken-kirkko",
        "pihapiiri",
        FAMILIES,
        "Vaatteiden vaihtotori",
        "event",
        80,
        "event",
    ),
    Story(20, at(16, 18), "urheilutalo-a", "kelaajat", WHEELS, "Vierasottelu", "event", 40, "event"),
    Story(8, at(18, 20), "vierashuone", "hallinto", CHOIR, "Hallituksen kokous", "meeting", 8, "private"),
    Story(5, at(17, 19), "taiteilijalampio", "varaaja", "", "Kitaratunti", "rehearsal", 3, "private"),
    Story(15, at(17, 19), "paakirjasto", "siveltimenveto", ART, "Lukuilta kaikille", "event", 40, "event"),
    Story(
        18,
        at(18, 21),
        "karelia-sali",
        "mailat",
        FLOORBALL,
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
        at(13, 15),
        "vierashuone",
        "digitalkkarit",
        DIGITAL,
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
        at(17, 20),
        "nuorisotila-chillaamo",
        "viive",
        ESPORT,
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
        at(12, 16),
        "talvipuutarha",
        "ponnistus",
        JOBLESS,
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
        at(10, 12),
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
        at(17, 19),
        "kosken-koulukeskus",
        "viive",
        ESPORT,
        "Liikuntapelit",
        "training",
        20,
        fate="expire",
        asked=12,
    ),
    Story(
        -6,
        at(17, 20),
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
    Story(-6, at(16, 19), "karelia-sali", "pyorre", GIRLS, "Tanssinäytös", "event", 150, "event", asked=28),
)
