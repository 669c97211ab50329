"""Doors are walked through on SQLite alone: who is let through is no matter of the database."""

import pytest


@pytest.fixture(scope="session", params=("sqlite",))
def backend(request: pytest.FixtureRequest) -> str:
    """One database for every walk; what services ask for is tested on both where they are."""
    return str(request.param)
