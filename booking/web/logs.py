"""The log: one line an event, with the request's id; no query, no token, no address of a person.

What was asked for is the web server's access log. Here are errors and slow answers, named by route
(`/calendars/private/<token>.ics`), never by the address itself.
"""

import logging
import sys
import time
from typing import Any, Final

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger(__name__)

SLOW: Final = 1.0  # seconds


def init_app(app: Flask) -> None:
    """Set up the log of this process by LOG_LEVEL: lines for people on a terminal, else JSON."""
    configure(app.config["SETTINGS"].log_level, for_people=sys.stderr.isatty())
    app.before_request_funcs.setdefault(None, []).insert(0, _start)
    app.after_request(_note)
    app.log_exception = _note_fault  # type: ignore[method-assign]  # Flask's own writes the whole path


def configure(level: str, *, for_people: bool) -> None:
    """Send structlog's and the standard library's events to standard error. Doing it twice does no harm."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    ends: list[Any] = (
        # its own way of showing a fault, where rich is installed, prints every variable: passwords too
        [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
        if for_people
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler()
    handler.set_name("booking")
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends],
        )
    )
    root = logging.getLogger()
    for old in [each for each in root.handlers if each.name == "booking"]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    # Alembic tells of every look at the database's version
    logging.getLogger("alembic").setLevel(max(root.level, logging.WARNING))


def _note_fault(exc_info: Any) -> None:
    route = request.url_rule.rule if request.url_rule else "-"
    log.error("fault", method=request.method, route=route, exc_info=exc_info)


def _start() -> None:
    g.started = time.perf_counter()


def _note(response: Response) -> Response:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    if seconds >= SLOW or response.status_code >= 500:
        log.warning(
            "answer",
            method=request.method,
            route=request.url_rule.rule if request.url_rule else "-",
            status=response.status_code,
            milliseconds=round(seconds * 1000),
        )
    return response
