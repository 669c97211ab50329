"""How the web server runs: gunicorn's settings (it reads this module's names) and its access log."""

import logging
import os
import re
import sys
from typing import Any, Final
from urllib.parse import quote

from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.base import Worker

GRACE_SECONDS: Final = 5  # what a request in flight gets when the service is stopped
_SECRET = re.compile(r"(calendars/+private|give-up)\b")  # what follows is a token
_TOKEN = re.compile(r"(?=[^/]*[A-Z0-9])[^/]{16,}")  # what looks like one, wherever it stands


def web_command(bind: str, *, processes: int, threads_each: int = 4) -> list[str]:
    """Return the command of the web server; `bind` is gunicorn's: `127.0.0.1:8000` or `fd://3`."""
    command = [sys.executable, "-m", "gunicorn", "--config", f"python:{__name__}", "--no-control-socket"]
    return [*command, "--bind", bind, "--workers", str(processes), "--threads", str(threads_each), "wsgi:app"]


class AccessLog(Logger):
    """Gunicorn's log with paths made loggable; its format leaves out queries, addresses and referrers."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        found: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        return found | {"U": loggable(environ.get("PATH_INFO", ""))}


def loggable(path: str) -> str:
    """Return a request's path as it may be logged: on one line, without the token of a secret address."""
    secret = _SECRET.search(path)
    return f"/{re.sub('/+', '/', secret[1])}/-" if secret else quote(_TOKEN.sub("-", path))


# From here on gunicorn's own names.

worker_class = "gthread"
preload_app = True  # loaded once, then forked: create_app opens neither a connection nor a thread
graceful_timeout = GRACE_SECONDS - 1
limit_request_line = 8190
limit_request_fields = 60
limit_request_field_size = 8190
accesslog = "-"
access_log_format = '%(t)s "%(m)s %(U)s" %(s)s %(B)s B %(M)s ms'
logger_class = AccessLog
loglevel = "warning"


def worker_exit(server: Arbiter, worker: Worker) -> None:
    """End a worker process at once: taking all modules apart one by one can last longer than its grace."""
    reason = sys.exc_info()[1]
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(reason.code if isinstance(reason, SystemExit) and isinstance(reason.code, int) else 1)
