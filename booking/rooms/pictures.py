"""PURE: an uploaded picture made into what we show: two pictures of our own, nothing of the file itself.

What a file is, its content says, never its name. It is decoded and drawn anew, so positions, owners' names,
scripts and whatever else was put before, behind or inside the picture are gone.
"""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import Final

from PIL import Image

FORMATS: Final = ("JPEG", "PNG", "WEBP")
MEDIA_TYPE: Final = "image/webp"
MOST_BYTES: Final = 5 * 1024 * 1024  # of a file that is sent
MOST_PIXELS: Final = 40_000_000  # decoded they take 160 MB; a phone's twelve megapixels are far below
LARGE, SMALL = 1600, 480  # the longer side, pixels
LARGE_BYTES, SMALL_BYTES = 400_000, 15_000  # what the results should stay under
PAPER: Final = (251, 250, 246)  # what shines through what is transparent
_QUALITIES: Final = (80, 70, 58, 45, 32)
_EXIF_ORIENTATION: Final = 0x0112
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# What Pillow's readers raise at bytes that are not what they claim
_BROKEN: Final = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)


class PictureRefused(ValueError):
    """A file that is not taken. `code` says why: picture_empty, _too_heavy, _unknown, _too_large, _broken."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture as it is kept and sent: its bytes (WebP) and its size in pixels."""

    content: bytes
    width: int
    height: int

    @property
    def name(self) -> str:
        """The SHA-256 of the bytes, in hexadecimal: what it is known by."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Picture:
    """The two sizes a photo is shown in."""

    large: Drawing
    small: Drawing


def picture_of(content: bytes) -> Picture:
    """Return a file's picture, upright, in two sizes. Raises PictureRefused.

    Of a file with several pictures the first counts. Pixels are counted before any is decoded.
    """
    if not content:
        raise PictureRefused("picture_empty")
    if len(content) > MOST_BYTES:
        raise PictureRefused("picture_too_heavy")
    whole = _decoded(content)
    return Picture(
        large=_drawn(whole, (LARGE,), LARGE_BYTES), small=_drawn(whole, (SMALL, 360, 240), SMALL_BYTES)
    )


def _decoded(content: bytes) -> Image.Image:
    """Return the picture, at most LARGE, upright, in plain colours."""
    with _opened(content) as image, _broken_is_refused():
        turn = _UPRIGHT.get(_orientation(image))
        image.draft(
            "RGB", (LARGE, LARGE)
        )  # a JPEG is decoded at half, a quarter or an eighth where that does
        image.load()
        plain = _plain(image)
        plain.thumbnail((LARGE, LARGE), Image.Resampling.LANCZOS)
        return plain.transpose(turn) if turn is not None else plain


@contextmanager
def _opened(content: bytes) -> Iterator[Image.Image]:
    """Open a file of a known format whose head names no more pixels than we decode."""
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("picture_too_large") from None
    except _BROKEN:  # the library's own "unknown" is an OSError
        raise PictureRefused("picture_unknown") from None
    with image:
        if image.width * image.height > MOST_PIXELS:
            raise PictureRefused("picture_too_large")
        yield image


@contextmanager
def _broken_is_refused() -> Iterator[None]:
    try:
        yield
    except PictureRefused:
        raise
    except _BROKEN:
        raise PictureRefused("picture_broken") from None


def _orientation(image: Image.Image) -> int:
    """Return how the camera was held, 1 where nothing readable says so."""
    try:
        return int(image.getexif().get(_EXIF_ORIENTATION, 1))
    except _BROKEN:
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """Return a new picture in plain colours on paper, without anything that came along with the old one."""
    if image.mode.startswith("I"):  # sixteen bits of grey: the upper eight
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    plain = Image.new("RGB", image.size, PAPER)
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        plain.paste(layer, mask=layer)
    else:
        plain.paste(image.convert("RGB"))
    return plain


def _drawn(whole: Image.Image, sides: tuple[int, ...], most_bytes: int) -> Drawing:
    """Return the picture in the first size and the best quality that stay under the bytes, else the least."""
    drawing = None
    for side in sides:
        sized = whole.copy()
        sized.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            out = BytesIO()
            sized.save(out, "WEBP", quality=quality, method=4)
            drawing = Drawing(out.getvalue(), sized.width, sized.height)
            if len(drawing.content) <= most_bytes:
                return drawing
    if drawing is None:
        raise ValueError("a size is needed")
    return drawing
