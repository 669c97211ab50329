"""Real servers in tests: they answer from a database of their own and end when the test is done with them."""

import subprocess
import sys
import urllib.request
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from tests.support.lifeline import processes_of_session

Served = Callable[..., AbstractContextManager[Any]]


def test_a_served_database_answers_and_takes_commands(served: Served, backend: str) -> None:
    with served(backend, workers=2) as server:
        assert server.database_url.startswith(backend)
        with urllib.request.urlopen(f"{server.base_url}/readyz", timeout=20) as answer:
            assert answer.status == 200
        server.flask("jobs", "run", "--once")


def test_what_ignores_being_told_to_stop_is_killed_and_told_of() -> None:
    stubborn = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "print(os.getsid(0), flush=True); time.sleep(600)"
    )
    lifeline = [sys.executable, "-m", "tests.support.lifeline", "--patience", "0.2"]
    process = subprocess.Popen(
        [*lifeline, sys.executable, "-c", stubborn],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    session = int(process.stdout.readline())
    assert processes_of_session(session) == [session]
    _, complaint = process.communicate(timeout=20)
    assert process.returncode == 70
    assert b"did not end on SIGTERM" in complaint
    assert processes_of_session(session) == []
