"""Files as people and attackers send them, made here."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"


def image(width: int = 800, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Return a picture whose upper left quarter differs from the rest."""
    made = Image.new(mode, (width, height), 200 if mode == "L" else None)
    if mode.startswith("RGB"):
        made.paste((40, 90, 110), (0, 0, width, height))
        ImageDraw.Draw(made).rectangle((0, 0, width // 2, height // 2), fill=(240, 200, 60))
    return made


def as_file(picture: Image.Image, kind: str = "JPEG", **how: Any) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **how)
    return out.getvalue()


def photo(width: int = 800, height: int = 600) -> bytes:
    """Return an ordinary JPEG."""
    return as_file(image(width, height))


def located(orientation: int = 1) -> bytes:
    """Return a JPEG with a position, a camera, a comment, XMP and a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "KAMERAMERKKI"
    exif.get_ifd(0x8825).update({1: "N", 2: (61.0, 11.0, 34.5), 3: "E", 4: (28.0, 46.0, 12.5)})
    return as_file(
        image(),
        exif=exif,
        comment=b"KOMMENTTI",
        icc_profile=b"PROFIILI" * 30,
        xmp=b"<x:xmpmeta>PAIKKATIETO</x:xmpmeta>",
    )


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG file."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *chunks: bytes) -> bytes:
    """Return a PNG of one grey, however large it says it is."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = min(height, 2000)  # of a bomb only its beginning: nobody is to get that far
    body = zlib.compress((b"\0" + b"\0" * ((width + 7) // 8)) * rows, 9)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", head), *chunks, chunk(b"IDAT", body), chunk(b"IEND", b""))
    )
