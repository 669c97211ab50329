"""The demonstration's data, loaded as an operator does it."""

from pathlib import Path

from tests.support.server import environment_for, run_flask


def load_demo(database_url: str, folder: Path) -> None:
    """Load the demonstration into an empty, migrated database."""
    folder.mkdir(parents=True, exist_ok=True)
    run_flask(environment_for(database_url, folder, "http://127.0.0.1", DEMO="1"), "demo", "load")
