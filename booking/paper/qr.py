"""QR codes as drawings."""

from io import BytesIO
from urllib.parse import quote

import segno


def qr_svg(text: str) -> str:
    """Return a QR code as SVG: black on white, with the quiet zone that ISO/IEC 18004 asks for."""
    drawn = BytesIO()
    # Q: a quarter of it may be worn or stained, as happens to a sheet of paper on a door
    segno.make_qr(text, error="q").save(
        drawn, kind="svg", border=4, light="white", xmldecl=False, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode()


def qr_address(text: str) -> str:
    """Return a QR code as the address of an image, for documents on paper."""
    return f"data:image/svg+xml;charset=utf-8,{quote(qr_svg(text))}"
