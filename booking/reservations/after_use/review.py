"""The owner's review list: associations with three no-shows in a season, until a person has looked at it.

Source: DOMAIN.md, "Reservations": a review by a person, never an automatic ban. Being on the list changes
nothing for the association.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from booking.access.actor import Actor
from booking.access.roles import Right
from booking.accounts.models import User
from booking.audit.service import record
from booking.clock import zone
from booking.errors import Forbidden, RuleViolation, Violation, WrongState
from booking.extensions import db
from booking.reservations.after_use.models import REVIEW_LENGTH, NoShowReview
from booking.reservations.after_use.queries import NoShow, lock_association, no_shows, span_of
from booking.reservations.after_use.service import TOO_MANY
from booking.timetable.seasons import Season, season_of
from booking.timetable.zone import local_date


@dataclass(frozen=True, slots=True)
class Review:
    """That a person has looked at a case, when, and what they wrote."""

    at: datetime
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Case:
    """One association's no-shows of one season in one owner's rooms, and its last review."""

    owner_id: int
    organisation_id: int
    organisation: str
    organisation_slug: str
    season: Season
    no_shows: Sequence[NoShow]
    reviewed: Review | None

    @property
    def is_open(self) -> bool:
        """Whether somebody has to look at it: there are three, and one was marked after the last review."""
        latest = max(each.marked_at for each in self.no_shows)
        return len(self.no_shows) >= TOO_MANY and (self.reviewed is None or latest > self.reviewed.at)


def open_cases(owner_ids: Collection[int], now: datetime) -> list[Case]:
    """Return the cases to review of this season and the one before it, the most no-shows first."""
    return open_and_reviewed(owner_ids, now)[0]


def open_and_reviewed(owner_ids: Collection[int], now: datetime) -> tuple[list[Case], list[Case]]:
    """Return the cases to review, the most no-shows first, and the reviewed ones, the latest review first.

    Of this season and the one before it. Two statements.
    """
    waiting, done = [], []
    for case in _cases(owner_ids, now):
        if case.is_open:
            waiting.append(case)
        elif case.reviewed is not None:
            done.append((case.reviewed.at, case.organisation, case))
    waiting.sort(key=lambda case: (-len(case.no_shows), case.organisation, case.season.first))
    done.sort(key=lambda each: each[:2], reverse=True)
    return waiting, [case for _at, _name, case in done]


def _cases(owner_ids: Collection[int], now: datetime) -> list[Case]:
    seasons = _seasons(now)
    by_case: dict[tuple[int, int, date], list[NoShow]] = {}
    for each in no_shows(owner_ids, span_of(seasons)):
        season = season_of(local_date(each.start, zone()))
        by_case.setdefault((each.owner_id, each.organisation_id, season.first), []).append(each)
    reviews = _last_reviews(owner_ids, [season.first for season in seasons])
    return [
        Case(
            owner_id=owner_id,
            organisation_id=organisation_id,
            organisation=found[0].organisation,
            organisation_slug=found[0].organisation_slug,
            season=season_of(first),
            no_shows=found,
            reviewed=reviews.get((owner_id, organisation_id, first)),
        )
        for (owner_id, organisation_id, first), found in by_case.items()
    ]


def review(
    owner_id: int, organisation_id: int, season_start: date, note: str, *, actor: Actor, now: datetime
) -> NoShowReview:
    """Note that an approver of the owner has looked at a case, in the caller's transaction.

    Raises Forbidden, RuleViolation (too long a note), and WrongState for a case that is not open (any more).
    """
    if actor.user_id is None or not actor.has(Right.DECIDE, owner_id):
        raise Forbidden
    words = note.strip()
    if len(words) > REVIEW_LENGTH:
        raise RuleViolation([Violation("too_much_text", "note", {"length": REVIEW_LENGTH})])
    lock_association(organisation_id)
    key = (organisation_id, season_start)
    if key not in {(each.organisation_id, each.season.first) for each in open_cases([owner_id], now)}:
        raise WrongState("reviewed_already")
    made = NoShowReview(
        owner_id=owner_id,
        organisation_id=organisation_id,
        season_start=season_start,
        reviewed_by_id=actor.user_id,
        reviewed_at=now,
        note=words,
    )
    db.session.add(made)
    season = season_start.isoformat()
    record(
        "review_no_shows",
        "organisation",
        organisation_id,
        actor_id=actor.user_id,
        now=now,
        owner=owner_id,
        season=season,
    )
    db.session.flush()
    return made


def _seasons(now: datetime) -> list[Season]:
    """Return the season before this one and this one: what was left unused in May is marked in June."""
    current = season_of(local_date(now, zone()))
    return [season_of(current.first - timedelta(days=1)), current]


def _last_reviews(
    owner_ids: Collection[int], season_starts: Sequence[date]
) -> dict[tuple[int, int, date], Review]:
    rows = db.session.execute(
        select(
            NoShowReview.owner_id,
            NoShowReview.organisation_id,
            NoShowReview.season_start,
            NoShowReview.reviewed_at,
            User.name,
            NoShowReview.note,
        )
        .join(User, User.id == NoShowReview.reviewed_by_id)
        .where(NoShowReview.owner_id.in_(owner_ids), NoShowReview.season_start.in_(season_starts))
        .order_by(NoShowReview.id)
    )
    return {(row[0], row[1], row[2]): Review(*row[3:]) for row in rows}
