"""Papers are drawn from one database: how a sheet looks is no matter of the database, and drawing is slow."""

import pytest


@pytest.fixture(scope="session", params=("sqlite",))
def backend(request: pytest.FixtureRequest) -> str:
    """One database for every sheet; what is read for them is tested on both in tests/desk/sheets."""
    return str(request.param)
