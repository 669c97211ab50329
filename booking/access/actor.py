"""The acting person, as a frozen snapshot that services can trust for one transaction."""

from dataclasses import dataclass, field

from booking.access.roles import RIGHTS, STAND_IN_ROLES, Right, Role
from booking.access.scopes import TokenScope


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person with their roles by organisation id, or a visitor (`user_id` is None).

    `scopes`: what the API token allows that the person came with; None where no token limits them.
    `unverified`: their organisations that nobody has verified yet.
    `stand_in`: the id of the row by which an administrator stands in for managers just now.
    """

    user_id: int | None = None
    name: str = ""
    language: str = "fi"
    is_admin: bool = False
    roles: frozenset[tuple[int, Role]] = field(default_factory=frozenset)
    scopes: frozenset[TokenScope] | None = None
    stand_in: int | None = None
    owes_second_factor: bool = False
    """True for one who must have a second factor and has none: no page opens but the one that sets it up."""
    unverified: frozenset[int] = frozenset()

    @property
    def is_signed_in(self) -> bool:
        """True for anyone who has signed in or sent a valid token."""
        return self.user_id is not None

    def has(self, right: Right, organisation_id: int | None) -> bool:
        """Say whether one of the person's roles in that organisation gives the right."""
        return organisation_id is not None and any(
            right in RIGHTS[role] for place, role in self.roles if place == organisation_id
        )

    def stands_in(self, organisation_id: int) -> bool:
        """Say whether the person is there in place of its managers just now, as an administrator."""
        return any(place == organisation_id and role in STAND_IN_ROLES for place, role in self.roles)

    def covers(self, scope: TokenScope) -> bool:
        """Say whether the token the person came with, if any, reaches this far."""
        return self.scopes is None or scope in self.scopes

    def organisations_with(self, right: Right) -> frozenset[int]:
        """Return the ids of the organisations in which the person has the right."""
        return frozenset(place for place, role in self.roles if right in RIGHTS[role])


VISITOR = Actor()
