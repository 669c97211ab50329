"""QR codes as drawings."""

from io import BytesIO
from urllib.parse import quote

import segno
from markupsafe import Markup


def qr_svg(text: str) -> str:
    """Return a QR code as SVG: black on white, with the quiet zone that ISO/IEC 18004 asks for."""
    drawn = BytesIO()
    # Q: a quarter of it may be worn or stained, as happens to a sheet of paper on a door
    segno.make_qr(text, error="q").save(
        drawn, kind="svg", border=4, light="white", xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()


def qr_drawing(text: str) -> Markup:
    """Return a QR code as an element of a page, without size or name: who uses it gives both.

    M: a screen has no stains, and a long address makes fine enough squares.
    """
    code = segno.make_qr(text, error="m")
    drawn = code.svg_inline(border=4, light="white", omitsize=True, svgclass=None, lineclass=None)
    return Markup(drawn)  # noqa: S704 - squares and nothing else


def qr_address(text: str) -> str:
    """Return a QR code as the address of an image, for documents on paper."""
    return f"data:image/svg+xml;charset=utf-8,{quote(qr_svg(text))}"
