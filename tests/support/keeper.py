"""The process that owns the run's PostgreSQL: `python -m tests.support.keeper FOLDER`.

It starts the server when a test first asks for it over a unix socket, and stops it when its standard input
closes: that happens when the test run lets go of it, and also when the run is killed. So no server outlives
its run.
"""

import contextlib
import json
import os
import selectors
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests.support.postgres import Postgres, PostgresMissing


def socket_path(folder: Path) -> Path:
    """Return where the keeper of `folder` listens."""
    return folder / "keeper.sock"


class Keeper:
    """The keeper as the test run sees it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.keeper", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,  # a Ctrl-C is for the run, which then lets go in its own time
        )
        if self._process.stdout is None or self._process.stdout.readline() != b"ready\n":
            raise RuntimeError("the keeper of the test databases did not start")

    @property
    def process_id(self) -> int:
        """The keeper's process id, which is its session's too."""
        return self._process.pid

    def close(self) -> None:
        """Let go, and wait until the server is gone."""
        self._process.communicate(timeout=60)


def ask_for_postgres(folder: Path) -> str:
    """Return the address of the run's PostgreSQL (its database `postgres`), started at the first asking.

    Raises PostgresMissing with a sentence saying what to install.
    """
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(120)
        connection.connect(str(socket_path(folder)))
        answer = json.loads(connection.makefile().readline())
    if "fault" in answer:
        raise PostgresMissing(answer["fault"])
    return str(answer["url"])


def main(folder: Path) -> None:
    """Serve until standard input closes or SIGTERM comes."""
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    postgres = Postgres(folder / "postgres")
    with socket.socket(socket.AF_UNIX) as listening, selectors.DefaultSelector() as selector, postgres:
        listening.bind(str(socket_path(folder)))
        listening.listen(64)
        selector.register(listening, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        os.write(1, b"ready\n")
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if sys.stdin in ready:
                return
            _answer(listening, postgres)


def _run(folder: Path) -> None:
    try:
        main(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answer(listening: socket.socket, postgres: Postgres) -> None:
    connection, _ = listening.accept()
    try:
        answer = {"url": postgres.start()}
    except (PostgresMissing, OSError, subprocess.SubprocessError) as fault:
        answer = {"fault": str(fault)}
    with connection, contextlib.suppress(BrokenPipeError):
        connection.sendall(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    _run(Path(sys.argv[1]))
