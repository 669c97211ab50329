"""The demonstration's photos: calm drawings of a few rooms, drawn here and said to be examples."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from booking.accounts.models import User
from booking.desk.rooms.photos import Words, add_photo
from booking.organisations.membership import actor_of
from booking.rooms.pictures import picture_of

WIDTH, HEIGHT = 960, 600
# The design's colours (DESIGN.md, "Tokens")
PAPER, MIST, LINE, INK = "#fbfaf6", "#edf1ef", "#7e8c88", "#15211f"
WATER, SPRUCE, AMBER, FLASH = "#0a5a6a", "#1c6440", "#8a4b00", "#f4c430"
_WALL: Final = (150, 110, WIDTH - 150, 400)  # the far wall

Draw = Callable[[ImageDraw.ImageDraw], None]


@dataclass(frozen=True, slots=True)
class Example:
    """A drawing of one room and what it shows."""

    slug: str
    draw: Draw
    words: Words


def _box(draw: ImageDraw.ImageDraw, floor: str) -> None:
    """Draw an empty room seen from its door."""
    left, top, right, bottom = _WALL
    draw.polygon([(0, HEIGHT), (left, bottom), (right, bottom), (WIDTH, HEIGHT)], fill=floor)
    draw.polygon([(0, 0), (left, top), (left, bottom), (0, HEIGHT)], fill=MIST)
    draw.polygon([(WIDTH, 0), (right, top), (right, bottom), (WIDTH, HEIGHT)], fill=MIST)
    draw.rectangle(_WALL, fill=PAPER, outline=LINE, width=2)


def hall(draw: ImageDraw.ImageDraw) -> None:
    """A hall with a stage and rows of chairs."""
    _box(draw, "#c9b79a")
    draw.rectangle((230, 170, WIDTH - 230, 340), fill=WATER)
    draw.rectangle((200, 340, WIDTH - 200, 400), fill=AMBER)
    draw.ellipse((440, 225, 520, 305), fill=FLASH)
    for row in range(4):
        y, size, spread = 430 + row * 42, 26 + row * 5, 62 + row * 16
        for seat in range(-5, 6):
            x = WIDTH // 2 + seat * spread
            if seat:
                draw.rectangle((x - size // 2, y, x + size // 2, y + size), fill=INK)


def meeting(draw: ImageDraw.ImageDraw) -> None:
    """A meeting room: a table, chairs, a window and a whiteboard."""
    _box(draw, "#b9c4bd")
    draw.rectangle((200, 150, 460, 310), fill="#cfe3e6", outline=LINE, width=4)
    draw.line((330, 150, 330, 310), fill=LINE, width=4)
    draw.rectangle((540, 160, 770, 300), fill="#ffffff", outline=LINE, width=4)
    draw.line((570, 200, 700, 200), fill=WATER, width=5)
    draw.line((570, 235, 660, 235), fill=WATER, width=5)
    draw.polygon([(300, 420), (660, 420), (760, 540), (200, 540)], fill=AMBER)
    for x, y in ((250, 400), (690, 400), (150, 470), (800, 470)):
        draw.rectangle((x - 28, y, x + 28, y + 62), fill=SPRUCE)


def gym(draw: ImageDraw.ImageDraw) -> None:
    """A sports hall: a marked floor, wall bars and a basket."""
    _box(draw, "#d9b27c")
    draw.line((480, 400, 480, HEIGHT), fill=PAPER, width=6)
    draw.ellipse((360, 430, 600, 540), outline=PAPER, width=6)
    for x in range(190, 400, 50):
        draw.line((x, 180, x, 400), fill=AMBER, width=7)
    for y in range(190, 400, 26):
        draw.line((190, y, 390, y), fill=AMBER, width=5)
    draw.rectangle((560, 160, 720, 260), fill=PAPER, outline=WATER, width=7)
    draw.ellipse((610, 235, 670, 258), outline=FLASH, width=7)


EXAMPLES: Final = (
    Example(
        "karelia-sali",
        hall,
        Words(
            "Esimerkkipiirros: sali, jossa on näyttämö ja tuoleja riveissä",
            "Exempelteckning: en sal med scen och stolar i rader",
            "Example drawing: a hall with a stage and chairs in rows",
        ),
    ),
    Example(
        "vierashuone",
        meeting,
        Words(
            "Esimerkkipiirros: kokoushuone, jossa on pöytä, ikkuna ja valkotaulu",
            "Exempelteckning: ett mötesrum med bord, fönster och skrivtavla",
            "Example drawing: a meeting room with a table, a window and a whiteboard",
        ),
    ),
    Example(
        "mansikkalan-liikuntasali",
        gym,
        Words(
            "Esimerkkipiirros: liikuntasali, jossa on puolapuut ja koripallokori",
            "Exempelteckning: en gymnastiksal med ribbstolar och basketkorg",
            "Example drawing: a sports hall with wall bars and a basket",
        ),
    ),
)


def drawn(draw: Draw) -> bytes:
    """Return a drawing as a PNG file."""
    image = Image.new("RGB", (WIDTH, HEIGHT), MIST)
    draw(ImageDraw.Draw(image))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def hang_photos(keeper: User, now: datetime) -> None:
    """Add the drawings to rooms that this person keeps."""
    for example in EXAMPLES:
        picture = picture_of(drawn(example.draw))
        add_photo(example.slug, picture, example.words, actor=actor_of(keeper), now=now)
