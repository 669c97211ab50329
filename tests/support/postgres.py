"""A PostgreSQL server of our own: unprivileged, on a unix socket only, unsafe and fast."""

import os
import pwd
import shutil
import signal
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

_OPTIONS = {
    "listen_addresses": "",  # nothing on the network
    "max_connections": "200",
    "fsync": "off",  # a test database need not survive a power cut
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "timezone": "UTC",
}
_UNPRIVILEGED = ("postgres", "nobody")
_START_SECONDS = 30
_STOP_SECONDS = 15


class PostgresMissing(Exception):
    """PostgreSQL cannot be started; the text says what to do."""


def find_programs() -> Path:
    """Return the folder of `initdb` and `postgres`: $PG_BIN, Debian's newest, or one on the PATH."""
    candidates = [Path(given)] if (given := os.environ.get("PG_BIN")) else []
    candidates += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name, reverse=True
    )
    if on_path := shutil.which("initdb"):
        candidates.append(Path(on_path).resolve().parent)
    for folder in candidates:
        if os.access(folder / "initdb", os.X_OK) and os.access(folder / "postgres", os.X_OK):
            return folder
    raise PostgresMissing(
        "PostgreSQL's programs are needed: apt-get install postgresql, or set PG_BIN to the folder of initdb"
    )


class Postgres:
    """One server with its data in `folder`; a context manager that stops it and removes the data."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> str:
        """Start the server unless it runs, wait for it, and return the address of its database `postgres`."""
        if self._process is None:
            programs = find_programs()
            identity = self._identity()
            self.folder.mkdir(mode=0o700)
            if identity:
                os.chown(self.folder, identity["user"], identity["group"])
            self._initialise(programs, identity)
            self._process = self._launch(programs, identity)
        return f"postgresql+psycopg://postgres@/postgres?host={self.folder}"

    def _identity(self) -> dict[str, Any]:
        """Return whom to run as: PostgreSQL refuses root."""
        if os.geteuid() != 0:
            return {}
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = next(known[name] for name in _UNPRIVILEGED if name in known)
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}

    def _initialise(self, programs: Path, identity: dict[str, Any]) -> None:
        command = [programs / "initdb", "--pgdata", self.folder / "data", "--username", "postgres"]
        command += [
            "--auth",
            "trust",
            "--encoding",
            "UTF8",
            "--locale",
            "C.UTF-8",
            "--no-sync",
            "--no-instructions",
        ]
        made = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False, **identity)
        if made.returncode:
            raise PostgresMissing(f"initdb failed: {made.stderr.strip()}")

    def _launch(self, programs: Path, identity: dict[str, Any]) -> subprocess.Popen[bytes]:
        command = [programs / "postgres", "-D", self.folder / "data"]
        for name, value in (_OPTIONS | {"unix_socket_directories": str(self.folder)}).items():
            command += ["-c", f"{name}={value}"]
        log = self.folder / "log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd="/", stdin=subprocess.DEVNULL, stdout=output, stderr=output, **identity
            )
        deadline = time.monotonic() + _START_SECONDS
        while "ready to accept connections" not in log.read_text(errors="replace"):
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                process.wait()
                raise PostgresMissing(f"PostgreSQL did not start: {log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.02)
        return process

    def __enter__(self) -> "Postgres":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # "fast": ends the connections, then itself
            try:
                self._process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(_STOP_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)
