"""A crowd that sends its requests to a real server at the same moment."""

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Sending:
    """One POST of JSON by the holder of a token."""

    path: str
    body: dict[str, Any]
    token: str


@dataclass(frozen=True)
class Answer:
    """What came back, and for what."""

    sending: Sending
    status: int
    body: dict[str, Any]


class Crowd:
    """So many people, each with a connection of their own; `with` ends their threads."""

    def __init__(self, base_url: str, size: int) -> None:
        self.address = urlsplit(base_url)
        self.size = size
        self._threads = ThreadPoolExecutor(size)

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *error: object) -> None:
        self._threads.shutdown(cancel_futures=True)

    def send(self, sendings: Sequence[Sending]) -> list[Answer]:
        """Send all at once: everybody is connected before the first speaks. Answers in the order given."""
        assert len(sendings) <= self.size, "each needs a thread of its own"
        everybody_ready = threading.Barrier(len(sendings), timeout=PATIENCE_SECONDS)
        waiting = [self._threads.submit(self._send, each, everybody_ready) for each in sendings]
        return [each.result(timeout=PATIENCE_SECONDS) for each in waiting]

    def _send(self, sending: Sending, everybody_ready: threading.Barrier) -> Answer:
        connection = HTTPConnection(str(self.address.hostname), self.address.port, timeout=PATIENCE_SECONDS)
        try:
            connection.connect()
            everybody_ready.wait()
            headers = {"Authorization": f"Bearer {sending.token}", "Content-Type": "application/json"}
            connection.request("POST", sending.path, json.dumps(sending.body), headers)
            response = connection.getresponse()
            return Answer(sending, response.status, json.loads(response.read() or b"{}"))
        finally:
            connection.close()
