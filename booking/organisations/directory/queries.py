"""Reads of the directory: the search, one profile, what is offered and looked for. Plain rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, and_, exists, func, select

from booking.extensions import db
from booking.organisations.directory.models import SIDES, Exchange, Profile, ProfileTag
from booking.organisations.directory.words import TAGS, in_order
from booking.organisations.models import Organisation
from booking.web.plain_letters import says_all

OTHER_SIDE: Final = {"offers": "seeks", "seeks": "offers"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for in the directory; what is empty fits all. `side`: has a line of that side now."""

    words: str = ""
    kind: str = ""
    district: str = ""
    theme: str = ""
    target: str = ""
    speaks: str = ""
    side: str = ""


class Listed(NamedTuple):
    """What the directory knows of an organisation. Its tags are codes with their kind: `theme:music`."""

    id: int
    slug: str
    name: str
    kind: str
    district: str
    about_fi: str
    about_sv: str
    about_en: str
    is_unverified: bool
    tags: frozenset[str]

    def words_of(self, kind: str) -> list[str]:
        """Return the words of its tags of one kind, in the language spoken now."""
        return tag_words(kind, self.tags)


@dataclass(frozen=True, slots=True)
class ExchangeLine:
    """One line of what is offered or looked for, and whose it is. `language` is that of its words."""

    id: int
    side: str
    kind: str
    words: str
    ends_at: datetime
    created_at: datetime
    slug: str
    organisation: str
    district: str
    language: str


def tag_words(kind: str, tags: frozenset[str]) -> list[str]:
    """Return the words of those of these tags that are of one kind, in their order."""
    return in_order(kind, frozenset(each.partition(":")[2] for each in tags if each.startswith(f"{kind}:")))


def in_directory() -> ColumnElement[bool]:
    """Return the condition for what the directory shows: what is neither archived nor turned down."""
    return and_(Organisation.archived_at.is_(None), Organisation.turned_down_at.is_(None))


def search(question: Question, *, now: datetime) -> list[Listed]:
    """Return the organisations that fit, by name, those that have the words in theirs first. One statement.

    Words are compared here and not in the database: SQLite knows no capital Ä, and a town has some hundreds.
    """
    rows = db.session.execute(_of_directory().where(*_conditions(question, now)))
    found = [each for each in map(_listed, rows) if says_all(_haystack(each), question.words)]

    def order(each: Listed) -> tuple[bool, str, int]:
        return not says_all(each.name, question.words), each.name.casefold(), each.id

    return sorted(found, key=order)


def profile_with_tags(organisation_id: int) -> tuple[Profile, frozenset[str]] | None:
    """Return what an organisation publishes of itself and its tags, or None. One statement."""
    row = db.session.execute(
        select(Profile, _tags(Profile.organisation_id)).where(Profile.organisation_id == organisation_id)
    ).first()
    return (row[0], _codes(row[1])) if row is not None else None


def lines_of(organisation_id: int, *, ending_after: datetime) -> list[Exchange]:
    """Return what one organisation offers and looks for, offers first, the newest first."""
    query = select(Exchange).where(
        Exchange.organisation_id == organisation_id, Exchange.ends_at > ending_after
    )
    found = db.session.scalars(query.order_by(Exchange.created_at.desc(), Exchange.id.desc()))
    return sorted(found, key=lambda each: SIDES.index(each.side))


def count_lines(*, side: str, kind: str, district: str, now: datetime) -> int:
    """Return how many lines `all_lines` has in all."""
    query = select(func.count(Exchange.id)).join(Exchange.organisation)
    return db.session.scalar(query.where(*_shown(side, kind, district, now))) or 0


def all_lines(
    *, side: str, kind: str, district: str, now: datetime, limit: int, offset: int
) -> list[ExchangeLine]:
    """Return what all organisations offer and look for, the newest first. One statement."""
    newest = (Exchange.created_at.desc(), Exchange.id.desc())
    shown = _exchange_lines().where(*_shown(side, kind, district, now)).order_by(*newest)
    rows = db.session.execute(shown.limit(limit).offset(offset))
    return [ExchangeLine(*row) for row in rows]


