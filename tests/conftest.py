"""Fixtures. What they mean is said in each; none of them skips a test.

The modules that import the service are imported where they are needed, so that a test of a pure module starts
in no time.
"""

import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine

from tests.support.effort import SOAK
from tests.support.keeper import Keeper
from tests.support.network import block_network
from tests.support.passwords import COSTLY, make_cheap
from tests.support.rundir import make_run_dir

BACKENDS = ("sqlite", "postgresql")

# The same examples each time: what fails here fails everywhere. The machine's speed is nobody's fault.
hypothesis.settings.register_profile(
    "fixed", derandomize=SOAK == 1, deadline=None, database=None, print_blob=True
)
hypothesis.settings.load_profile("fixed")

_run_dir = pytest.StashKey[Path]()
_keeper = pytest.StashKey[Keeper]()


def pytest_configure(config: pytest.Config) -> None:
    """The process that was started by hand owns the run's folder and databases; xdist's workers use them."""
    make_cheap()  # before any module of tests hashes a password
    if hasattr(config, "workerinput"):
        config.stash[_run_dir] = Path(config.workerinput["run_dir"])
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # end as tidily as on Ctrl-C
    config.stash[_run_dir] = make_run_dir()
    config.stash[_keeper] = Keeper(config.stash[_run_dir])


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a new xdist worker where the run's folder is."""
    node.workerinput["run_dir"] = str(node.config.stash[_run_dir])


def pytest_unconfigure(config: pytest.Config) -> None:
    if _keeper in config.stash:
        config.stash[_keeper].close()


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Python reaches this machine only."""
    with pytest.MonkeyPatch.context() as patch:
        block_network(patch)
        yield


@pytest.fixture
def costly_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash as the product does, for a test whose matter is what it costs."""
    from booking.accounts import passwords

    for name, value in zip(("_HASHER", "_NOBODY"), COSTLY, strict=True):
        monkeypatch.setattr(passwords, name, value)


@pytest.fixture(scope="session")
def run_dir(request: pytest.FixtureRequest) -> Path:
    """The folder of this run."""
    return request.config.stash[_run_dir]


@pytest.fixture(scope="session")
def databases(run_dir: Path, request: pytest.FixtureRequest) -> Any:
    """The run's databases: `empty(backend)`, `copy(backend)` (migrated), `drop(url)`."""
    from tests.support.databases import Databases

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    return Databases(run_dir, worker)


@pytest.fixture(scope="session", params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each database in turn: whatever asks for it runs on SQLite and on PostgreSQL."""
    return str(request.param)


@pytest.fixture(scope="session")
def _applications(databases: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Any]]:
    """One application a worker process and a database, made when first asked for."""
    from booking.app import create_app
    from booking.extensions import db
    from tests.support.audit import watch_the_record
    from tests.support.settings import settings_for

    watch_the_record()
    made: dict[str, Any] = {}

    def application(backend: str) -> Any:
        if backend not in made:
            made[backend] = create_app(
                settings_for(databases.copy(backend), tmp_path_factory.mktemp("instance"))
            )
        return made[backend]

    yield application
    for app in made.values():
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def app(backend: str, _applications: Callable[[str], Any]) -> Any:
    """The application on a migrated database of this worker; what a test writes goes by `session`."""
    return _applications(backend)


@pytest.fixture
def session(app: Any) -> Iterator[Any]:
    """`db.session` inside an app context; all the test and its requests commit is undone after the test."""
    from tests.support.transaction import outer_transaction

    with outer_transaction(app) as opened:
        yield opened


@pytest.fixture
def client(app: Any, session: Any) -> Any:
    """A browser-like client that checks every page it gets: see `tests.support.client`."""
    from tests.support.client import PageClient

    return PageClient(app)


@pytest.fixture
def new_client(app: Any, session: Any) -> Callable[[], Any]:
    """Makes further clients with cookies of their own: one a person."""
    from tests.support.client import PageClient

    return lambda: PageClient(app)


@pytest.fixture
def fresh_database(databases: Any) -> Iterator[Callable[[str], str]]:
    """`fresh_database(backend)`: the address of a new migrated database, for real commits and processes."""
    with ExitStack() as cleanup:

        def make(backend: str) -> str:
            url = str(databases.copy(backend))
            cleanup.callback(databases.drop, url)
            return url

        yield make


@pytest.fixture
def served(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> Callable[..., AbstractContextManager[Any]]:
    """`with served(backend, workers=4) as server:` real processes on `server.base_url`, all gone afterwards.

    `database_url=` serves a database that is there already; further keywords are environment variables.
    """
    from tests.support.server import serve

    @contextmanager
    def start(backend: str, *, database_url: str = "", workers: int = 4, **changes: Any) -> Iterator[Any]:
        url = database_url or fresh_database(backend)
        with serve(url, tmp_path / "instance", workers=workers, **changes) as server:
            yield server

    return start


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One Chromium a worker process."""
    from tests.support.browser import open_browser

    with open_browser() as opened:
        yield opened


@pytest.fixture
def windows(browser: Any) -> Iterator[Any]:
    """`windows.open(base_url, phone=…, dark=…, javascript=…, language=…)`: each page is another person's."""
    from tests.support.browser import Windows

    opened = Windows(browser)
    yield opened
    opened.close()


@pytest.fixture
def frozen() -> Iterator[Callable[[datetime], None]]:
    """`frozen(moment)` stops this process's clock at an aware moment; called again it moves it."""
    with ExitStack() as running:

        def stop_at(moment: datetime) -> None:
            assert moment.tzinfo is not None, "an aware moment is needed"
            running.close()
            running.enter_context(time_machine.travel(moment, tick=False))

        yield stop_at
