"""`doctor` says what is unsafe here: a fault where others reach the service, else a note."""

import re
import smtplib
import ssl
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from booking.accounts.demo import PASSWORD
from booking.app import create_app
from booking.cli.finding import Finding, is_public
from booking.cli.safety import (
    examine_accounts,
    examine_files,
    examine_libraries,
    examine_settings,
    is_open_to_others,
    pins_of,
)
from booking.outbox.post_office import MailServer, open_post_office
from config import ROOT, Settings
from tests.factories.users import make_user
from tests.support.settings import SECRET_KEY, settings_for

TOWN = "https://tilat.imatra.example"
HOME = "http://127.0.0.1:8000"


def faults(found: Iterator[Finding]) -> dict[str, str]:
    return {each.subject: each.text for each in found if each.fault}


def notes(found: Iterator[Finding]) -> dict[str, str]:
    return {each.subject: each.text for each in found if each.note and not each.fault}


@pytest.fixture
def chosen(tmp_path: Path) -> Callable[..., Settings]:
    """`chosen(…)`: settings of a sound public installation, with changes."""

    def make(**changes: Any) -> Settings:
        sound: dict[str, Any] = {"base_url": TOWN, "mail_from": "tilat@imatra.example", "trusted_proxies": 1}
        sound["controller"] = "Imatran kaupunki"
        settings = settings_for(f"sqlite:///{tmp_path / 'booking.sqlite'}", tmp_path)
        return replace(settings, **(sound | changes))

    return make


