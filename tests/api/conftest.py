"""The clients of the API's tests."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis

from booking.accounts.api_tokens import create_api_token
from booking.accounts.models import User
from booking.api.docs import document
from tests.api.calls import Api
from tests.factories.reservations import NOW
from tests.support.client import PageClient


@pytest.fixture
def api(client: PageClient, app: Any, frozen: Callable[..., None], session: Any) -> Callable[..., Api]:
    """`api()` is a visitor's, `api(user)` that of a person with a token. The clock stands at NOW."""
    frozen(NOW)
    contract = schemathesis.openapi.from_dict(document(app))

    def connect(user: User | None = None) -> Api:
        return Api(client, contract, create_api_token(user, "testi", now=NOW) if user else None)

    return connect
