"""An administrator, or the operator, takes away a second factor that its person has lost."""

from datetime import UTC, datetime
from typing import Any

import pytest

from booking.accounts.factors import service, totp
from booking.accounts.factors.models import FactorReset, RecoveryCode, SecondFactor
from booking.accounts.models import User
from booking.audit.service import history
from booking.errors import Forbidden
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from tests.factories.users import acting, make_user, sign_in
from tests.support.statements import statements

NOW = datetime(2027, 1, 12, 16, tzinfo=UTC)
REASON = "Puhelin putosi koskeen"


def with_factor(**changes: Any) -> User:
    user, secret = make_user(**changes), totp.new_secret()
    service.turn_on(user.id, secret, totp.code_at(secret, totp.step_at(NOW)), renewing=False, now=NOW)
    return user


def address(user: User) -> str:
    return f"/admin/users/{user.id}/second-factor"


def test_with_a_reason_it_is_taken_away_recorded_and_told(client: Any, new_client: Any) -> None:
    user, admin = with_factor(), make_user(is_admin=True)
    theirs = new_client()
    sign_in(theirs, user)
    sign_in(client, admin)
    assert theirs.get("/calendars").status_code == 200
    assert address(user) in client.get("/admin/users").get_data(as_text=True)
    client.get(address(user))
    assert client.submit({"reason": " "}, having="reason").status_code == 422
    assert user.second_factor_at is not None
    answer = client.submit({"reason": REASON}, having="reason")
    assert "on poistettu" in client.follow(answer).get_data(as_text=True)
    assert user.second_factor_at is None
    assert theirs.get("/calendars").status_code == 303  # to signing in
    assert db.session.query(SecondFactor).count() == db.session.query(RecoveryCode).count() == 0
    kept = db.session.query(FactorReset).one()
    entry = history("user", user.id)[-1]
    assert (entry.action, entry.actor_id, entry.details) == (
        "reset_second_factor",
        admin.id,
        {"reset": kept.id},
    )
    (mail,) = db.session.query(OutboxMessage).filter_by(kind="second_factor_reset")
    assert mail.recipient == user.email
    assert REASON in mail.body
    assert client.get(address(user)).status_code == 404


def test_one_s_own_is_not_taken_away_like_this(client: Any) -> None:
    admin = with_factor(is_admin=False)
    admin.is_admin = True
    sign_in(client, admin)
    client.get(address(admin))
    assert client.submit({"reason": REASON}, having="reason").status_code == 403
    assert admin.second_factor_at is not None


def test_nobody_but_an_administrator_does_it(session: Any) -> None:
    user = with_factor()
    with pytest.raises(Forbidden):
        service.reset(user.id, REASON, actor=acting(make_user()), now=NOW)


def test_the_list_of_accounts_asks_as_much_for_many(client: Any) -> None:
    sign_in(client, make_user(is_admin=True))
    client.get("/admin/users")  # the first look of a day is put on record
    sent = []
    for _ in range(2):
        with_factor()
        with statements() as seen:
            client.get("/admin/users")
        sent.append(len(seen))
    assert sent[0] == sent[1]


def test_the_operator_does_it_for_the_last_administrator(app: Any, session: Any) -> None:
    admin = with_factor(is_admin=False)
    admin.is_admin = True
    session.commit()
    run = app.test_cli_runner()
    done = run.invoke(args=["users", "reset-second-factor", admin.email])
    assert (done.exit_code, "told so by mail" in done.output) == (0, True)
    session.expire_all()
    assert admin.second_factor_at is None
    again = run.invoke(args=["users", "reset-second-factor", admin.email])
    assert (again.exit_code, "has no second factor" in again.output) == (1, True)
