"""Whose the reservations of a sheet are: associations and people, found or, for the operator, made."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.reservations.sheets.lines import Draft, Group
from booking.rooms.faults import Fault, short

CHUNK = 1_000  # values in one statement


class People:
    """The associations and people that a sheet names. `actor` None is the operator, who may bring new ones.

    A person who is brought in has no password: they take the account over by registering its address.
    """

    def __init__(self, actor: Actor | None, now: datetime) -> None:
        self.faults: list[Fault] = []
        self._actor = actor
        self._now = now
        self._associations: dict[str, int] = {}
        self._people: dict[str, int] = {}
        self._new_associations: dict[str, tuple[str, str]] = {}  # name and kind, by slug
        self._new_people: dict[str, str] = {}  # name, by address

    def find(self, drafts: Sequence[Draft]) -> None:
        """Look all of them up: a statement each, and what nobody knows becomes faults. Writes nothing."""
        slugs = {str(each.values.get("association", "")) for each in drafts} - {""}
        emails = {str(each.values.get("booker", "")) for each in drafts} - {""}
        for part in chunks(slugs):
            rows = db.session.execute(
                select(Organisation.slug, Organisation.id).where(Organisation.slug.in_(part))
            )
            self._associations |= {row.slug: row.id for row in rows}
        for part in chunks(emails):
            found = db.session.execute(select(User.email, User.id).where(User.email.in_(part)))
            self._people |= {row.email: row.id for row in found}
        if self._actor is None:
            self._note_missing(drafts)
        for draft in drafts:
            self._check(draft)

    def _check(self, draft: Draft) -> None:
        slug = draft.values.get("association")
        if slug and slug not in self._associations and slug not in self._new_associations:
            said = {"text": short(slug)}
            self.faults.append(Fault(draft.number, "association", "sheet_unknown_organisation", said))
        email = draft.values.get("booker")
        if email and email not in self._people and email not in self._new_people:
            said = {"text": short(email)}
            self.faults.append(Fault(draft.number, "booker", "sheet_unknown_person", said))
        elif email == "" and self._actor is None:
            self.faults.append(Fault(draft.number, "booker", "sheet_no_booker"))

    def association_of(self, group: Group) -> int | None:
        """Return the id of the association a reservation is for, None for a person alone."""
        return self._associations.get(group[0].values["association"])

    def booker_of(self, group: Group) -> int:
        """Return the id of who booked: whom the sheet names, else who sends it."""
        email = group[0].values["booker"]
        if not email and self._actor is not None and self._actor.user_id is not None:
            return self._actor.user_id
        return self._people[email]

    def _note_missing(self, drafts: Sequence[Draft]) -> None:
        """Note the associations and people that the sheet brings along by name."""
        for draft in drafts:
            said = draft.values
            slug, email = said.get("association"), said.get("booker")
            if slug and slug not in self._associations and said.get("association_name"):
                kind = said.get("association_kind") or "association"
                self._new_associations[slug] = (said["association_name"], kind)
            if email and email not in self._people and said.get("booker_name"):
                self._new_people[email] = said["booker_name"]

    def make_missing(self) -> None:
        """Make those whom the operator's sheet brings along."""
        new = [
            Organisation(slug=slug, name=name, kind=kind, created_at=self._now, verified_at=self._now)
            for slug, (name, kind) in self._new_associations.items()
        ]
        people = [
            User(email=email, name=name, created_at=self._now) for email, name in self._new_people.items()
        ]
        if not new and not people:
            return
        db.session.add_all([*new, *people])
        db.session.flush()
        self._associations |= {each.slug: each.id for each in new}
        self._people |= {each.email: each.id for each in people}


def chunks(values: Iterable[str]) -> list[list[str]]:
    """Return the values in lists that fit into one statement each."""
    every = sorted(values)
    return [every[first : first + CHUNK] for first in range(0, len(every), CHUNK)]
