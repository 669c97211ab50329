"""`make run` for real: it gets ready, says how to sign in, stops when told to, leaves no process behind."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from booking.accounts.demo import ACCOUNTS
from tests.support.lifeline import processes_of_session
from tests.support.settings import ROOT

START_SECONDS = 120  # the demo data is loaded, on a machine that may be busy
STOP_SECONDS = 15
SERVE = [sys.executable, "-m", "booking.serve"]


class Run:
    """A start of the service in a session of its own, with its output in a file."""

    def __init__(self, command: list[str], folder: Path, **changes: str) -> None:
        self.log = folder / "output"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=kept | {"INSTANCE_DIR": str(folder), "DEMO": "1"} | changes,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def await_text(self, text: str, seconds: float = START_SECONDS) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.output}"
            assert time.monotonic() < deadline, f"{text!r} did not come:\n{self.output}"
            time.sleep(0.05)

    def members(self, part: str) -> list[int]:
        """Return the processes of this run whose command line contains `part`."""
        found = []
        for number in processes_of_session(self.process.pid):
            words = Path(f"/proc/{number}/cmdline").read_bytes().replace(b"\0", b" ")
            if part.encode() in words:
                found.append(number)
        return found

    def await_end(self) -> int:
        """Wait until it has ended, assert that nothing is left of it, and return its exit code."""
        code = self.process.wait(STOP_SECONDS)
        assert processes_of_session(self.process.pid) == [], self.output
        return code

    def kill(self) -> None:
        for number in processes_of_session(self.process.pid):
            os.kill(number, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def runs() -> Iterator[list[Run]]:
    """Whatever a failing test has left running is ended here."""
    started: list[Run] = []
    yield started
    for run in started:
        run.kill()


@pytest.fixture
def port() -> str:
    with socket.socket() as finding:
        finding.bind(("127.0.0.1", 0))
        return str(finding.getsockname()[1])


def _status(port: str, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_make_run_serves_the_demo_until_make_is_told_to_stop_and_a_second_start_keeps_the_data(
    runs: list[Run], tmp_path: Path, port: str
) -> None:
    run = Run(["make", "--no-print-directory", "run"], tmp_path, PORT=port)
    runs.append(run)
    run.await_text(ACCOUNTS[-1].email)
    assert f"Ready: http://127.0.0.1:{port}" in run.output
    assert "Loading the demo data" in run.output
    assert [account.email for account in ACCOUNTS if account.email not in run.output] == []
    pages = ("/readyz", "/", "/rooms", "/login")
    assert [_status(port, path) for path in pages] == [200] * len(pages)
    assert _status(port, "/calendars/private/hush-hush.ics?word=secret") == 404
    run.process.terminate()
    run.await_end()
    assert "/calendars/private/-" in run.output
    assert [word for word in ("hush", "secret", "Traceback") if word in run.output] == []

    again = Run(SERVE, tmp_path, PORT=port)
    runs.append(again)
    again.await_text("Ready: ")
    assert "Loading the demo data" not in again.output
    os.killpg(again.process.pid, signal.SIGINT)
    assert again.await_end() == 0
    assert "Traceback" not in again.output


@pytest.mark.parametrize("who", ["gunicorn", "jobs run"])
def test_when_one_process_dies_the_other_is_ended_too(
    runs: list[Run], tmp_path: Path, port: str, who: str
) -> None:
    run = Run(SERVE, tmp_path, PORT=port, DEMO="0", SECRET_KEY="k" * 32)
    runs.append(run)
    run.await_text("Ready: ")
    os.kill(min(run.members(who)), signal.SIGKILL)
    assert run.await_end() == 1
    assert "has ended by itself (signal SIGKILL); the service stops." in run.output


def test_a_port_that_is_taken_is_one_line(runs: list[Run], tmp_path: Path) -> None:
    with socket.socket() as taking:
        taking.bind(("127.0.0.1", 0))
        taking.listen()
        taken = taking.getsockname()[1]
        run = Run(SERVE, tmp_path, PORT=str(taken))
        runs.append(run)
        assert run.await_end() == 1
    assert run.output == f"Port {taken}: Address already in use. Choose another: PORT={taken + 1} make run\n"


@pytest.mark.parametrize(
    ("setting", "value", "begin"),
    [
        ("PORT", "many", "PORT is 'many'"),
        ("WEB_CONCURRENCY", "0", "WEB_CONCURRENCY is '0'"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none", "The database cannot be used: "),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_line(
    runs: list[Run], tmp_path: Path, port: str, setting: str, value: str, begin: str
) -> None:
    run = Run(SERVE, tmp_path, **({"PORT": port} | {setting: value}))
    runs.append(run)
    run.process.wait(60)
    assert run.await_end() == 1
    assert run.output.startswith(begin)
    assert run.output.count("\n") == 1
