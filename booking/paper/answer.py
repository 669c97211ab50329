"""Documents for paper as answers: from a template to a PDF, or to a page that says what is missing."""

from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from flask import Response, current_app, make_response, render_template

from booking.paper.engine import PaperMissing, is_available, pdf_of
from booking.paper.qr import qr_address

STYLE: Final = "paper/paper.css"  # beside the templates; browsers never ask for it


def pdf_answer(template: str, name: str, **facts: Any) -> Response:
    """Return a template as a PDF that the browser shows and saves as `name`; 503 where none can be made.

    What the page is made of has been read before: nothing is asked of the database while it is laid out.
    """
    if not is_available():
        return _missing()
    html = render_template(template, qr=qr_address, **facts)
    try:
        content = pdf_of(html, _style(Path(str(current_app.template_folder))))
    except PaperMissing:
        return _missing()
    answer = Response(content, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "inline", filename=name)
    answer.vary.update(("Accept-Language", "Cookie"))
    return answer


def _missing() -> Response:
    return make_response(render_template("paper/missing.html"), 503)


@lru_cache(maxsize=4)
def _style(templates: Path) -> str:
    return (templates / STYLE).read_text(encoding="utf-8")
