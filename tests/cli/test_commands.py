"""The operator's commands, as an operator meets them."""

import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import text

from booking.access.scopes import ALL_SCOPES, TokenScope
from booking.accounts.api_tokens import holder_of
from booking.accounts.models import User
from booking.accounts.passwords import verify_password
from booking.accounts.service import user_with_email
from booking.app import create_app
from booking.clock import now
from booking.extensions import db
from booking.rooms.models import Room
from tests.outbox.mailbox import closed_port
from tests.support.settings import settings_for

SHEET = "slug,name_fi,kind,venue,capacity\ntupa,Tupa,village,Tupa,30\n"


@pytest.fixture
def real(backend: str, fresh_database: Callable[[str], str], tmp_path: Path) -> Iterator[Flask]:
    """An application on a database of its own, where commands commit."""
    app = create_app(settings_for(fresh_database(backend), tmp_path / "instance"))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def run(app: Flask, *arguments: str, **options: Any) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), **options)


def create_user(
    app: Flask, email: str = "uusi@demo.example", *more: str, password: str = "hyva-salasana"
) -> Result:
    return run(
        app, "users", "create", email, "--name", "Uusi", "--password-stdin", *more, input=f"{password}\n"
    )


def test_a_user_can_sign_in_with_the_password_from_standard_input(real: Flask) -> None:
    assert create_user(real, "Uusi@Demo.Example", "--admin").exit_code == 0
    with real.app_context():
        user = user_with_email("uusi@demo.example")
        assert user is not None
        assert user.is_admin
        assert user.is_active
        assert verify_password(user.password_hash, "hyva-salasana")


def test_a_password_is_asked_twice_and_not_shown(real: Flask) -> None:
    answer = run(
        real,
        "users",
        "create",
        "uusi@demo.example",
        "--name",
        "Uusi",
        input="hyva-salasana\nhyva-salasana\n",
    )
    assert answer.exit_code == 0, answer.output
    assert "hyva-salasana" not in answer.output


@pytest.mark.parametrize(
    ("email", "password", "said"),
    [
        ("ei osoite", "hyva-salasana", "is not an e-mail address"),
        ("uusi@demo.example", "lyhyt", "A password has 10 to 200 characters"),
    ],
)
def test_what_cannot_be_an_account_is_said_in_one_line(
    real: Flask, email: str, password: str, said: str
) -> None:
    answer = create_user(real, email, password=password)
    assert answer.exit_code == 1
    assert said in answer.output
    assert "Traceback" not in answer.output
    with real.app_context():
        assert db.session.query(User).count() == 0


def test_an_address_has_one_account(real: Flask) -> None:
    create_user(real)
    answer = create_user(real, "UUSI@demo.example")
    assert answer.exit_code == 1
    assert "has an account already" in answer.output


def test_a_token_is_printed_once_and_opens_the_api(real: Flask) -> None:
    create_user(real)
    answer = run(real, "tokens", "create", "uusi@demo.example", "--name", "Sivut")
    assert answer.exit_code == 0
    with real.app_context():
        holder = holder_of(answer.stdout.strip(), now=now())
        assert holder is not None
        assert (holder.user.email, holder.scopes) == ("uusi@demo.example", ALL_SCOPES)
        assert holder_of(answer.stdout.strip(), now=now() + timedelta(days=366)) is None


def test_a_token_can_be_limited_in_what_it_does_and_how_long(real: Flask) -> None:
    create_user(real)
    answer = run(real, "tokens", "create", "uusi@demo.example", "--scope", "read", "--days", "2")
    assert answer.exit_code == 0
    with real.app_context():
        holder = holder_of(answer.stdout.strip(), now=now() + timedelta(days=1))
        assert holder is not None
        assert holder.scopes == {TokenScope.READ}
        assert holder_of(answer.stdout.strip(), now=now() + timedelta(days=3)) is None


def test_nobody_gets_a_token_for_an_unknown_address(real: Flask) -> None:
    answer = run(real, "tokens", "create", "kuka@demo.example")
    assert answer.exit_code == 1
    assert "Nobody has an account" in answer.output


def test_rooms_go_in_and_come_out(real: Flask, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(SHEET)
    assert (
        run(real, "rooms", "import", str(tmp_path / "in.csv")).output
        == "1 rooms made, 0 changed, 0 as they were.\n"
    )
    exported = run(real, "rooms", "export").stdout
    (tmp_path / "out.csv").write_text(exported)
    assert (
        run(real, "rooms", "import", str(tmp_path / "out.csv")).output
        == "0 rooms made, 0 changed, 1 as they were.\n"
    )


def test_a_dry_run_of_reservations_tells_its_times_and_the_import_makes_them(
    real: Flask, tmp_path: Path
) -> None:
    create_user(real)
    (tmp_path / "in.csv").write_text(SHEET)
    run(real, "rooms", "import", str(tmp_path / "in.csv"))
    with real.app_context():
        slug = db.session.query(Room).one().slug
    cells = f"{slug},2030-01-15,20:00,01:00,Tanssit,5,uusi@demo.example"
    (tmp_path / "dates.csv").write_text(f"room,date,start,end,title,people,booker\n{cells}\n")
    dry = run(real, "reservations", "import", "--dry-run", str(tmp_path / "dates.csv")).output
    assert f"line 2: {slug} 2030-01-15 20:00 - 2030-01-16 01:00, past midnight\n" in dry
    assert "1 reservations with 1 dates would be made, 0 dates as they were." in dry
    for said in ("1 reservations with 1 dates made", "line 2: start: is taken"):
        assert said in run(real, "reservations", "import", str(tmp_path / "dates.csv")).output


def test_a_faulty_sheet_is_refused_with_its_line(real: Flask, tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text(SHEET + "sali,Sali,hall,Talo,monta\n")
    answer = run(real, "rooms", "import", str(tmp_path / "in.csv"))
    assert answer.exit_code == 1
    assert "line 3: capacity: 'monta'" in answer.output
    with real.app_context():
        assert db.session.query(Room).count() == 0


def test_a_backup_holds_everything_and_is_for_the_operators_eyes_only(real: Flask, tmp_path: Path) -> None:
    create_user(real)
    target = tmp_path / "copy"
    answer = run(real, "backup", str(target))
    assert answer.exit_code == 0, answer.output
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    if real.config["SETTINGS"].database_url.startswith("sqlite"):
        with closing(sqlite3.connect(target)) as copy:
            assert copy.execute("SELECT email FROM users").fetchall() == [("uusi@demo.example",)]
    else:
        assert target.read_bytes().startswith(b"PGDMP")
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".")] == []


