"""A long check or import, told while it goes on: to a script by lines of JSON, else as a page that grows.

What is streamed has its status and its cookies sent before anything is known: so a page that grows is only
of a check, which saves nothing and may be reloaded, and a script puts what comes last in the page's place.
"""

import json
from collections.abc import Generator, Iterator
from typing import Any, Final

from flask import Response, render_template, request, stream_template, stream_with_context

from booking.desk.sheets.results import Work, facts_of
from booking.rooms.steps import Step

_LINES_OF_JSON: Final = "application/x-ndjson"
_TOLD: Final = 10  # how often a page that grows says how far it is


def wants_steps() -> bool:
    """Say whether who sent this request reads lines of JSON."""
    return request.accept_mimetypes.best == _LINES_OF_JSON


def told(work: Work) -> Response:
    """Answer with a line a step (`done`, `of`, `saves`) and last with the `page`; without it, it failed."""
    return _unheld(Response(stream_with_context(_lines(work)), mimetype=_LINES_OF_JSON))


def shown(work: Work) -> Response:
    """Answer with a page that says how far the check is, and then what came of it."""
    told = _Told(work)
    page = stream_template("desk/sheets/checking.html", steps=told.some_steps(), found=lambda: told.facts)
    return _unheld(Response(page))


def _lines(work: Work) -> Iterator[str]:
    told = _Told(work)
    yield from (json.dumps(step._asdict()) + "\n" for step in told.steps())
    yield json.dumps({"page": render_template("desk/sheets/result.html", facts=told.facts)}) + "\n"


class _Told:
    """Work whose steps are taken by an answer, which asks for what came of it after them."""

    def __init__(self, work: Work) -> None:
        self.facts: dict[str, Any] = {}
        self._work = work

    def steps(self) -> Generator[Step, None, None]:
        """Yield every step."""
        self.facts = yield from facts_of(self._work)

    def some_steps(self) -> Generator[Step, None, None]:
        """Yield a step now and then."""
        told = -1
        for step in self.steps():
            tenth = step.done * _TOLD // max(step.of, 1)
            if tenth > told:
                told = tenth
                yield step


def _unheld(answer: Response) -> Response:
    """Ask servers in front of us to pass on each part as it comes."""
    answer.headers["X-Accel-Buffering"] = "no"
    return answer
