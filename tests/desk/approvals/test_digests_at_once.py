"""Several workers come upon the same morning: each approver gets one mail."""

from collections.abc import Callable
from pathlib import Path

from booking.access.roles import Role
from booking.app import create_app
from booking.desk.approvals.digests import send_digests
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from booking.reservations.digest.choice import choose, next_digest
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import NOW, make_reservation
from tests.factories.rooms import make_room
from tests.factories.users import acting
from tests.reservations.test_answers_at_once import all_at_once
from tests.support.settings import settings_for

WORKERS, PEOPLE = 4, 3


def test_one_mail_each_however_many_workers(
    backend: str, fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    with app.app_context():
        owner = make_organisation()
        make_reservation(make_room(owner=owner), state="pending")
        people = [make_member(owner, Role.APPROVER) for _ in range(PEOPLE)]
        for each in people:
            choose(is_daily=True, actor=acting(each), now=NOW)
        addresses = sorted(each.email for each in people)
        db.session.commit()
        morning = next_digest(NOW)
        assert all_at_once(app, [lambda: send_digests(now=morning)] * WORKERS) == []
        db.session.rollback()
        assert sorted(each.recipient for each in db.session.query(OutboxMessage)) == addresses
        db.session.remove()
        db.engine.dispose()