@pytest.fixture
def anybodys() -> Iterator[Path]:
    """A folder that every account of this machine may go through (pytest's own are closed)."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_a_sound_public_installation_has_nothing_to_complain_of(chosen: Callable[..., Settings]) -> None:
    found = list(examine_settings(chosen()))
    assert [each for each in found if each.fault or each.note] == []


@pytest.mark.parametrize(
    "key", ["a" * 40, "abababab" * 8, "my-very-secret-key-of-the-town-2027", "change-me" * 5]
)
def test_a_key_that_can_be_guessed_is_a_fault_anywhere(chosen: Callable[..., Settings], key: str) -> None:
    assert "easy to guess" in faults(examine_settings(chosen(secret_key=key)))["SECRET_KEY"]
    assert "SECRET_KEY" in faults(examine_settings(chosen(secret_key=key, base_url=HOME, trusted_proxies=0)))


def test_the_demonstration_s_key_is_not_for_the_public(
    chosen: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "secret_key").write_text(f"{SECRET_KEY}\n")
    assert "is the demonstration's" in faults(examine_settings(chosen()))["SECRET_KEY"]
    assert "SECRET_KEY" not in faults(
        examine_settings(chosen(secret_key="another key that is long enough, 7"))
    )
    assert "SECRET_KEY" not in faults(examine_settings(chosen(base_url=HOME, trusted_proxies=0)))


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"base_url": "http://tilat.imatra.example"}, "BASE_URL"),
        ({"mail_from": "tilavaraus@localhost"}, "MAIL_FROM"),
        ({"base_url": HOME, "trusted_proxies": 1}, "TRUSTED_PROXIES"),
    ],
)
def test_a_choice_that_lets_strangers_in_is_a_fault(
    chosen: Callable[..., Settings], changes: dict[str, Any], subject: str
) -> None:
    assert set(faults(examine_settings(chosen(**changes)))) == {subject}


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({"trusted_proxies": 0}, "TRUSTED_PROXIES"),
        ({"log_level": "DEBUG"}, "LOG_LEVEL"),
        ({"controller": ""}, "CONTROLLER"),
    ],
)
def test_a_choice_that_is_unwise_is_noted(
    chosen: Callable[..., Settings], changes: dict[str, Any], subject: str
) -> None:
    assert set(notes(examine_settings(chosen(**changes)))) == {subject}
    assert faults(examine_settings(chosen(**changes))) == {}


def test_debugging_is_a_fault_where_others_reach_it(
    chosen: Callable[..., Settings],
) -> None:
    assert set(faults(examine_settings(chosen(), debug=True))) == {"debugging"}
    assert "debugging" in notes(examine_settings(chosen(base_url=HOME, trusted_proxies=0), debug=True))


@pytest.mark.parametrize(
    ("name", "subject", "closed"),
    [
        ("secret_key", "secret key file", 0o600),
        ("booking.sqlite", "database file", 0o600),
        ("mail", "mail folder", 0o700),
        ("", "instance folder", 0o700),
    ],
)
def test_what_every_account_of_the_machine_can_read_is_told(
    chosen: Callable[..., Settings], anybodys: Path, name: str, subject: str, closed: int
) -> None:
    instance = anybodys / "instance"
    (instance / "mail").mkdir(parents=True)
    for file in ("secret_key", "booking.sqlite"):
        (instance / file).write_text("x")
    for each in (instance, instance / "mail", instance / "secret_key", instance / "booking.sqlite"):
        each.chmod(0o711 if each.is_dir() else 0o600)
    changes = {"instance_dir": instance, "database_url": f"sqlite:///{instance / 'booking.sqlite'}"}
    assert faults(examine_files(chosen(**changes))) == {}

    (instance / name).chmod(0o755 if closed == 0o700 else 0o644)
    found = faults(examine_files(chosen(**changes)))
    assert set(found) == {subject}
    assert f"chmod {closed:o} {instance / name}" in found[subject]
    at_home = list(examine_files(chosen(**changes, base_url=HOME)))
    assert (set(notes(iter(at_home))), faults(iter(at_home))) == ({subject}, {})

    (instance / name).chmod(closed)
    assert faults(examine_files(chosen(**changes))) == {}


def test_a_folder_that_nobody_may_go_through_keeps_what_lies_in_it(tmp_path: Path) -> None:
    inner = tmp_path / "closed" / "open.txt"
    inner.parent.mkdir(mode=0o700)
    inner.write_text("x")
    inner.chmod(0o644)
    assert not is_open_to_others(inner)


def test_what_the_service_makes_itself_is_closed(databases: Any, tmp_path: Path) -> None:
    url, instance = databases.empty("sqlite"), tmp_path / "new" / "instance"
    settings = settings_for(url, instance)
    create_app(settings)
    open_post_office(settings).check()
    assert {path: path.stat().st_mode & 0o777 for path in (instance, settings.mail_dir)} == {
        instance: 0o700,
        settings.mail_dir: 0o700,
    }
    databases.drop(url)


def test_administrators_without_a_second_factor_are_told(
    session: Any, chosen: Callable[..., Settings]
) -> None:
    make_user(is_admin=True)
    assert notes(examine_accounts(chosen())) == {}
    make_user(is_admin=True, second_factor_at=None)
    make_user(is_admin=True, second_factor_at=None, closed_at=make_user().created_at)
    assert "1 administrator lacks one" in notes(examine_accounts(chosen()))["second factor"]
    make_user(is_admin=True, second_factor_at=None)
    assert "2 administrators lack one" in notes(examine_accounts(chosen()))["second factor"]
    assert notes(examine_accounts(chosen(base_url=HOME))) == {}


def test_an_administrator_with_the_password_of_the_demonstration_is_a_fault_anywhere(
    session: Any, chosen: Callable[..., Settings]
) -> None:
    make_user(is_admin=True, password="something else entirely")
    assert faults(examine_accounts(chosen(base_url=HOME))) == {}
    make_user(is_admin=True, password=PASSWORD)
    assert (
        "1 signs in with the demonstration's password"
        in faults(examine_accounts(chosen(base_url=HOME)))["administrators"]
    )


def test_accounts_of_the_demonstration_are_not_for_the_public(
    session: Any, chosen: Callable[..., Settings]
) -> None:
    make_user(email="varaaja@demo.example")
    assert "1 demonstration account exists" in faults(examine_accounts(chosen()))["DEMO"]
    assert "DEMO" in notes(examine_accounts(chosen(base_url=HOME)))
    assert "DEMO" in faults(examine_accounts(chosen(demo=True)))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_library_is_pinned_with_hashes_and_is_here_as_pinned(name: str) -> None:
    pins, unhashed = pins_of((ROOT / name).read_text())
    assert unhashed == []
    assert len(pins) > 40
    assert faults(examine_libraries(ROOT / name)) == {}


def test_every_library_that_was_asked_for_is_pinned() -> None:
    for stem in ("requirements", "requirements-dev"):
        asked = {
            re.split(r"[^\w.-]", line)[0].lower()
            for line in (ROOT / f"{stem}.in").read_text().splitlines()
            if line.strip() and not line.startswith(("#", "-"))
        }
        pinned = {pin.lower() for pin, _ in pins_of((ROOT / f"{stem}.txt").read_text())[0]}
        assert asked <= pinned


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("flask==3.1.3", "missing in requirements.txt: flask==3.1.3"),
        ("flask", "missing in requirements.txt: flask"),
        ("flask>=3 --hash=sha256:00", "missing in requirements.txt: flask>=3"),
        ("flask==0.1 --hash=sha256:00", "instead of 0.1"),
        ("no-such-library==1.0 \\\n    --hash=sha256:00", "no-such-library none instead of 1.0"),
    ],
)
def test_a_library_that_is_not_as_pinned_is_a_fault(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(f"# comment\n{line}\n    # via somebody\n")
    assert any(said in text for text in faults(examine_libraries(file)).values())
    assert faults(examine_libraries(tmp_path / "none.txt"))["libraries"].startswith("none.txt: ")


@pytest.mark.parametrize(
    ("url", "encrypted", "readable"),
    [
        ("smtp://mail.imatra.example", False, True),
        ("smtp://mail.imatra.example", True, False),
        ("smtp://localhost", False, False),
    ],
)
def test_a_mail_server_without_encryption_on_another_machine_is_known(
    monkeypatch: pytest.MonkeyPatch, url: str, encrypted: bool, readable: bool
) -> None:
    class Server(smtplib.SMTP):
        """Answers without a network; `starttls` is all it can do."""

        def connect(self, *arguments: Any, **more: Any) -> tuple[int, bytes]:
            return 220, b"ready"

        def ehlo_or_helo_if_needed(self) -> None:
            self.esmtp_features = {"starttls": ""} if encrypted else {}

        def has_extn(self, opt: str) -> bool:
            return opt in self.esmtp_features

        def starttls(self, **more: Any) -> tuple[int, bytes]:
            self.sock = ssl.SSLSocket.__new__(ssl.SSLSocket)
            return 220, b"go"

        def ehlo(self, name: str = "") -> tuple[int, bytes]:
            return 250, b"ok"

        def close(self) -> None:
            self.sock = None

        def quit(self) -> tuple[int, bytes]:
            return 221, b"bye"

    monkeypatch.setattr(smtplib, "SMTP", Server)
    office = MailServer(url, "tilat@imatra.example")
    office.check()
    assert office.is_readable_on_the_way is readable


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (TOWN, True),
        ("http://192.168.1.5:8000", True),
        (HOME, False),
        ("http://localhost:8000", False),
        ("http://[::1]:8000", False),
    ],
)
def test_an_address_that_others_reach_is_public(address: str, public: bool) -> None:
    assert is_public(address) is public
