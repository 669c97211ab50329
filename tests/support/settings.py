"""The settings tests run with."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from config import ROOT, Settings

__all__ = ["ROOT", "SECRET_KEY", "settings_for"]

SECRET_KEY = "a key that only tests use, long enough"


def settings_for(database_url: str, instance_dir: Path, **changes: Any) -> Settings:
    """Return settings for a database: Finnish, mail into `instance_dir`/mail, not a demo; `changes` win."""
    settings = Settings(
        database_url=database_url,
        secret_key=SECRET_KEY,
        base_url="http://localhost",
        instance_dir=instance_dir,
        default_language="fi",
        log_level="WARNING",
    )
    return replace(settings, **changes)
