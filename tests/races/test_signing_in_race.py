"""Four processes let through together what one would: so many guesses, so many mails, a link once."""

import re
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import func, select

from booking import clock
from booking.accounts import links, throttle
from booking.accounts.models import UserSession
from booking.app import create_app
from booking.extensions import db
from booking.outbox.models import OutboxMessage
from tests.factories.users import make_user
from tests.support.settings import settings_for

CROWD = 16
EMAIL = "holder@example.org"
_TOKEN = re.compile(r'name="csrf_token"\s+value="([^"]+)"')


class Visitor:
    """A browser of its own, as far as a form needs one."""

    def __init__(self, base_url: str, page: str) -> None:
        self._address = urlsplit(base_url)
        self._connection = HTTPConnection(str(self._address.hostname), self._address.port, timeout=60)
        self._connection.request("GET", page)
        answer = self._connection.getresponse()
        self._cookie = str(answer.headers["Set-Cookie"]).split(";")[0]
        found = _TOKEN.search(answer.read().decode())
        assert found, page
        self._token = found[1]

    def post(self, page: str, values: dict[str, str], ready: threading.Barrier) -> int:
        """Send the form when everybody is ready; return the status."""
        ready.wait()
        headers = {"Cookie": self._cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self._connection.request("POST", page, urlencode(values | {"csrf_token": self._token}), headers)
        answer = self._connection.getresponse()
        answer.read()
        self._connection.close()
        return answer.status


def all_at_once(base_url: str, page: str, values: dict[str, str]) -> Counter[int]:
    """Have a crowd of strangers send the same form at the same moment; return how many got which status."""
    with ThreadPoolExecutor(CROWD) as threads:
        visitors = list(threads.map(lambda _: Visitor(base_url, page), range(CROWD)))
        ready = threading.Barrier(CROWD, timeout=60)
        return Counter(threads.map(lambda each: each.post(page, values, ready), visitors))


@pytest.fixture
def town(backend: str, fresh_database: Callable[[str], str], served: Any, tmp_path: Path) -> Any:
    """Four processes on a database in which somebody has an account, and an application beside them."""
    url = fresh_database(backend)
    app = create_app(settings_for(url, tmp_path))
    with app.app_context():
        make_user(email=EMAIL)
        db.session.commit()
        with served(backend, database_url=url) as server:
            yield server
        db.session.remove()
        db.engine.dispose()


def test_together_they_let_through_what_one_would(town: Any) -> None:
    guesses = all_at_once(town.base_url, "/login", {"email": EMAIL, "password": "arvaus vain"})
    assert guesses == {422: throttle.TRIES_ON_AN_ACCOUNT, 429: CROWD - throttle.TRIES_ON_AN_ACCOUNT}
    asked = all_at_once(town.base_url, "/login/link", {"email": EMAIL})
    assert asked == {303: throttle.TRIES_ON_AN_ACCOUNT, 429: CROWD - throttle.TRIES_ON_AN_ACCOUNT}
    mails = db.session.scalars(select(OutboxMessage.body)).all()
    assert len(mails) == throttle.TRIES_ON_AN_ACCOUNT
    db.session.rollback()

    (page,) = re.findall(r"(/login/link/open\S+)", mails[0])
    used = all_at_once(town.base_url, page, {})
    assert used == {303: 1, 404: CROWD - 1}
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == 1
    db.session.rollback()


def test_a_newcomer_s_link_makes_one_account(town: Any) -> None:
    links.ask("uusi@example.org", wanted=None, remember=False, language="fi", program="", now=clock.now())
    db.session.commit()
    (page,) = re.findall(r"(/login/link/open\S+)", db.session.scalars(select(OutboxMessage.body)).one())
    db.session.rollback()
    made = all_at_once(town.base_url, page, {"name": "Uusi", "language": "fi", "accept": "y"})
    assert made == {303: 1, 404: CROWD - 1}
