"""What a sheet of rooms may touch when an owner sends it: its own rooms, and nobody else's anything."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from booking.organisations.models import Organisation
from booking.rooms.faults import Fault, short
from booking.rooms.models import Room, Venue
from booking.rooms.sheet import VENUE_COLUMNS
from booking.web.slugs import slug_of


@dataclass(frozen=True, slots=True)
class Known:
    """What there is, by slug, and the owners' ids of the rooms in each venue (by its slug)."""

    rooms: Mapping[str, Room]
    venues: Mapping[str, Venue]
    owners: Mapping[str, Organisation]
    owners_at: Mapping[str, Collection[int | None]]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who keeps the rooms of these organisations. It makes no organisation and changes no shared venue."""

    owner_ids: frozenset[int]

    def faults(
        self, line: int, values: dict[str, Any], bad: Collection[str], known: Known
    ) -> Iterator[Fault]:
        """Yield what a row of the sheet may not do; a new room without an owner gets the only one kept.

        What of the row could not be read (`bad`) is left for a sheet in which it can.
        """
        room = known.rooms.get(values.get("slug", ""))
        if room is not None and room.owner_id not in self.owner_ids:
            yield Fault(line, "slug", "sheet_slug_of_another", {"text": values["slug"]})
            return
        if not {"owner", "owner_slug"}.intersection(bad):
            yield from self._owner(line, values, room, known)
        yield from self._venue(line, values, known)
        for slug in values.get("parts", ()):
            part = known.rooms.get(slug)
            if part is not None and part.owner_id not in self.owner_ids:
                yield Fault(line, "parts", "sheet_not_a_part", {"text": short(slug)})

    def _owner(self, line: int, values: dict[str, Any], room: Room | None, known: Known) -> Iterator[Fault]:
        said = values.get("owner_slug") or slug_of(values.get("owner", ""))
        if said:
            owner = known.owners.get(said)
            if owner is None or owner.id not in self.owner_ids:
                yield Fault(line, "owner", "sheet_owner_not_yours", {"text": short(said)})
            return
        if (
            "owner" not in values
            and "owner_slug" not in values
            and (room is not None or "slug" not in values)
        ):
            return
        mine = [slug for slug, owner in known.owners.items() if owner.id in self.owner_ids]
        if room is None and len(mine) == 1:
            values["owner_slug"] = mine[0]
        else:
            yield Fault(line, "owner", "sheet_owner_needed")

    def _venue(self, line: int, values: dict[str, Any], known: Known) -> Iterator[Fault]:
        venue = known.venues.get(values.get("venue_slug", ""))
        if venue is None or self.owner_ids.issuperset(known.owners_at.get(venue.slug, ())):
            return
        for column in VENUE_COLUMNS:
            if column.name in values and getattr(venue, column.attribute) != values[column.name]:
                yield Fault(line, column.name, "sheet_venue_shared")
