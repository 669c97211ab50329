"""The API put together: its blueprints, its OpenAPI document, its way of refusing."""

from typing import Final

from flask import Flask
from flask_smorest import Api

from booking.api import availability, docs, fields, people, reservations, rooms
from booking.api.endpoint import SECURITY
from booking.api.problems import answer_fault
from booking.api.tokens import recognise
from booking.extensions import csrf
from booking.web.errors import answer_errors_under

BLUEPRINTS: Final = (availability.blueprint, rooms.blueprint, reservations.blueprint, people.blueprint)
VERSION: Final = "1"
_ABOUT: Final = (
    "Find a free room in Imatra, ask for it, decide on requests. Times without an offset are wall-clock "
    "times of Europe/Helsinki; answers carry the offset. Of the hour that comes twice in October the first "
    "is meant unless an offset is given; the hour that is skipped in March is refused."
)


class _Api(Api):
    """flask-smorest without its ways of refusing: errors of the whole site would become its own."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Leave errors to `booking.web.errors`."""

    def _register_responses(self) -> None:
        """Add no answers of the library's own to the document, nor headers."""

    _register_etag_headers = _register_pagination_header = _register_responses


def init_app(app: Flask) -> None:
    """Give an application the API, before anything looks at the session: cookies say nothing here."""
    app.before_request(recognise)
    answer_errors_under(app, "/api/", answer_fault)
    api = _Api(
        app,
        spec_kwargs={
            "title": "Imatran tilat",
            "version": VERSION,
            "openapi_version": "3.1.0",
            "info": {"description": _ABOUT},
        },
    )
    api.spec.components.security_scheme(
        SECURITY, {"type": "http", "scheme": "bearer", "description": "flask tokens create EMAIL makes one"}
    )
    for field in (fields.Moment, fields.Day):
        api.register_field(field, "string", None)
    for blueprint in BLUEPRINTS:
        csrf.exempt(blueprint)
        api.register_blueprint(blueprint)
    app.register_blueprint(docs.blueprint)
    app.extensions[docs.EXTENSION] = api
