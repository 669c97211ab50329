"""HTML to PDF through WeasyPrint, tagged for assistive technology (PDF/UA-1, ISO 14289-1).

WeasyPrint needs Pango, a library of the system that not every machine has: the service runs without it and a
PDF then says what to install. So it is loaded here, once, when the first PDF is asked for.
"""

import importlib
import logging
from functools import lru_cache
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import structlog
from PIL import ImageFile

log = structlog.get_logger(__name__)

_SVG: Final = "data:image/svg+xml;charset=utf-8,"
_LIBRARY: Final = "weasyprint"
_one_at_a_time = Lock()  # it is a minute's work of one core at most, and Pango is no friend of threads


class PaperMissing(Exception):
    """No PDF can be made on this machine: Pango is not installed."""


@lru_cache(maxsize=1)
def _library() -> Any:
    logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # it tells of each page
    strict = ImageFile.LOAD_TRUNCATED_IMAGES
    try:
        return importlib.import_module(_LIBRARY)
    except (ImportError, OSError) as error:  # OSError: the Python part is there, Pango is not
        log.warning("no PDF", reason=str(error).strip().splitlines()[0])
        return None
    finally:
        # It turns this off for the whole process, and then half a photo would pass for one
        ImageFile.LOAD_TRUNCATED_IMAGES = strict


def is_available() -> bool:
    """Say whether PDFs can be made on this machine."""
    return _library() is not None


def pdf_of(html: str, style: str) -> bytes:
    """Return a document as a tagged PDF; its title and language are those of the HTML.

    `style` is a style sheet. Nothing is fetched, from the network or the disk: a document carries its
    drawings in itself. Raises PaperMissing.
    """
    weasyprint = _library()
    if weasyprint is None:
        raise PaperMissing
    fetcher = _Fetcher(weasyprint)
    with _one_at_a_time:
        fonts = weasyprint.text.fonts.FontConfiguration()
        sheet = weasyprint.CSS(string=style, font_config=fonts, url_fetcher=fetcher)
        document = weasyprint.HTML(string=html, url_fetcher=fetcher)
        made: bytes = document.write_pdf(stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1")
    return made


class _Fetcher:
    """Gives WeasyPrint the drawings in a document, and refuses every other address."""

    _fail_on_errors = False  # asked for by the library: what is refused is left out

    def __init__(self, weasyprint: Any) -> None:
        self._answer = weasyprint.urls.URLFetcherResponse

    def __call__(self, url: str) -> Any:
        """Return the answer for an address. Raises ValueError."""
        if not url.startswith(_SVG):
            raise ValueError("a document for paper fetches nothing")
        body = unquote_to_bytes(url.removeprefix(_SVG))
        return self._answer(url, body, {"Content-Type": "image/svg+xml"})
