"""A sheet given to a command: all of it goes in, or nothing and the faults are told."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from booking.rooms.faults import SheetRefused

T = TypeVar("T")
SHOWN_FAULTS = 100


def lines_of(file: Path) -> int:
    """Return about how many lines a file has: for a progress bar."""
    try:
        return max(1, file.read_bytes().count(b"\n") - 1)
    except OSError:
        return 1  # said when it is read


def read_sheet_file(file: Path, take: Callable[[bytes], T]) -> T:
    """Give a file's content to `take` and return its answer; a fault ends the command."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from error
    try:
        return take(content)
    except SheetRefused as refused:
        shown = [str(fault) for fault in refused.faults[:SHOWN_FAULTS]]
        if len(refused.faults) > SHOWN_FAULTS:
            shown.append(f"and {len(refused.faults) - SHOWN_FAULTS} more")
        raise click.ClickException(f"nothing was imported from {file}:\n" + "\n".join(shown)) from None
