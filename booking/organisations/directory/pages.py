"""What the directory's pages show: results, a profile, lines of what is offered and looked for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote

from markupsafe import Markup

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.i18n import in_language, language
from booking.organisations.directory import queries
from booking.organisations.directory.contacts import dialled, shown_website
from booking.organisations.directory.exchanges import KEPT_AFTER, last_day_of
from booking.organisations.directory.models import Exchange, Profile
from booking.organisations.directory.queries import (
    ExchangeLine,
    Listed,
    answers_to,
    lines_of,
    profile_with_tags,
)
from booking.organisations.directory.service import may_edit
from booking.organisations.directory.words import EXCHANGES, SIDES
from booking.organisations.labels import KINDS
from booking.organisations.models import Organisation

LISTED_TEXT = 180  # characters of what it does in a list


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as this reader gets it; `lang` is "fi" where there is none in their language, else ""."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class DirectoryLine:
    """One organisation in the list. `rooms` is how many it owns."""

    slug: str
    name: str
    kind: str
    district: str
    about: Wording
    targets: str
    themes: str
    is_unverified: bool
    rooms: int


@dataclass(frozen=True, slots=True)
class Contact:
    """The contact an organisation has chosen to publish; the mail address in its two halves."""

    name: str
    phone: str
    dialled: str
    mailbox: str
    domain: str

    @property
    def mail_address(self) -> Markup:
        """The address, breakable at its sign, all written as numbers: the plainest gatherers read none."""
        return Markup("<wbr>").join(map(_as_numbers, (self.mailbox, "@", self.domain)))

    @property
    def mail_link(self) -> Markup:
        """What a link to write to it points at, written in the same way."""
        return _as_numbers(f"mailto:{quote(self.mailbox, safe='.+-_')}@{self.domain}")

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.name or self.phone or self.mailbox)


@dataclass(frozen=True, slots=True)
class ProfileShown:
    """A profile as this reader gets it."""

    about: Wording
    targets: str
    themes: str
    languages: str
    district: str
    accessibility: Wording
    website: str
    website_shown: str
    contact: Contact
    checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OwnLine:
    """One line of one organisation. `answers`: how many others answer to it; `asked` finds those."""

    id: int
    side: str
    kind: str
    words: str
    last_day: date
    is_over: bool
    answers: int
    asked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OfferShown:
    """One line of the common page. `lang` is that of its words where it is not the page's."""

    side: str
    side_code: str
    kind: str
    words: str
    lang: str
    last_day: date
    slug: str
    organisation: str
    district: str


def _as_numbers(text: str) -> Markup:
    return Markup("").join(Markup(f"&#{ord(each)};") for each in text)  # noqa: S704 - numbers only


def wording(finnish: str, swedish: str = "", english: str = "") -> Wording:
    """Return the text in the language spoken now, or the Finnish one marked so."""
    chosen = in_language(finnish, swedish, english)
    own = {"sv": swedish, "en": english}.get(language(), finnish)
    return Wording(chosen, "" if own or not chosen else "fi")


def result_lines(found: Iterable[Listed], rooms: Mapping[int, int]) -> list[DirectoryLine]:
    """Return the lines of a page of results."""
    return [
        DirectoryLine(
            slug=each.slug,
            name=each.name,
            kind=str(KINDS[each.kind]),
            district=each.district,
            about=_shortened(wording(each.about_fi, each.about_sv, each.about_en)),
            targets=", ".join(each.words_of("target")),
            themes=", ".join(each.words_of("theme")),
            is_unverified=each.is_unverified,
            rooms=rooms.get(each.id, 0),
        )
        for each in found
    ]


def shown_profile(organisation: Organisation) -> ProfileShown:
    """Return what an organisation says of itself; of one without a profile what is known. One statement."""
    profile, tags = profile_with_tags(organisation.id) or (None, frozenset())
    known = profile or Profile(
        about_sv="",
        about_en="",
        accessibility="",
        website="",
        contact_name="",
        contact_email="",
        contact_phone="",
    )
    return ProfileShown(
        about=wording(organisation.description, known.about_sv, known.about_en),
        targets=", ".join(queries.tag_words("target", tags)),
        themes=", ".join(queries.tag_words("theme", tags)),
        languages=", ".join(queries.tag_words("language", tags)),
        district=organisation.district,
        accessibility=wording(known.accessibility),
        website=known.website,
        website_shown=shown_website(known.website),
        contact=contact_of(known.contact_name, known.contact_email, known.contact_phone),
        checked_at=profile.checked_at if profile else None,
    )


def contact_of(name: str, email: str, phone: str) -> Contact:
    """Return a published contact as it is shown."""
    mailbox, _at, domain = email.partition("@")
    return Contact(name, phone, dialled(phone), mailbox, domain)


def directory_facts(organisation: Organisation, actor: Actor, now: datetime) -> dict[str, object]:
    """Return what the directory adds to an organisation's page. Two statements, three for its own people."""
    lines = lines_of(organisation.id, ending_after=now)
    own = actor.has(Right.SEE, organisation.id)
    answers = answers_to(lines, organisation.id, now=now) if own else {}
    return {
        "profile": shown_profile(organisation),
        "exchanges": own_lines(lines, answers, now),
        "exchange_lang": lang_of(organisation),
        "may_edit_profile": actor.is_signed_in and may_edit(organisation.id, actor),
    }


def kept_lines(organisation: Organisation, now: datetime) -> list[OwnLine]:
    """Return an organisation's lines for those who keep them: also what has fallen off not long ago."""
    lines = lines_of(organisation.id, ending_after=now - KEPT_AFTER)
    return own_lines(lines, answers_to(lines, organisation.id, now=now), now)


def own_lines(
    lines: Sequence[Exchange], answers: Mapping[tuple[str, str], int], now: datetime
) -> list[OwnLine]:
    """Return one organisation's lines as they are shown."""
    return [
        OwnLine(
            id=each.id,
            side=str(SIDES[each.side]),
            kind=str(EXCHANGES[each.kind]),
            words=each.words,
            last_day=last_day_of(each),
            is_over=each.ends_at <= now,
            answers=answers.get((each.side, each.kind), 0),
            asked={"side": queries.OTHER_SIDE[each.side], "kind": each.kind},
        )
        for each in lines
    ]


def offer_lines(found: Iterable[ExchangeLine]) -> list[OfferShown]:
    """Return the lines of a page of all offers."""
    return [
        OfferShown(
            side=str(SIDES[each.side]),
            side_code=each.side,
            kind=str(EXCHANGES[each.kind]),
            words=each.words,
            lang="" if each.language == language() else each.language,
            last_day=last_day_of(each),
            slug=each.slug,
            organisation=each.organisation,
            district=each.district,
        )
        for each in found
    ]


def lang_of(organisation: Organisation) -> str:
    """Return the language of an organisation's lines where it is not the page's, else ""."""
    return "" if organisation.language == language() else organisation.language


def _shortened(words: Wording) -> Wording:
    if len(words.text) <= LISTED_TEXT:
        return words
    return Wording(words.text[:LISTED_TEXT].rsplit(None, 1)[0].rstrip(",.;:") + "…", words.lang)
