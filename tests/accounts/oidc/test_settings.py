"""What the environment says of another service to sign in by."""

from pathlib import Path

import pytest

from config import ConfigurationError, Settings

GIVEN = {
    "OIDC_ISSUER": "https://login.example.fi/town",
    "OIDC_CLIENT_ID": "tilavaraus",
    "OIDC_CLIENT_SECRET": "hidden",
}


def read(tmp_path: Path, **changes: str) -> Settings:
    environment = {"INSTANCE_DIR": str(tmp_path), "SECRET_KEY": "k" * 32}
    return Settings.from_environment(environment | changes)


def test_without_them_there_is_none(tmp_path: Path) -> None:
    assert read(tmp_path).oidc_issuer == ""


def test_the_service_is_called_by_its_host_unless_it_has_a_name(tmp_path: Path) -> None:
    assert read(tmp_path, **GIVEN).oidc_name == "login.example.fi"
    assert read(tmp_path, **GIVEN, OIDC_NAME="Kaupungin tunnus").oidc_name == "Kaupungin tunnus"


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:8080", "http://localhost:8080/realm"])
def test_on_this_machine_it_may_be_unencrypted(tmp_path: Path, issuer: str) -> None:
    assert read(tmp_path, **GIVEN | {"OIDC_ISSUER": issuer}).oidc_issuer == issuer


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"OIDC_CLIENT_SECRET": ""}, "OIDC_CLIENT_SECRET"),
        ({"OIDC_ISSUER": ""}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "http://login.example.fi"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "login.example.fi"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://login.example.fi/?x=1"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://login.example.fi/#x"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": "https://[login"}, "OIDC_ISSUER"),
        ({"OIDC_ISSUER": f"https://login.example.fi/{'x' * 300}"}, "OIDC_ISSUER"),
    ],
)
def test_a_bad_value_is_one_clear_line(tmp_path: Path, changes: dict[str, str], named: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        read(tmp_path, **GIVEN | changes)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)
    assert "hidden" not in str(refused.value)
