"""Pictures out of files: what is taken, what is refused, and that nothing of the file itself is left."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from booking.rooms.pictures import (
    LARGE,
    MOST_BYTES,
    MOST_PIXELS,
    SMALL,
    SMALL_BYTES,
    Drawing,
    PictureRefused,
    picture_of,
)
from tests.rooms import files


def opened(drawing: Drawing) -> Image.Image:
    found = Image.open(BytesIO(drawing.content))
    found.load()
    return found


def refusal(content: bytes) -> str:
    with pytest.raises(PictureRefused) as caught:
        picture_of(content)
    return caught.value.code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_of_each_known_format_becomes_two_webp_pictures(kind: str) -> None:
    picture = picture_of(files.as_file(files.image(3200, 2400), kind))
    assert (picture.large.width, picture.large.height) == (LARGE, 1200)
    assert (picture.small.width, picture.small.height) == (SMALL, 360)
    for drawing in (picture.large, picture.small):
        found = opened(drawing)
        assert (found.format, found.size) == ("WEBP", (drawing.width, drawing.height))


def test_a_small_picture_is_not_made_larger() -> None:
    picture = picture_of(files.photo(30, 20))
    assert (picture.large.width, picture.small.width) == (30, 30)


def test_a_narrow_picture_keeps_at_least_a_pixel() -> None:
    picture = picture_of(files.as_file(files.image(5000, 1), "PNG"))
    assert (picture.small.width, picture.small.height) == (SMALL, 1)


def test_the_small_one_of_the_busiest_picture_is_light() -> None:
    noise = Image.effect_noise((1200, 1200), 90).convert("RGB")
    assert len(picture_of(files.as_file(noise, quality=70)).small.content) <= SMALL_BYTES


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (0, 0)), (2, (1, 0)), (3, (1, 1)), (4, (0, 1)), (5, (0, 0)), (6, (1, 0)), (7, (1, 1)), (8, (0, 1))],
)
def test_a_picture_is_turned_upright(orientation: int, corner: tuple[int, int]) -> None:
    small = opened(picture_of(files.located(orientation)).small)
    assert (small.width > small.height) == (orientation < 5)
    yellow = {
        (x, y)
        for x in (0, 1)
        for y in (0, 1)
        if small.getpixel((small.width * (1 + 2 * x) // 4, small.height * (1 + 2 * y) // 4))[0] > 150
    }
    assert yellow == {corner}


def test_nothing_that_came_along_is_left() -> None:
    content = files.located()
    for trace in (b"KAMERAMERKKI", b"KOMMENTTI", b"PROFIILI", b"PAIKKATIETO", b"Exif"):
        assert trace in content
    picture = picture_of(content)
    for drawing in (picture.large, picture.small):
        for trace in (
            b"KAMERAMERKKI",
            b"KOMMENTTI",
            b"PROFIILI",
            b"PAIKKATIETO",
            b"EXIF",
            b"Exif",
            b"XMP",
            b"ICCP",
        ):
            assert trace not in drawing.content
        assert not opened(drawing).getexif()
        assert set(opened(drawing).info) <= {"background", "loop", "timestamp", "duration"}


@pytest.mark.parametrize("behind", [files.HTML, b"PK\x03\x04" + b"archive" * 100])
def test_what_stands_behind_a_picture_is_gone(behind: bytes) -> None:
    picture = picture_of(files.photo() + behind)
    assert behind[:12] not in picture.large.content + picture.small.content


def test_words_in_a_png_are_gone() -> None:
    content = files.png(40, 40, *[files.chunk(b"tEXt", b"Comment\0<script>")] * 5)
    assert b"script" not in picture_of(content).large.content


def test_thousands_of_tiny_chunks_are_read_or_refused_without_harm() -> None:
    assert picture_of(files.png(40, 40, *[files.chunk(b"tEXt", b"a\0b")] * 20_000)).large.width == 40
    body = zlib.compress((b"\0" + b"\0" * 5) * 40)
    pieces = [files.chunk(b"IDAT", body[at : at + 1]) for at in range(len(body))]
    head = struct.pack(">IIBBBBB", 40, 40, 1, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + b"".join(
        [files.chunk(b"IHDR", head), *pieces, files.chunk(b"IEND", b"")]
    )
    assert picture_of(content).large.width == 40


def test_what_is_transparent_lies_on_paper() -> None:
    clear = Image.new("RGBA", (60, 60), (255, 0, 0, 0))
    assert min(opened(picture_of(files.as_file(clear, "PNG")).small).getpixel((30, 30))) > 240


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "CMYK", "I;16", "RGBA"])
def test_other_kinds_of_colours_become_plain(mode: str) -> None:
    made = Image.new("I;16", (50, 50), 40_000) if mode == "I;16" else files.image(50, 50).convert(mode)
    found = opened(picture_of(files.as_file(made, "JPEG" if mode == "CMYK" else "PNG")).small)
    assert found.mode == "RGB"
    if mode == "I;16":
        assert abs(found.getpixel((25, 25))[0] - 40_000 // 256) < 8


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_counts(kind: str) -> None:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    content = files.as_file(frames[0], kind, save_all=True, append_images=frames[1:], duration=50)
    found = opened(picture_of(content).large)
    assert getattr(found, "n_frames", 1) == 1
    assert found.getpixel((30, 20))[0] > 200


@pytest.mark.parametrize(
    "content",
    [files.SVG, files.HTML, b"%PDF-1.4", b"GIF89a<script>", b"x", b"\0" * 4000, b"\xff\xd8\xff"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    assert refusal(content) == "picture_unknown"


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PPM", "TGA", "PDF"])
def test_formats_that_are_not_taken_are_refused_by_their_content(kind: str) -> None:
    assert refusal(files.as_file(files.image(64, 64), kind)) == "picture_unknown"


def test_an_empty_file_is_refused() -> None:
    assert refusal(b"") == "picture_empty"


def test_five_megabytes_are_taken_and_a_byte_more_is_not() -> None:
    padded = files.photo() + b"\0" * MOST_BYTES
    assert picture_of(padded[:MOST_BYTES]).large.width == 800
    assert refusal(padded[: MOST_BYTES + 1]) == "picture_too_heavy"


@pytest.mark.parametrize(
    ("width", "height"), [(30_000, 30_000), (1, 2**31 - 1), (MOST_PIXELS + 1, 1), (10_000, 4_001)]
)
def test_a_bomb_is_refused_before_it_is_decoded(
    width: int, height: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bomb = files.png(width, height) if width < 100_000 else files.png(width, 1)
    assert len(bomb) < 200_000
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", lambda image: pytest.fail("it was decoded"))
    assert refusal(bomb) == "picture_too_large"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_that_ends_early_is_refused(kind: str, share: float) -> None:
    content = files.as_file(Image.effect_noise((300, 300), 60).convert("RGB"), kind)
    assert refusal(content[: int(len(content) * share)]) in ("picture_broken", "picture_unknown")


@given(st.data())
def test_any_damage_is_a_refusal_or_a_picture(data: st.DataObject) -> None:
    content = bytearray(data.draw(st.sampled_from([SMALL_JPEG, SMALL_PNG, SMALL_WEBP])))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        picture = picture_of(bytes(content))
    except PictureRefused:
        return
    assert opened(picture.small).format == "WEBP"


SMALL_JPEG = files.as_file(files.image(40, 30))
SMALL_PNG = files.as_file(files.image(40, 30), "PNG")
SMALL_WEBP = files.as_file(files.image(40, 30), "WEBP")


def test_the_same_picture_has_the_same_name() -> None:
    first, second = picture_of(files.photo()), picture_of(files.photo() + b"behind")
    assert first.large.name == second.large.name
    assert len(first.large.name) == 64
