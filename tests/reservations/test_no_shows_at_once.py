"""Approvers who mark at the same moment: the third no-show is the third for exactly one of them."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from booking.access.roles import Role
from booking.app import create_app
from booking.db import in_transaction
from booking.extensions import db
from booking.organisations.membership import actor_of
from booking.outbox.models import OutboxMessage
from booking.reservations.after_use.service import Mark, mark
from tests.factories.organisations import make_member, make_organisation
from tests.factories.reservations import EVENING, make_reservation
from tests.factories.rooms import make_room
from tests.support.settings import settings_for

APPROVERS = 4
NOW = EVENING.end + timedelta(hours=1)


def test_the_association_is_warned_once(
    backend: str, fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    failed: list[BaseException] = []
    together = threading.Barrier(APPROVERS)
    with app.app_context():
        owner, choir = make_organisation(), make_organisation()
        approver, booker = make_member(owner, Role.APPROVER), make_member(choir, Role.BOOKER)
        actor = actor_of(approver)
        made = [
            make_reservation(make_room(owner=owner), booker=booker, organisation=choir)
            for _ in range(APPROVERS)
        ]
        wanted = [(each.reference, Mark(each.occurrences[0].id, used=False)) for each in made]
        db.session.commit()

        def work(reference: str, one: Mark) -> None:
            with app.app_context():
                together.wait(30)
                try:
                    in_transaction(lambda: mark(reference, [one], actor=actor, now=NOW))
                except BaseException as error:  # noqa: BLE001 - shown below
                    failed.append(error)

        threads = [threading.Thread(target=work, args=each) for each in wanted]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        db.session.rollback()
        recipients = list(db.session.scalars(select(OutboxMessage.recipient)))
        db.session.remove()
        db.engine.dispose()
    assert failed == []
    assert len(recipients) == 1
