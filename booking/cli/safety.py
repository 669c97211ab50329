"""What is unsafe in this installation: its key, its files, its accounts, its proxies and its libraries.

What is a fault where others can reach the service is a note on a machine of one's own.
"""

import re
import stat
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from booking.accounts import passwords
from booking.accounts.demo import ACCOUNTS, PASSWORD
from booking.accounts.models import User
from booking.cli.finding import Finding, is_public
from booking.extensions import db
from config import ROOT, Settings

FEWEST_DIFFERENT_LETTERS: Final = 8
_TELLING: Final = re.compile(r"secret|change.?me|example|password|salasana|0123456|abcdef", re.IGNORECASE)
_PINNED: Final = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")
_MOST_ADMINISTRATORS: Final = 20  # whose passwords are tried; each takes a tenth of a second


def examine_settings(settings: Settings, *, debug: bool = False) -> Iterator[Finding]:
    """Look at what was chosen: the key, the address, the proxies, the mail's sender, the log."""
    public = is_public(settings.base_url)
    yield from _key(settings, public=public)
    if public and not settings.base_url.startswith("https:"):
        yield Finding("BASE_URL", f"{settings.base_url} is not encrypted; passwords can be read", fault=True)
    else:
        yield Finding("BASE_URL", settings.base_url)
    yield from _proxies(settings, public=public)
    if public and settings.mail_from.endswith("@localhost"):
        text = f"{settings.mail_from} reaches nobody; set an address that somebody reads"
        yield Finding("MAIL_FROM", text, fault=True)
    if debug:
        text = "is on: whoever meets an error may run code here; unset FLASK_DEBUG"
        yield Finding("debugging", text, fault=public, note=True)
    if public and settings.log_level == "DEBUG":
        yield Finding("LOG_LEVEL", "DEBUG writes more into the log than anybody should keep", note=True)
    if public and not settings.controller:
        text = "is not set: the privacy notice cannot say who answers for people's data"
        yield Finding("CONTROLLER", text, note=True)


def _key(settings: Settings, *, public: bool) -> Iterator[Finding]:
    key = settings.secret_key
    if len(set(key)) < FEWEST_DIFFERENT_LETTERS or _TELLING.search(key):
        yield Finding("SECRET_KEY", "is easy to guess; make one with secrets.token_hex(32)", fault=True)
        return
    kept = settings.instance_dir / "secret_key"
    if public and not settings.demo and kept.is_file() and kept.read_text(encoding="ascii").strip() == key:
        text = f"is the demonstration's ({kept}): links signed there are good here; set another"
        yield Finding("SECRET_KEY", text, fault=True)
        return
    yield Finding("SECRET_KEY", "is set")


def _proxies(settings: Settings, *, public: bool) -> Iterator[Finding]:
    if settings.trusted_proxies and not public:
        text = f"{settings.trusted_proxies}, but BASE_URL is this machine's own: whoever asks directly"
        yield Finding("TRUSTED_PROXIES", f"{text} may pretend to be any address; set it to 0", fault=True)
    elif public and not settings.trusted_proxies and settings.base_url.startswith("https:"):
        text = "0, but something before this service does the encryption: everybody seems to come from one"
        yield Finding("TRUSTED_PROXIES", f"{text} address and is throttled together", note=True)


def examine_files(settings: Settings) -> Iterator[Finding]:
    """Look whether other accounts of this machine can read the data, the key or the mail."""
    public = is_public(settings.base_url)
    url = make_url(settings.database_url)
    database = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    looked_at = {
        "instance folder": settings.instance_dir,
        "secret key file": settings.instance_dir / "secret_key",
        "mail folder": settings.mail_dir,
        "database file": database,
    }
    exposed = False
    for subject, path in looked_at.items():
        if path is not None and path.exists() and is_open_to_others(path):
            exposed = True
            mode = "700" if path.is_dir() else "600"
            text = f"{path} can be read by every account of this machine: chmod {mode} {path}"
            yield Finding(subject, text, fault=public, note=True)
    if not exposed:
        yield Finding("files", "data, key and mail are out of reach for other accounts of this machine")


def is_open_to_others(path: Path) -> bool:
    """Say whether an account that is neither the owner nor in the group can read a file or list a folder."""
    path = path.resolve()
    reachable = all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents)
    return bool(reachable and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))


def examine_accounts(settings: Settings) -> Iterator[Finding]:
    """Look for accounts that strangers can get into. Needs the database."""
    public = is_public(settings.base_url)
    addresses = [account.email for account in ACCOUNTS]
    accounts = db.session.scalar(
        select(func.count()).select_from(User).where(User.email.in_(addresses), User.closed_at.is_(None))
    )
    if settings.demo:
        yield Finding("DEMO", "is on: anybody may read the mail and sign in", fault=public, note=True)
    elif accounts:
        accounts_exist = "account exists" if accounts == 1 else "accounts exist"
        text = f"{accounts} demonstration {accounts_exist}, whose password everyone knows"
        yield Finding("DEMO", text, fault=public, note=True)
    yield from _administrators(public=public)


def _administrators(*, public: bool) -> Iterator[Finding]:
    administrators = db.session.scalars(
        select(User).where(User.is_admin, User.closed_at.is_(None)).order_by(User.id)
    ).all()
    lacking = sum(user.second_factor_at is None for user in administrators)
    if not lacking:
        yield Finding("second factor", "every administrator has one")
    elif public:
        lack = "administrator lacks" if lacking == 1 else "administrators lack"
        text = f"{lacking} {lack} one and is asked to set it up when signing in"
        yield Finding("second factor", text, note=True)
    demo = {account.email for account in ACCOUNTS}
    others = [user for user in administrators if user.email not in demo][:_MOST_ADMINISTRATORS]
    known = sum(passwords.verify_password(user.password_hash, PASSWORD) for user in others)
    if known:
        sign = "signs" if known == 1 else "sign"
        text = f"{known} {sign} in with the demonstration's password, which everyone knows"
        yield Finding("administrators", text, fault=True)


def examine_libraries(requirements: Path = ROOT / "requirements.txt") -> Iterator[Finding]:
    """Look whether the libraries here are those that were chosen, each pinned by the hash of its files."""
    try:
        text = requirements.read_text(encoding="utf-8")
    except OSError as error:
        yield Finding("libraries", f"{requirements.name}: {error.strerror}", fault=True)
        return
    pins, unhashed = pins_of(text)
    if unhashed:
        yield Finding(
            "libraries' hashes", f"missing in {requirements.name}: {', '.join(unhashed)}", fault=True
        )
    wrong = [
        f"{name} {here or 'none'} instead of {pin}" for name, pin in pins if (here := _here(name)) != pin
    ]
    if wrong:
        text = (
            f"not those of {requirements.name}: {', '.join(wrong)}; run: pip install -r {requirements.name}"
        )
        yield Finding("libraries", text, fault=True)
    elif not unhashed:
        yield Finding("libraries", f"all {len(pins)} are those of {requirements.name}")


def pins_of(requirements: str) -> tuple[list[tuple[str, str]], list[str]]:
    """Return the (name, version) of each pin, and the lines that lack a version or a hash."""
    pins, unhashed = [], []
    lines = [line for line in requirements.splitlines() if not line.lstrip().startswith("#")]
    for entry in "\n".join(lines).replace("\\\n", " ").splitlines():
        found = _PINNED.match(entry.strip())
        if found:
            pins.append((found["name"], found["version"]))
        if entry.strip() and (not found or "--hash=sha256:" not in entry):
            unhashed.append(entry.split()[0])
    return pins, unhashed


def _here(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
