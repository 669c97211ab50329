"""Settings, typed, from the environment. A bad value stops the start with one clear line."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent
LANGUAGES = ("fi", "sv", "en")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SHORTEST_SECRET = 32  # characters
LONGEST_ISSUER = 300  # characters
_OIDC = ("issuer", "client_id", "client_secret", "name")


class ConfigurationError(Exception):
    """A setting that cannot be used; its text is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may choose. Names follow the environment variables, in lower case."""

    database_url: str
    secret_key: str
    base_url: str
    instance_dir: Path = ROOT / "instance"
    mail_url: str = ""
    mail_from: str = "tilavaraus@localhost"
    default_language: str = "fi"
    timezone: str = "Europe/Helsinki"
    port: int = 8000
    demo: bool = False
    trusted_proxies: int = 0
    log_level: str = "INFO"
    outside_networks: tuple[str, ...] = ()
    controller: str = ""
    controller_contact: str = ""
    backup_days: int = 90
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    oidc_name: str = ""

    @property
    def host(self) -> str:
        """The host name people reach the service by: the right side of every calendar UID."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def mail_dir(self) -> Path:
        """Where mail is written when no mail server is set."""
        return self.instance_dir / "mail"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from `environment` (the process's own by default).

        Raises ConfigurationError with one line that names the variable and what it should be.
        """
        env = os.environ if environment is None else environment
        instance_dir = Path(env.get("INSTANCE_DIR") or ROOT / "instance").resolve()
        demo = _flag(env, "DEMO")
        port = _number(env, "PORT", 8000, 1, 65535)
        return cls(
            database_url=_database_url(env, instance_dir),
            secret_key=_secret_key(env, instance_dir, demo),
            base_url=_base_url(env, port),
            instance_dir=instance_dir,
            mail_url=_mail_url(env),
            mail_from=env.get("MAIL_FROM") or "tilavaraus@localhost",
            default_language=_choice(env, "DEFAULT_LANGUAGE", "fi", LANGUAGES),
            timezone=_timezone(env),
            port=port,
            demo=demo,
            trusted_proxies=_number(env, "TRUSTED_PROXIES", 0, 0, 10),
            log_level=_choice(env, "LOG_LEVEL", "INFO", LOG_LEVELS),
            outside_networks=_networks(env, "OUTSIDE_NETWORKS"),
            controller=env.get("CONTROLLER", "").strip(),
            controller_contact=env.get("CONTROLLER_CONTACT", "").strip(),
            backup_days=_number(env, "BACKUP_DAYS", 90, 2, 3650),
            **_oidc(env),
        )


def make_instance_dir(path: Path) -> None:
    """Make the folder of data, key and mail, for this account's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)


def _flag(env: Mapping[str, str], name: str) -> bool:
    return _choice(env, name, "0", ("0", "1")) == "1"


def _choice(env: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = env.get(name) or default
    if value not in allowed:
        raise ConfigurationError(f"{name} is {value!r}; it must be one of {', '.join(allowed)}")
    return value


def _number(env: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    text = env.get(name) or str(default)
    if not text.isdecimal() or not least <= int(text) <= most:
        raise ConfigurationError(f"{name} is {text!r}; it must be a whole number from {least} to {most}")
    return int(text)


def _networks(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    networks = []
    for text in filter(None, (part.strip() for part in env.get(name, "").split(","))):
        try:
            networks.append(str(ip_network(text)))
        except ValueError:
            raise ConfigurationError(
                f"{name} has {text!r}; it must be networks like 10.20.0.0/16, separated by commas"
            ) from None
    return tuple(networks)


def _oidc(env: Mapping[str, str]) -> dict[str, str]:
    """Return the settings of another service to sign in by, none of which is set where there is none."""
    given = {f"oidc_{name}": env.get(f"OIDC_{name.upper()}", "").strip() for name in _OIDC}
    issuer, name = given["oidc_issuer"], given["oidc_name"]
    if not any(given.values()):
        return given
    lacking = [
        each.upper() for each in ("oidc_issuer", "oidc_client_id", "oidc_client_secret") if not given[each]
    ]
    if lacking:
        raise ConfigurationError(f"{' and '.join(lacking)} must be set too to sign in by another service")
    if len(issuer) > LONGEST_ISSUER or not _is_issuer(issuer):
        raise ConfigurationError(
            f"OIDC_ISSUER is {issuer[:LONGEST_ISSUER]!r}; it must be an address like https://login.example.fi"
        )
    return given | {"oidc_name": name or str(urlsplit(issuer).hostname)}


def _is_issuer(text: str) -> bool:
    """Say whether an address is one to trust: encrypted, or on this machine."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    here = parts.hostname in ("localhost", "127.0.0.1", "::1")
    return bool(
        parts.hostname and (parts.scheme == "https" or (here and parts.scheme == "http"))
    ) and not any(sign in text for sign in "?#")


def _database_url(env: Mapping[str, str], instance_dir: Path) -> str:
    text = env.get("DATABASE_URL") or f"sqlite:///{instance_dir / 'booking.sqlite'}"
    try:
        url = make_url(text)
    except ArgumentError:
        raise ConfigurationError(
            "DATABASE_URL is not a database address like postgresql://user@host/name"
        ) from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        raise ConfigurationError("DATABASE_URL must name a SQLite file or a PostgreSQL database")
    return text


def _secret_key(env: Mapping[str, str], instance_dir: Path, demo: bool) -> str:
    given = env.get("SECRET_KEY", "")
    if given:
        if len(given) < SHORTEST_SECRET:
            raise ConfigurationError(f"SECRET_KEY must have at least {SHORTEST_SECRET} characters")
        return given
    kept = instance_dir / "secret_key"
    # the operator's commands work beside a demonstration that has been started once
    if not demo and not kept.exists():
        raise ConfigurationError(
            "SECRET_KEY is not set; make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        )
    if not kept.exists():
        make_instance_dir(instance_dir)
        try:
            with open(
                os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii"
            ) as file:
                file.write(secrets.token_hex(32))
        except FileExistsError:  # another process of the same start was first
            pass
    return kept.read_text(encoding="ascii").strip()


def _base_url(env: Mapping[str, str], port: int) -> str:
    text = (env.get("BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"BASE_URL is {text!r}; it must be an address like https://tilat.example.fi")
    return text


def _mail_url(env: Mapping[str, str]) -> str:
    text = env.get("MAIL_URL", "")
    if text:
        try:
            parts = urlsplit(text)
            usable = parts.scheme in ("smtp", "smtps") and parts.hostname and parts.port != 0
        except ValueError:  # a port that is no number
            usable = False
        if not usable:
            raise ConfigurationError(
                "MAIL_URL must be an address like smtp://user:password@mail.example.fi:587"
            )
    return text


def _timezone(env: Mapping[str, str]) -> str:
    name = env.get("TIMEZONE") or "Europe/Helsinki"
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigurationError(f"TIMEZONE is {name!r}; it must be a name like Europe/Helsinki") from None
    return name
