"""Read documents on paper as a program for the blind does, and QR codes as a phone does."""

import re
from io import BytesIO
from typing import Any

import zxingcpp
from PIL import Image, ImageDraw
from pypdf import PdfReader


def read_pdf(content: bytes) -> PdfReader:
    """Return a PDF that says what PDF/UA-1 asks every document to say."""
    reader = PdfReader(BytesIO(content), strict=True)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert reader.metadata is not None
    assert reader.metadata.title
    return reader


def language_of(reader: PdfReader) -> str:
    root: Any = reader.trailer["/Root"]
    return str(root["/Lang"])


def text_of(reader: PdfReader) -> str:
    """Return the text in the order of the pages' content, spaces as one."""
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def tags_of(reader: PdfReader) -> list[str]:
    """Return the kinds of the structure's elements, in reading order."""
    found: list[str] = []

    def walk(element: Any) -> None:
        node = element.get_object() if hasattr(element, "get_object") else element
        if isinstance(node, list):
            for each in node:
                walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                found.append(str(node["/S"]).lstrip("/"))
            if "/K" in node:
                walk(node["/K"])

    root: Any = reader.trailer["/Root"]
    walk(root["/StructTreeRoot"]["/K"])
    return found


def decode(svg: str) -> str:
    """Draw a QR code as a browser would and return what a phone reads in it."""
    size = int(re.search(r'width="(\d+)"', svg)[1])  # type: ignore[index]
    scale = 4
    image = Image.new("L", (size * scale, size * scale), 255)
    draw = ImageDraw.Draw(image)
    path = re.search(r'stroke="#000"[^>]*\sd="([^"]+)"|\sd="(M[^"]*m[^"]+)"', svg)
    assert path
    x = y = 0.0
    for command, figures in re.findall(r"([Mmh])([-0-9. ]+)", path[1] or path[2]):
        numbers = [float(each) for each in figures.split()]
        if command == "M":
            x, y = numbers
        elif command == "m":
            x, y = x + numbers[0], y + numbers[1]
        else:
            draw.rectangle(
                (x * scale, (y - 0.5) * scale, (x + numbers[0]) * scale - 1, (y + 0.5) * scale - 1), fill=0
            )
            x += numbers[0]
    (found,) = zxingcpp.read_barcodes(image)
    return str(found.text)
