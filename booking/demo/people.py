"""The demonstration's organisations and people. Associations are invented, people are roles without names.

Source of the sign-ins: CONTRACT.md, "Demo data".
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from booking.access.roles import Role
from booking.accounts.consents import accept_terms
from booking.accounts.models import User
from booking.extensions import db
from booking.organisations.models import Membership, Organisation

CITY, PARISH, CHOIR = "imatran-kaupunki", "imatran-seurakunta", "kuoro-koskisointu"
OWNERS = {
    CITY: "Kaupungin kirjastot, koulujen salit, liikuntapaikat ja juhlatilat.",
    PARISH: "Seurakunnan salit ovat yhdistysten käytössä, kun kirkon oma toiminta sen sallii.",
    "imatran-kaupunkikeskusta": "Keskustan yrittäjät ja asukkaat, jotka hoitavat Koskenpartaan lavaa.",
    "raution-kaupunginosayhdistys": "Raution asukkaat ja heidän kylätupansa.",
    "tainionkosken-tahti": "Liikuntaseura, jonka talo Ukonlinna on järven rannalla.",
}


@dataclass(frozen=True, slots=True)
class Association:
    """An invented association; `mailbox` is its booker's address before the @."""

    slug: str
    name: str
    mailbox: str
    booker: str
    about: str
    kind: str = "association"
    language: str = "fi"


# What part of the town some of them are of; of the others nobody has said
DISTRICTS = {
    CHOIR: "Mansikkala",
    "elakelaiskerho-iltarusko": "Mansikkala",
    "kelaajat": "Vuoksenniska",
    "kuuloyhdistys-kuiskaus": "Imatrankoski",
    "salibandyseura-kosken-mailat": "Imatrankoski",
    "tyttoliikunta-pyorre": "Mansikkala",
    "perheyhdistys-pihapiiri": "Tainionkoski",
    "taideverkosto-siveltimenveto": "Tainionkoski",
    "kylaseura-kuusikko": "Rautio",
}
ASSOCIATIONS = (
    Association(
        CHOIR, "Kuoro Koskisointu", "varaaja", "Kuoron varaaja", "Sekakuoro, joka laulaa tiistaisin."
    ),
    Association(
        "elakelaiskerho-iltarusko",
        "Eläkeläiskerho Iltarusko",
        "iltarusko",
        "Eläkeläiskerhon varaaja",
        "Juttua, jumppaa ja kahvia eläkeläisille päiväsaikaan.",
    ),
    Association(
        "kelaajat",
        "Kelaajat",
        "kelaajat",
        "Kelaajien varaaja",
        "Pyörätuolilla liikkuvien yhdistys: pelejä, vertaistukea ja esteiden kartoitusta.",
    ),
    Association(
        "kuuloyhdistys-kuiskaus",
        "Kuuloyhdistys Kuiskaus",
        "kuiskaus",
        "Kuuloyhdistyksen varaaja",
        "Huonokuuloisten yhdistys. Kokoontuu siellä, missä induktiosilmukka toimii.",
    ),
    Association(
        "salibandyseura-kosken-mailat",
        "Salibandyseura Kosken Mailat",
        "mailat",
        "Salibandyseuran varaaja",
        "Salibandya junioreista harrastajiin.",
    ),
    Association(
        "tyttoliikunta-pyorre",
        "Tyttöliikunta Pyörre",
        "pyorre",
        "Tyttöliikunnan varaaja",
        "Liikuntaa tytöille ilman kilpailemista.",
    ),
    Association(
        "perheyhdistys-pihapiiri",
        "Perheyhdistys Pihapiiri",
        "pihapiiri",
        "Perheyhdistyksen varaaja",
        "Perhekahviloita, vaatekierrätystä ja taaperojumppaa.",
        language="sv",
    ),
    Association(
        "maailman-keittio",
        "Maailman keittiö",
        "keittio",
        "Maailman keittiön varaaja",
        "Maahan muuttaneiden ruokaryhmä: joka viikko toisen kotimaan ruokaa.",
        language="en",
    ),
    Association(
        "tyonhakijat-ponnistus",
        "Työnhakijat Ponnistus",
        "ponnistus",
        "Työnhakijoiden varaaja",
        "Työttömien yhdistys: vertaistukea, kursseja ja edullista lounasta.",
    ),
    Association(
        "e-urheiluseura-viive",
        "E-urheiluseura Viive",
        "viive",
        "E-urheiluseuran varaaja",
        "Pelaamista porukassa, myös aloittelijoille.",
    ),
    Association(
        "digitalkkarit",
        "Digitalkkarit",
        "digitalkkarit",
        "Digitalkkareiden varaaja",
        "Vapaaehtoiset auttavat puhelimen ja tietokoneen kanssa.",
    ),
    Association(
        "taideverkosto-siveltimenveto",
        "Taideverkosto Siveltimenveto",
        "siveltimenveto",
        "Taideverkoston varaaja",
        "Kuvataiteilijoiden ja harrastajien verkosto.",
    ),
    Association(
        "kylaseura-kuusikko",
        "Kyläseura Kuusikko",
        "kuusikko",
        "Kyläseuran varaaja",
        "Kylän talkoot, kokoukset ja kesäjuhlat.",
    ),
    Association(
        "lautapeliporukka-noppa",
        "Lautapeliporukka Noppa",
        "noppa",
        "Lautapeliporukan varaaja",
        "Rekisteröimätön ryhmä, joka pelaa lautapelejä.",
        kind="group",
    ),
)


