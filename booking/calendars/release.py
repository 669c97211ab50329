"""Which release made a feed: a fingerprint of everything that decides its bytes beside the data."""

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]
_EMBEDDED = _PACKAGE.parent / "templates" / "embed"


@cache
def release() -> str:
    """Return a short fingerprint of the code, its translations, the library and the page that write values.

    It is taken from the files themselves, not from a number that somebody must remember to raise: a release
    that words an event otherwise never answers 304 to a reader of the old words. Same files, same answer.
    """
    made = hashlib.sha256(version("icalendar").encode("ascii"))
    for path in sorted([*_PACKAGE.rglob("*.py"), *_PACKAGE.rglob("*.mo"), *_EMBEDDED.rglob("*.html")]):
        made.update(path.relative_to(_PACKAGE.parent).as_posix().encode("utf-8"))
        made.update(hashlib.sha256(path.read_bytes()).digest())
    return made.hexdigest()[:16]
