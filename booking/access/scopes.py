"""How far an API token reaches. It never reaches further than the person whose it is."""

from collections.abc import Iterable
from enum import StrEnum


class TokenScope(StrEnum):
    """What may be done with a token, besides what anyone may do."""

    READ = "read"
    """See what the person sees."""
    BOOK = "book"
    """Ask for rooms, and withdraw and cancel on the booker's side."""
    DECIDE = "decide"
    """Confirm, decline and cancel as an approver."""


ALL_SCOPES = frozenset(TokenScope)


def stored(scopes: Iterable[TokenScope]) -> str:
    """Return scopes as the column holds them: codes with spaces between. Reading belongs to all of them."""
    held = {TokenScope.READ, *scopes}
    return " ".join(each.value for each in TokenScope if each in held)


def held(column: str) -> frozenset[TokenScope]:
    """Return the scopes that a column holds."""
    return frozenset(TokenScope(each) for each in column.split())