def make_people(password_hash: str, now: datetime) -> None:
    """Make the associations, describe the owners, and make everybody with their roles.

    The eight sign-ins get the password; the other bookers cannot sign in. The owners are there already.
    """
    for slug, about in OWNERS.items():
        organisation(slug).description = about
    for each in ASSOCIATIONS:
        db.session.add(
            Organisation(
                slug=each.slug,
                name=each.name,
                kind=each.kind,
                description=each.about,
                district=DISTRICTS.get(each.slug, ""),
                language=each.language,
                created_at=now,
                verified_at=now,
            )
        )
    db.session.flush()
    for each in ASSOCIATIONS:
        hashed = password_hash if each.slug == CHOIR else None
        user = make_user(each.mailbox, each.booker, hashed, now, language=each.language)
        _join(user, each.slug, Role.BOOKER, now)
    for mailbox, name, slug, role in (
        ("hallinto", "Kuoron hallinto", CHOIR, Role.MANAGER),
        ("jasen", "Kuoron jäsen", CHOIR, Role.MEMBER),
        ("paattaja", "Kaupungin tilojen päättäjä", CITY, Role.APPROVER),
        ("seurakunta", "Seurakunnan tilojen päättäjä", PARISH, Role.APPROVER),
        ("kylaseura", "Kyläseuran hallinto", "kylaseura-kuusikko", Role.MANAGER),
        ("palvelu", "Kaupungin palvelupiste", CITY, Role.STAFF),
    ):
        _join(make_user(mailbox, name, password_hash, now), slug, role, now)
    make_user("yllapito", "Palvelun ylläpito", password_hash, now, is_admin=True)
    db.session.flush()


def organisation(slug: str) -> Organisation:
    """Return an organisation by its slug."""
    return db.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()


def address(mailbox: str) -> str:
    """Return the address of one of the demonstration's people."""
    return f"{mailbox}@demo.example"


def make_user(
    mailbox: str,
    name: str,
    password_hash: str | None,
    now: datetime,
    *,
    language: str = "fi",
    is_admin: bool = False,
) -> User:
    """Make a person with an address of the demonstration; without a password's hash they cannot sign in."""
    user = User(
        email=address(mailbox),
        name=name,
        password_hash=password_hash,
        language=language,
        is_admin=is_admin,
        created_at=now,
        confirmed_at=now,
    )
    db.session.add(user)
    db.session.flush()
    accept_terms(user.id, now=now)
    return user


def _join(user: User, slug: str, role: Role, now: datetime) -> None:
    db.session.add(
        Membership(user_id=user.id, organisation_id=organisation(slug).id, role=role, created_at=now)
    )
