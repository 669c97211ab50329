"""PURE: what comes of asking for a calendar from outside."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Fetched:
    """The answer: `body` is None when it has not changed since `etag` and `last_modified` were given."""

    body: bytes | None
    etag: str
    last_modified: str


class NotFetched(Exception):
    """Nothing usable came. `code` has a sentence, which may use `params`; neither tells of our network."""

    def __init__(self, code: str, params: Mapping[str, object] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params: Mapping[str, object] = params or {}


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a calendar is taken: octets, seconds for everything together, redirects."""

    octets: int = 5_000_000
    seconds: float = 10.0
    redirects: int = 3
    networks: tuple[str, ...] = field(default=())
    """Private networks that this installation may ask, from its settings; none by default."""
