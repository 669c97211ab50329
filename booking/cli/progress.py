"""A progress bar for long work, on a terminal only."""

import sys
from typing import Any

import click


def progress_bar(length: int, label: str) -> Any:
    """Return click's bar, a context with `update(steps)`; elsewhere than on a terminal it shows nothing."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())
