"""Error pages: what happened and what to do, in the reader's language, without a database.

The API answers errors in its own form: it registers itself with `answer_errors_under`.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from flask import Flask, Response, current_app, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_wtf.csrf import CSRFError
from jinja2 import TemplateError
from markupsafe import escape
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, InternalServerError
from werkzeug.routing import BuildError

from booking.errors import (
    DomainError,
    Forbidden,
    NotFound,
    RuleViolation,
    SlotTaken,
    TooManyAttempts,
    WrongState,
)
from booking.extensions import db
from booking.i18n import language
from booking.web.sentences import known_codes, sentence, sentence_of
from booking.web.uploads import page_of_uploads
from booking.web.ways_on import way_on_of

log = structlog.get_logger(__name__)

RETRY_SECONDS: Final = 5  # after which a locked or restarting database is asked again
STATUSES: Final[dict[type[DomainError], int]] = {
    NotFound: 404,
    Forbidden: 403,
    WrongState: 409,
    SlotTaken: 409,
    RuleViolation: 422,
    TooManyAttempts: 429,
}
_CSRF_ADVICE: Final = lazy_gettext(
    "Lomake oli auki liian kauan tai evästeet ovat pois päältä, joten sitä ei lähetetty."
    " Palaa edelliselle sivulle, lataa se uudelleen ja lähetä lomake."
)
_EXTENSION: Final = "booking.errors"


@dataclass(frozen=True, slots=True)
class Fault:
    """An error on its way out. `message` is a sentence for people, or None for the page's own."""

    status: int
    code: str
    error: Exception
    message: str | None = None
    headers: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Fault], ResponseReturnValue]


def init_app(app: Flask) -> None:
    """Answer every error of an application with a page."""
    app.extensions[_EXTENSION] = []
    app.before_request_funcs.setdefault(None, []).insert(0, _name_request)
    app.after_request(_tell_name)
    app.register_error_handler(HTTPException, _refuse_http)
    app.register_error_handler(DomainError, _refuse_domain)
    for unavailable in (OperationalError, InterfaceError, PoolTimeout):
        app.register_error_handler(unavailable, _refuse_unavailable)


def answer_errors_under(app: Flask, prefix: str, answer: Answer) -> None:
    """Have `answer` speak for errors of addresses that begin with `prefix`, such as "/api/"."""
    app.extensions[_EXTENSION].append((prefix, answer))


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a domain error."""
    for kind in type(error).__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    return 422


def retry_after(error: TooManyAttempts) -> dict[str, str]:
    """Return the header that says when to try again."""
    seconds = error.params.get("retry_after")
    return {} if seconds is None else {"Retry-After": str(seconds)}


def _name_request() -> None:
    g.request_id = secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _tell_name(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.get("request_id", "")
    return response


def _refuse_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After")}
    return _answer(Fault(status, _http_code(error), error, _http_message(error), headers))


def _refuse_domain(error: DomainError) -> ResponseReturnValue:
    db.session.rollback()
    headers = retry_after(error) if isinstance(error, TooManyAttempts) else {}
    # the page has words for the plain cases, and better advice than one sentence
    plain = error.code == type(error).code and not isinstance(error, TooManyAttempts)
    message = sentence_of(error) if not plain and error.code in known_codes() else None
    return _answer(Fault(status_of(error), error.code, error, message, headers))


def _refuse_unavailable(error: SQLAlchemyError) -> ResponseReturnValue:
    """The database is locked or gone: nothing is half done, and it may work in a moment."""
    log.error("database unavailable", error=type(error).__name__, route=_route())
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.close()
    return _answer(Fault(503, "unavailable", error, None, {"Retry-After": str(RETRY_SECONDS)}))


def _answer(fault: Fault) -> ResponseReturnValue:
    for prefix, answer in current_app.extensions[_EXTENSION]:
        if request.path.startswith(prefix):
            return answer(fault)  # type: ignore[no-any-return]
    response = make_response(_page(fault), fault.status)
    response.headers.update(fault.headers)
    return response


def _page(fault: Fault) -> str:
    facts: dict[str, Any] = {"code": fault.status, "message": fault.message}
    facts["way_on"] = way_on_of(fault.code)
    try:
        facts["page"] = page_of_uploads() if fault.status == 413 else ""
        return render_template("web/error.html", request_id=g.get("request_id"), **facts)
    except (TemplateError, BuildError, SQLAlchemyError, RuntimeError):
        log.exception("error page failed")
        text = escape(fault.message or sentence("refused"))
        head = f'<!doctype html><html lang="{language()}"><title>{fault.status}</title>'
        return f"{head}<h1>{fault.status}</h1><p>{text}</p>"


def _http_code(error: HTTPException) -> str:
    if isinstance(error, CSRFError):
        return "csrf"
    return error.name.lower().replace(" ", "_") if error.name else "error"


def _http_message(error: HTTPException) -> str | None:
    """Return our own sentence of an error; the library's, which are English, are left to the page."""
    if isinstance(error, CSRFError):
        return str(_CSRF_ADVICE)
    if isinstance(error, InternalServerError) or error.description == type(error).description:
        return None
    return error.description


def _route() -> str:
    return request.url_rule.rule if request.url_rule else "-"
