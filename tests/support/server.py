"""The service for real: gunicorn's processes on a free loopback port against a database of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from booking.web_server import web_command
from tests.support.settings import ROOT, SECRET_KEY

_READY_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running service: where it answers, its database, its folder, and the environment of its processes."""

    base_url: str
    database_url: str
    instance_dir: Path
    environment: dict[str, str]

    def flask(self, *arguments: str) -> str:
        """Run a command such as `flask("jobs", "run", "--once")` beside the server; return its output."""
        return run_flask(self.environment, *arguments)


def environment_for(database_url: str, instance_dir: Path, base_url: str, **changes: str) -> dict[str, str]:
    """Return the environment of a process of the service; nothing of this process's own settings leaks in."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    settings = {
        "DATABASE_URL": database_url,
        "INSTANCE_DIR": str(instance_dir),
        "BASE_URL": base_url,
        "SECRET_KEY": SECRET_KEY,
        "LOG_LEVEL": "WARNING",
        "PYTHONUNBUFFERED": "1",
    }
    return kept | settings | changes


def run_flask(environment: dict[str, str], *arguments: str) -> str:
    """Run `flask --app wsgi …`; return its output, or fail with what it said."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{' '.join(arguments)} failed:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@contextmanager
def serve(
    database_url: str, instance_dir: Path, *, workers: int = 4, threads: int = 4, **changes: str
) -> Iterator[Server]:
    """Serve `database_url` with that many worker processes; `changes` are environment variables.

    At the end every process must be gone; one that had to be killed fails the test.
    """
    instance_dir.mkdir(parents=True, exist_ok=True)
    log = instance_dir / "server.log"
    with socket.socket() as listening, log.open("wb") as output:
        listening.bind(("127.0.0.1", 0))
        listening.listen(256)
        number = listening.fileno()
        base_url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        server = Server(
            base_url,
            database_url,
            instance_dir,
            environment_for(database_url, instance_dir, base_url, **changes),
        )
        command = web_command(f"fd://{number}", processes=workers, threads_each=threads)
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.lifeline", *command],
            cwd=ROOT,
            env=server.environment | {"LIFELINE_FDS": str(number)},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
            pass_fds=(number,),
        )
    try:
        wait_until_ready(base_url, process, log)
        yield server
    finally:
        process.communicate(timeout=60)
    assert process.returncode == 0, (
        f"the server ended with {process.returncode}:\n{log.read_text(errors='replace')[-4000:]}"
    )


def wait_until_ready(base_url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until /readyz answers 200; fail with the end of the log when it does not come to that."""
    deadline = time.monotonic() + _READY_SECONDS
    fault: object = None
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base_url}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError) as error:
            fault = error
        time.sleep(0.05)
    raise AssertionError(f"the server is not ready ({fault}):\n{log.read_text(errors='replace')[-4000:]}")
