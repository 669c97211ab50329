"""A file that was looked at and comes again with the form: packed into a hidden field, where it fits."""

import base64
import binascii
import zlib
from typing import Final

MOST_BYTES: Final = 5 * 1024 * 1024
"""What one sheet or calendar may have."""
MOST_CARRIED: Final = 200_000  # letters: what a form's hidden field may hold, see MAX_FORM_MEMORY_SIZE


def packed(content: bytes) -> str | None:
    """Return a file as text for a hidden field, None for one that is too large for it."""
    text = base64.b64encode(zlib.compress(content, 9)).decode()
    return text if len(text) <= MOST_CARRIED else None


def unpacked(text: str) -> bytes | None:
    """Return the file of a hidden field, None where it is none (or swells beyond what may be sent)."""
    try:
        swelling = zlib.decompressobj()
        content = swelling.decompress(base64.b64decode(text, validate=True), MOST_BYTES + 1)
    except (binascii.Error, ValueError, zlib.error):
        return None
    return content if swelling.eof else None
