"""One code, brought by many at one moment: it opens one door."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from booking.accounts.factors import service, totp
from booking.app import create_app
from booking.db import in_transaction
from booking.extensions import db
from tests.factories.users import make_user
from tests.support.settings import settings_for

NOW = datetime(2027, 1, 12, 16, tzinfo=UTC)


def test_of_many_who_bring_one_code_at_one_moment_one_is_let_in(
    backend: str, fresh_database: Any, tmp_path: Path
) -> None:
    app = create_app(settings_for(fresh_database(backend), tmp_path))
    secret, before = totp.new_secret(), NOW - timedelta(hours=1)

    def set_up() -> tuple[int, list[str]]:
        user = make_user()
        first = totp.code_at(secret, totp.step_at(before))
        return user.id, service.turn_on(user.id, secret, first, renewing=False, now=before)

    with app.app_context():
        user_id, codes = in_transaction(set_up)

    def bring(code: str) -> bool:
        with app.app_context():
            try:
                # straight to the code: five tries at one moment are all that the throttle lets through
                in_transaction(lambda: service.use_code(user_id, code, now=NOW))
            except service.WrongCode:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        by_app = list(threads.map(bring, [totp.code_at(secret, totp.step_at(NOW))] * 16))
        by_recovery = list(threads.map(bring, [codes[0]] * 16))
    with app.app_context():
        db.engine.dispose()
    assert by_app.count(True) == 1
    assert by_recovery.count(True) == 1
