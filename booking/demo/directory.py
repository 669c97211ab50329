"""What the demonstration's associations tell of themselves in the directory, offer to others and look for.

Their numbers and addresses belong to nobody: no Finnish number begins with 05 000, `.example` is no domain.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from booking.access.actor import Actor
from booking.access.roles import Role
from booking.accounts.service import user_with_email
from booking.demo.people import ASSOCIATIONS, CHOIR, CITY, DISTRICTS, PARISH, address, organisation
from booking.organisations.directory.exchanges import Line, write_line
from booking.organisations.directory.service import ProfileText, write_profile

CHECKED: Final = timedelta(days=40)  # before today: when most of them were last asked
FORGOTTEN: Final = {"lautapeliporukka-noppa": timedelta(days=380)}


@dataclass(frozen=True, slots=True)
class Told:
    """What one of them tells: codes of themes, target groups and languages, and who answers the phone."""

    themes: str
    targets: str
    contact: str
    languages: str = "fi"
    accessibility: str = ""
    sv: str = ""
    en: str = ""


TOLD: Final[dict[str, Told]] = {
    CHOIR: Told(
        "music culture",
        "everyone over_65",
        "Kuoron sihteeri",
        accessibility="Harjoitussalissa on induktiosilmukka, ja sinne pääsee pyörätuolilla.",
        sv="Blandad kör som sjunger på tisdagar.",
        en="A mixed choir that sings on Tuesdays.",
    ),
    "elakelaiskerho-iltarusko": Told(
        "pensioners sports peer_support",
        "over_65",
        "Kerhon puheenjohtaja",
        accessibility="Jumppaan voi osallistua tuolilla istuen. Avustaja saa tulla mukaan.",
        sv="Prat, gympa och kaffe för pensionärer på dagtid.",
        en="Talk, exercise and coffee for pensioners in the daytime.",
    ),
    "kelaajat": Told(
        "disability sports peer_support",
        "wheelchair disabled",
        "Kelaajien toimisto",
        accessibility="Kokoonnumme vain tiloissa, joihin pääsee pyörätuolilla.",
    ),
    "kuuloyhdistys-kuiskaus": Told(
        "health peer_support disability",
        "hard_of_hearing",
        "Kuuloyhdistyksen vertaisohjaaja",
        "fi sign",
        "Induktiosilmukka on aina käytössä, ja puhe kirjoitetaan näkyviin.",
    ),
    "salibandyseura-kosken-mailat": Told("sports", "children young working_age", "Joukkueiden yhteyshenkilö"),
    "tyttoliikunta-pyorre": Told("sports youth_work", "children young", "Ohjaajien puhelin"),
    "perheyhdistys-pihapiiri": Told(
        "families food",
        "families children",
        "Perhekahvilan emäntä",
        "fi sv",
        sv="Familjecafé, klädbyten och gympa för de minsta.",
    ),
    "maailman-keittio": Told(
        "food languages",
        "immigrants everyone",
        "Ruokaryhmän vetäjä",
        "easy en ru ar",
        en="A food group of people who have moved to Finland: every week food from another home country.",
    ),
    "tyonhakijat-ponnistus": Told(
        "employment peer_support learning food", "unemployed", "Ponnistuksen toimisto", "fi easy"
    ),
    "e-urheiluseura-viive": Told("esports games youth_work", "young working_age", "Pelivastaava", "fi en"),
    "digitalkkarit": Told(
        "digital_help volunteering",
        "over_65 everyone",
        "Digitalkkareiden neuvontapuhelin",
        "fi sv easy",
        sv="Frivilliga hjälper med telefonen och datorn.",
        en="Volunteers help with phones and computers.",
    ),
    "taideverkosto-siveltimenveto": Told("culture crafts", "everyone", "Verkoston vetäjä", "fi sv en"),
    "kylaseura-kuusikko": Told("village nature food", "everyone", "Kyläseuran puheenjohtaja"),
    "lautapeliporukka-noppa": Told("games", "everyone", ""),
    CITY: Told("sports culture learning", "everyone", "Kaupungin palvelupiste", "fi sv en"),
    PARISH: Told("faith music volunteering", "everyone", "Seurakunnan toimisto", "fi sign"),
    "imatran-kaupunkikeskusta": Told("village society", "everyone", "Keskustan toimisto"),
    "raution-kaupunginosayhdistys": Told("village nature", "everyone", "Kylätuvan emäntä"),
    "tainionkosken-tahti": Told("sports nature", "children young working_age", "Seuran toimisto"),
}

OFFERED: Final = (
    (
        "kylaseura-kuusikko",
        "offers",
        "equipment",
        "Kaksi juhlatelttaa ja 60 tuolia kesätapahtumiin.",
    ),
    ("perheyhdistys-pihapiiri", "seeks", "equipment", "Juhlateltta ja tuoleja toukokuun kirpputoripäivään."),
    (
        "raution-kaupunginosayhdistys",
        "offers",
        "rooms",
        "Kylätuvassa on tilaa arki-iltaisin.",
    ),
    ("lautapeliporukka-noppa", "seeks", "rooms", "Lämmin huone 12 pelaajalle torstai-iltoihin."),
    (
        "tyonhakijat-ponnistus",
        "offers",
        "staff",
        "Toimistomme ehtii pitää toisenkin kirjoja.",
    ),
    ("kelaajat", "seeks", "staff", "Toimistotyöntekijä muutamaksi tunniksi viikossa yhdessä toisen kanssa."),
    (
        "digitalkkarit",
        "offers",
        "knowledge",
        "Tulemme neuvomaan puhelimen käytössä yhdistyksen iltaan.",
    ),
    ("elakelaiskerho-iltarusko", "seeks", "knowledge", "Kuka opettaisi kerholaisille videopuhelut?"),
    ("salibandyseura-kosken-mailat", "offers", "transport", "Seuran pikkubussi on arkisin vapaana."),
    ("kuuloyhdistys-kuiskaus", "seeks", "transport", "Kyyti 8 hengelle kesäretkelle."),
    ("tyttoliikunta-pyorre", "seeks", "helpers", "Kaksi vapaaehtoista kahvioon kevätnäytökseen."),
    (CHOIR, "offers", "helpers", "Laulajamme auttavat järjestyksenvalvojina tapahtumissa."),
    (CHOIR, "seeks", "equipment", "Sähköpiano yhteen konserttiin."),
)
"""Who, which side, what kind, in which words. Each kind has both who offers and who looks for it."""


def fill_directory(now: datetime) -> None:
    """Publish the profiles and the lines, in the caller's transaction."""
    mailboxes = {each.slug: each.mailbox for each in ASSOCIATIONS} | {CITY: "paattaja", PARISH: "seurakunta"}
    writers = {slug: _writer(slug, mailboxes.get(slug, "yllapito")) for slug in TOLD}
    for number, (slug, told) in enumerate(TOLD.items(), start=1):
        at = now - FORGOTTEN.get(slug, CHECKED)
        write_profile(slug, _text(slug, number, told), actor=writers[slug], now=at)
    for days, (slug, side, kind, words) in enumerate(OFFERED, start=1):
        line = Line(side, kind, words)
        write_line(slug, None, line, actor=writers[slug], now=now - timedelta(days=2 * days))


def _writer(slug: str, mailbox: str) -> Actor:
    """Return somebody who manages it while the demonstration is made: most have no manager of theirs."""
    user = user_with_email(address(mailbox))
    return Actor(user_id=user.id if user else None, roles=frozenset({(organisation(slug).id, Role.MANAGER)}))


def _text(slug: str, number: int, told: Told) -> ProfileText:
    return ProfileText(
        about_fi=organisation(slug).description,
        about_sv=told.sv,
        about_en=told.en,
        accessibility=told.accessibility,
        district=DISTRICTS.get(slug, organisation(slug).district),
        contact_name=told.contact,
        contact_phone=f"05 000 00{number:02}" if told.contact else "",
        contact_email=f"info@{slug}.example",
        website=f"https://{slug}.example",
        themes=frozenset(told.themes.split()),
        targets=frozenset(told.targets.split()),
        languages=frozenset(told.languages.split()),
    )