def test_a_backup_does_not_replace_a_file_unasked(real: Flask, tmp_path: Path) -> None:
    target = tmp_path / "copy"
    target.write_text("precious")
    answer = run(real, "backup", str(target))
    assert answer.exit_code == 1
    assert target.read_text() == "precious"
    assert run(real, "backup", str(target), "--overwrite").exit_code == 0
    assert target.read_bytes() != b"precious"


def test_without_pg_dump_the_backup_says_what_to_install(
    fresh_database: Callable[[str], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app(settings_for(fresh_database("postgresql"), tmp_path / "instance"))
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = run(app, "backup", str(tmp_path / "copy"))
    with app.app_context():
        db.engine.dispose()
    assert answer.exit_code == 1
    assert "pg_dump is not installed here" in answer.output
    assert not (tmp_path / "copy").exists()


def test_a_sound_installation_has_no_fault(real: Flask) -> None:
    answer = run(real, "doctor")
    assert answer.exit_code == 0, answer.output
    assert "refuses two uses of one space" in answer.output
    assert "FAULT" not in answer.output


def break_overlap(app: Flask) -> None:
    with app.app_context(), db.engine.connect().execution_options(writes=True) as connection:
        if db.engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER occupancy_no_overlap_update"))
        else:
            connection.execute(text("ALTER TABLE occupancy DROP CONSTRAINT ex_occupancy_no_overlap"))
        connection.commit()


def test_a_missing_constraint_is_a_fault(real: Flask) -> None:
    break_overlap(real)
    answer = run(real, "doctor")
    assert answer.exit_code == 1
    assert "FAULT  overlaps: a use can be moved onto another" in answer.output
    with real.app_context():
        assert db.session.execute(text("SELECT count(*) FROM occupancy")).scalar() == 0


def test_missing_migrations_are_a_fault(databases: Any, backend: str, tmp_path: Path) -> None:
    url = databases.empty(backend)
    app = create_app(settings_for(url, tmp_path))
    answer = run(app, "doctor")
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    databases.drop(url)
    assert answer.exit_code == 1
    assert "flask --app wsgi db upgrade" in answer.output


def test_a_database_that_is_gone_is_a_fault_and_no_traceback(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://nobody@{closed_port()}/none"
    answer = run(create_app(settings_for(url, tmp_path)), "doctor")
    assert answer.exit_code == 1
    assert "FAULT  database: cannot be reached" in answer.output
    assert "Traceback" not in answer.output


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"mail_url": "smtp://gone"}, "FAULT  mail: "),
        ({"base_url": "https://tilat.example"}, "FAULT  mail: is written to"),
        ({"mail_from": "Imatran tilat"}, "FAULT  MAIL_FROM: 'Imatran tilat' is no address"),
        ({"secret_key": "a" * 40}, "FAULT  SECRET_KEY: is easy to guess"),
        ({"base_url": "http://tilat.example"}, "FAULT  BASE_URL: http://tilat.example is not encrypted"),
        ({"base_url": "https://tilat.example", "demo": True}, "FAULT  DEMO: is on"),
    ],
)
def test_a_setting_that_must_not_be_is_a_fault(
    fresh_database: Callable[[str], str], tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    if changes.get("mail_url"):
        changes = {"mail_url": f"smtp://{closed_port()}"}
    app = create_app(settings_for(fresh_database("sqlite"), tmp_path, **changes))
    answer = run(app, "doctor")
    assert answer.exit_code == 1
    assert said in answer.output


def test_a_demonstration_on_this_machine_is_no_fault(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    app = create_app(settings_for(fresh_database("sqlite"), tmp_path, demo=True))
    answer = run(app, "doctor")
    assert answer.exit_code == 0
    assert "note   DEMO" in answer.output


def test_administrators_without_a_second_factor_are_named_where_others_can_reach_them(
    fresh_database: Callable[[str], str], tmp_path: Path
) -> None:
    url = fresh_database("sqlite")
    app = create_app(settings_for(url, tmp_path, base_url="https://tilat.example"))
    run(
        app,
        "users",
        "create",
        "yllapito@example.org",
        "--name",
        "Ylläpito",
        "--admin",
        "--password-stdin",
        input="pitkä lause muistaa\n",
    )
    answer = run(app, "doctor")
    assert "note   second factor: 1 administrator lacks one" in answer.output
    here = run(create_app(settings_for(url, tmp_path)), "doctor")
    assert "second factor" not in here.output
