"""The access log: what was asked for, and nothing that belongs to a person."""

import re
from typing import Any
from urllib.parse import quote

from gunicorn.glogging import Logger

FORMAT = '%(t)s "%(m)s %(U)s" %(s)s %(B)s B %(M)s ms'
_SECRET = re.compile(r"calendars/+private\b")


def loggable(path: str) -> str:
    """Return the path of a request as it may be logged: on one line, without the token of a private feed."""
    return "/calendars/private/-" if _SECRET.search(path) else quote(path)


class AccessLog(Logger):
    """Gunicorn's log with paths made loggable; its format leaves out queries, addresses and referrers."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return found | {"U": loggable(environ.get("PATH_INFO", ""))}
