"""The worker's reminders, with several workers at once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from booking import clock
from booking.access.roles import Role
from booking.app import create_app
from booking.extensions import db
from booking.jobs import run_once, standard_jobs, until_done
from booking.outbox.models import OutboxMessage
from booking.timetable.interval import Interval
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import make_reservation
from tests.factories.rooms import make_room
from tests.support.settings import settings_for

DATES = 60  # more than one batch
HOUR = timedelta(hours=1)


def fill() -> None:
    """Write as many dates to be reminded of, and one request that has waited for long."""
    owner = make_organisation()
    make_member(owner, Role.APPROVER)
    start = clock.now() + 2 * HOUR
    for _ in range(DATES):
        make_reservation(make_room(owner=owner), Interval(start, start + HOUR), created_at=start - 99 * HOUR)
    later = Interval(start + HOUR, start + 2 * HOUR)
    make_reservation(make_room(owner=owner), later, state="pending", created_at=start - 99 * HOUR)
    db.session.commit()


def test_two_workers_write_each_mail_once(
    backend: str, fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    names = ("remind bookers", "remind approvers")
    jobs = [job for job in standard_jobs(threading.Event()) if job.name in names]
    assert len(jobs) == len(names)
    failed: list[Any] = []
    together = threading.Barrier(2)

    def work() -> None:
        together.wait(30)
        failed.extend(run_once(app, jobs))

    with app.app_context():
        fill()
        workers = [threading.Thread(target=work) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(120)
        kinds = select(OutboxMessage.kind, func.count()).group_by(OutboxMessage.kind)
        counted = dict(db.session.execute(kinds).all())
        db.session.remove()
        db.engine.dispose()
    assert failed == []
    assert counted == {"reminder": DATES, "approver_reminder": 1}


def test_batches_go_on_until_one_is_empty_or_the_worker_is_to_stop() -> None:
    stopping, batches = threading.Event(), [50, 50, 7, 0, 50]
    until_done(stopping, lambda now: batches.pop(0))(clock.now())
    assert batches == [50]
    stopping.set()
    until_done(stopping, lambda now: batches.pop(0))(clock.now())
    assert batches == [50]
