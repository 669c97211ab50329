"""The whole service in one command: `python -m booking.serve` migrates, serves and works until told to stop.

`make run` calls it with DEMO=1. It owns two processes, the web server and the worker; when one of them ends,
the other is ended too, and nothing is left behind.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping

import click
import flask_migrate
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from booking.accounts import demo
from booking.app import create_app
from booking.extensions import db
from booking.rooms.models import Room
from booking.web_server import GRACE_SECONDS, web_command
from config import ROOT, ConfigurationError, Settings

WEB_PROCESSES = 2
READY_SECONDS = 60  # longer than any start takes
_STEP_SECONDS = 0.1


class CannotServe(Exception):
    """The service cannot start or go on; the text is one line for the operator."""


def flask_command(*arguments: str) -> list[str]:
    """Return the command that runs `flask --app wsgi …` with this Python."""
    return [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]


class Family:
    """Our child processes, each the head of a process group of its own, so that a Ctrl-C reaches us alone."""

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._members: dict[str, subprocess.Popen[bytes]] = {}
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stopping.set())

    def start(self, name: str, command: list[str], *, descriptors: tuple[int, ...] = ()) -> None:
        """Start a process that is known as `name`, giving it these open files."""
        self._members[name] = subprocess.Popen(  # noqa: S603 - our own commands
            command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=descriptors, process_group=0
        )

    def finish(self, name: str) -> None:
        """Wait for a process that ends by itself. Raises CannotServe when it fails."""
        process = self._members[name]
        while process.poll() is None and not self.stopping.wait(_STEP_SECONDS):
            pass
        if process.poll():
            raise CannotServe(f"{name} failed; see above.")
        if process.poll() == 0:
            del self._members[name]

    def watch(self) -> None:
        """Return when we are told to stop. Raises CannotServe when a process ends by itself."""
        while not self.stopping.wait(_STEP_SECONDS):
            self.check()

    def check(self) -> None:
        """Raise CannotServe if a process that should run has ended."""
        for name, process in self._members.items():
            if process.poll() is not None:
                raise CannotServe(
                    f"{name} has ended by itself ({_how(process.returncode)}); the service stops."
                )

    def end(self) -> None:
        """End every process and what it has started: first asked, then, after the grace, killed."""
        for process in self._members.values():
            _signal(process, signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while any(_lives(process) for process in self._members.values()) and time.monotonic() < deadline:
            time.sleep(_STEP_SECONDS)
        for process in self._members.values():
            _signal(process, signal.SIGKILL)
            process.wait()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # the whole group has ended
        os.killpg(process.pid, number)


def _lives(process: subprocess.Popen[bytes]) -> bool:
    """Say whether anything of the process's group is left; a head that has ended is reaped first."""
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except ProcessLookupError:
        return False
    return True


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def serve(environment: Mapping[str, str]) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP.

    Raises CannotServe or ConfigurationError with one line for the operator; nothing runs any more then.
    """
    family = Family()
    settings = Settings.from_environment(environment)
    processes = _web_processes(environment)
    try:
        with _claim_port(settings.port) as listening:
            app = _prepare(family, settings)
            number = listening.fileno()
            family.start(
                "The web server", web_command(f"fd://{number}", processes=processes), descriptors=(number,)
            )
        family.start("The worker", flask_command("jobs", "run"))
        if _is_ready(family, settings.port):
            click.echo(_greeting(app, settings))
        family.watch()
    finally:
        family.end()


def _web_processes(environment: Mapping[str, str]) -> int:
    text = environment.get("WEB_CONCURRENCY") or str(WEB_PROCESSES)
    if not text.isdecimal() or not 1 <= int(text) <= 64:
        raise ConfigurationError(f"WEB_CONCURRENCY is {text!r}; it must be a whole number from 1 to 64")
    return int(text)


def _claim_port(port: int) -> socket.socket:
    """Return a socket that listens on the port: who asks early waits, and nobody else can take it."""
    claimed = socket.socket()
    try:
        claimed.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        claimed.bind(("127.0.0.1", port))
        claimed.listen(64)
    except OSError as error:
        claimed.close()
        raise CannotServe(
            f"Port {port}: {error.strerror}. Choose another: PORT={port + 1} make run"
        ) from None
    return claimed


def _prepare(family: Family, settings: Settings) -> Flask:
    """Bring the database up to date; with DEMO=1 fill an empty one. Return the application."""
    app = create_app(settings)
    try:
        empty = _migrate(app)
    except SQLAlchemyError as error:
        raise CannotServe(f"The database cannot be used: {_first_line(error)}") from None
    if settings.demo and empty and not family.stopping.is_set():
        click.echo("Loading the demo data of Imatra.")
        family.start("The demo data", flask_command("demo", "load"))
        family.finish("The demo data")
    return app


def _migrate(app: Flask) -> bool:
    """Apply the migrations that are missing; say whether there is no room yet."""
    with app.app_context():
        flask_migrate.upgrade()
        empty = db.session.scalar(select(Room.id).limit(1)) is None
        db.session.remove()
        db.engine.dispose()
        return empty


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).strip().splitlines()[0]


def _is_ready(family: Family, port: int) -> bool:
    """Wait until /readyz answers 200; False when we are told to stop before."""
    deadline = time.monotonic() + READY_SECONDS
    while not family.stopping.wait(_STEP_SECONDS):
        family.check()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError) as error:
            if time.monotonic() > deadline:
                raise CannotServe(
                    f"The web server does not get ready ({error}); the service stops."
                ) from None
    return False


def _greeting(app: Flask, settings: Settings) -> str:
    lines = [f"Ready: {settings.base_url}", "Stop it with Ctrl-C."]
    if settings.demo:
        width = max(len(account.email) for account in demo.ACCOUNTS)
        lines += ["", f"Sign in with one of these and the password {demo.PASSWORD}:"]
        with app.app_context(), force_locale("en"):
            lines += [f"  {account.email.ljust(width)}  {account.role}" for account in demo.ACCOUNTS]
    return "\n".join(lines)


def main() -> int:
    """Run the service; return the exit code of the command."""
    try:
        serve(os.environ)
    except (CannotServe, ConfigurationError) as error:
        click.echo(str(error), err=True)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
