"""`jobs run`: the worker beside the web server."""

import logging
import os
import sys
import threading
from datetime import datetime, timedelta
from typing import NoReturn

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from sqlalchemy import delete

from booking.api.models import IdempotencyKey
from booking.extensions import db
from booking.jobs import Job, alone, run_once, run_until_signal, standard_jobs

KEYS_ARE_KEPT = timedelta(days=2)  # nobody repeats a request later than that

jobs = AppGroup("jobs", help="Periodic work: mail, expiry, tidying.")


@jobs.command("run")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def run_jobs(once: bool) -> None:
    """Deliver mail, expire requests and tidy, until told to stop."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    if not once:
        _leave(0 if run_until_signal(app, all_jobs) else 1)
    failed = run_once(app, all_jobs(threading.Event()))
    if failed:
        raise click.ClickException(f"failed: {', '.join(failed)}; see above")


def _leave(code: int) -> NoReturn:
    """End the process at once: taking all modules apart can last longer than we are given."""
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def all_jobs(stopping: threading.Event) -> tuple[Job, ...]:
    """Return every job of the installation."""
    return (*standard_jobs(stopping), Job("forget answers of the API", 3600, alone("keys", _forget_keys)))


def _forget_keys(now: datetime) -> None:
    db.session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < now - KEYS_ARE_KEPT))