def answers_to(
    lines: Sequence[Exchange], organisation_id: int, *, now: datetime
) -> dict[tuple[str, str], int]:
    """Return how many others answer to what this one offers and looks for, by (side, kind) of its own lines.

    One statement, or none.
    """
    wanted = {(OTHER_SIDE[each.side], each.kind) for each in lines}
    if not wanted:
        return {}
    rows = db.session.execute(
        select(Exchange.side, Exchange.kind, func.count(Exchange.organisation_id.distinct()))
        .join(Exchange.organisation)
        .where(
            Exchange.organisation_id != organisation_id,
            Exchange.ends_at > now,
            in_directory(),
        )
        .group_by(Exchange.side, Exchange.kind)
    )
    return {(OTHER_SIDE[side], kind): number for side, kind, number in rows if (side, kind) in wanted}


def _of_directory() -> Select[*tuple[Any, ...]]:
    return select(
        Organisation.id,
        Organisation.slug,
        Organisation.name,
        Organisation.kind,
        Organisation.district,
        Organisation.description,
        func.coalesce(Profile.about_sv, ""),
        func.coalesce(Profile.about_en, ""),
        Organisation.verified_at.is_(None),
        _tags(Organisation.id),
    ).outerjoin(Profile, Profile.organisation_id == Organisation.id)


def _exchange_lines() -> Select[*tuple[Any, ...]]:
    return select(
        Exchange.id,
        Exchange.side,
        Exchange.kind,
        Exchange.words,
        Exchange.ends_at,
        Exchange.created_at,
        Organisation.slug,
        Organisation.name,
        Organisation.district,
        Organisation.language,
    ).join(Exchange.organisation)


def _tags(organisation_id: Any) -> ScalarSelect[str]:
    tag = ProfileTag.kind + ":" + ProfileTag.code
    return (
        select(func.aggregate_strings(tag, " "))
        .where(ProfileTag.organisation_id == organisation_id)
        .scalar_subquery()
    )


def _codes(aggregated: str | None) -> frozenset[str]:
    return frozenset((aggregated or "").split())


def _listed(row: Row[*tuple[Any, ...]]) -> Listed:
    return Listed._make((*row[:-1], _codes(row[-1])))


def _conditions(question: Question, now: datetime) -> list[ColumnElement[bool]]:
    found = [in_directory()]
    if question.kind:
        found.append(Organisation.kind == question.kind)
    if question.district:
        found.append(Organisation.district == question.district)
    for kind, codes in _tags_wanted(question).items():
        if codes[0]:
            found.append(
                exists().where(
                    ProfileTag.organisation_id == Organisation.id,
                    ProfileTag.kind == kind,
                    ProfileTag.code.in_(codes),
                )
            )
    if question.side:
        found.append(
            exists().where(
                Exchange.organisation_id == Organisation.id,
                Exchange.side == question.side,
                Exchange.ends_at > now,
            )
        )
    return found


def _tags_wanted(question: Question) -> dict[str, tuple[str, ...]]:
    """Return the codes any of which will do, by their kind: what is for everyone is for each group too."""
    targets = (question.target, "everyone") if question.target else ("",)
    return {"theme": (question.theme,), "target": targets, "language": (question.speaks,)}


def _haystack(listed: Listed) -> str:
    """Return all in which words are looked for, in the language spoken now too."""
    labels = [label for kind in TAGS for label in listed.words_of(kind)]
    texts = (listed.name, listed.about_fi, listed.about_sv, listed.about_en, listed.district)
    return "\n".join((*texts, *labels))


def _shown(side: str, kind: str, district: str, now: datetime) -> list[ColumnElement[bool]]:
    found = [Exchange.ends_at > now, in_directory()]
    if side:
        found.append(Exchange.side == side)
    if kind:
        found.append(Exchange.kind == kind)
    if district:
        found.append(Organisation.district == district)
    return found
