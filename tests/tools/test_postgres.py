"""The test run's own PostgreSQL: one server, no network, nothing left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
from sqlalchemy.engine import make_url

from tests.support.keeper import Keeper, ask_for_postgres
from tests.support.lifeline import processes_of_session
from tests.support.rundir import make_run_dir


def _ask(url: str, statement: str) -> str:
    address = make_url(url)
    with psycopg.connect(
        host=str(address.query["host"]), user=address.username, dbname=address.database
    ) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return str(row[0])


def test_the_server_knows_the_extension_our_constraint_needs(run_dir: Path) -> None:
    url = ask_for_postgres(run_dir)
    assert _ask(url, "SELECT name FROM pg_available_extensions WHERE name = 'btree_gist'") == "btree_gist"


def test_asking_twice_starts_one_server(run_dir: Path) -> None:
    assert ask_for_postgres(run_dir) == ask_for_postgres(run_dir)


def test_the_server_listens_on_no_network_address(run_dir: Path) -> None:
    assert _ask(ask_for_postgres(run_dir), "SHOW listen_addresses") == ""


def test_a_killed_run_leaves_no_server_behind() -> None:
    folder = make_run_dir()
    program = (
        "import sys, time; from pathlib import Path;"
        "from tests.support.keeper import Keeper, ask_for_postgres;"
        "folder = Path(sys.argv[1]); keeper = Keeper(folder); ask_for_postgres(folder);"
        "print(keeper.process_id, flush=True); time.sleep(600)"
    )
    run = subprocess.Popen([sys.executable, "-c", program, str(folder)], stdout=subprocess.PIPE)
    assert run.stdout is not None
    keeper = int(run.stdout.readline())
    assert len(processes_of_session(keeper)) > 1
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    deadline = time.monotonic() + 20
    while processes_of_session(keeper) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_of_session(keeper) == []
    assert not folder.exists()


def test_a_run_that_never_asks_starts_no_server() -> None:
    folder = make_run_dir()
    keeper = Keeper(folder)
    assert len(processes_of_session(keeper.process_id)) == 1
    keeper.close()
    assert not folder.exists()
