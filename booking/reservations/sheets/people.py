"""Whose the reservations of a sheet are: associations and people, found or, for the operator, made."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select

from booking.access.actor import Actor
from booking.accounts.models import User
from booking.extensions import db
from booking.organisations.models import Organisation
from booking.reservations.sheets.lines import Group
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

    def find(self, groups: Sequence[Group]) -> None:
        """Look all of them up: a statement each, and what nobody knows becomes faults."""
        firsts = [group[0] for group in groups]
        slugs = {str(each.values["association"]) for each in firsts} - {""}
        emails = {str(each.values["booker"]) for each in firsts} - {""}
        for part in chunks(slugs):
            rows = db.session.execute(
                select(Organisation.slug, Organisation.id).where(Organisation.slug.in_(part))
            )
            self._associations |= {row.slug: row.id for row in rows}
        for part in chunks(emails):
            found = db.session.execute(select(User.email, User.id).where(User.email.in_(part)))
            self._people |= {row.email: row.id for row in found}
        if self._actor is None:
            self._make_missing(groups)
        for line in firsts:
            slug, email = line.values["association"], line.values["booker"]
            if slug and slug not in self._associations:
                said = {"text": short(slug)}
                self.faults.append(Fault(line.number, "association", "sheet_unknown_organisation", said))
            if email and email not in self._people:
                said = {"text": short(email)}
                self.faults.append(Fault(line.number, "booker", "sheet_unknown_person", said))
            elif not email and self._actor is None:
                self.faults.append(Fault(line.number, "booker", "sheet_no_booker"))

    def association_of(self, group: Group) -> int | None:
        """Return the id of the association a reservation is for, None for a person alone."""
        return self._associations.get(group[0].values["association"])

    def booker_of(self, group: Group) -> int:
        """Return the id of who booked: whom the sheet names, else who sends it."""
        email = group[0].values["booker"]
        if not email and self._actor is not None and self._actor.user_id is not None:
            return self._actor.user_id
        return self._people[email]

    def _make_missing(self, groups: Sequence[Group]) -> None:
        """Make the associations and people that the sheet brings along by name."""
        new: dict[str, Organisation] = {}
        people: dict[str, User] = {}
        for group in groups:
            said = group[0].values
            slug, email = said["association"], said["booker"]
            if slug and slug not in self._associations and said.get("association_name"):
                kind = said.get("association_kind") or "association"
                name = said["association_name"]
                new[slug] = Organisation(slug=slug, name=name, kind=kind, created_at=self._now)
            if email and email not in self._people and said.get("booker_name"):
                people[email] = User(email=email, name=said["booker_name"], created_at=self._now)
        db.session.add_all([*new.values(), *people.values()])
        db.session.flush()
        self._associations |= {slug: each.id for slug, each in new.items()}
        self._people |= {email: each.id for email, each in people.items()}


def chunks(values: Iterable[str]) -> list[list[str]]:
    """Return the values in lists that fit into one statement each."""
    every = sorted(values)
    return [every[first : first + CHUNK] for first in range(0, len(every), CHUNK)]
