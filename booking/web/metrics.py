"""Figures for those who run the service, in Prometheus's text form.

Counts are each process's own unless PROMETHEUS_MULTIPROC_DIR names an empty folder when the processes start:
then any process answers for all of them.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from flask import Flask, Response, g, request
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

REQUESTS: Final = Counter("booking_requests", "Answers given", ("endpoint", "status"))
SECONDS: Final = Histogram(
    "booking_request_seconds",
    "Time from a request's arrival to its answer",
    ("endpoint",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that is read when it is asked for."""

    name: str
    meaning: str
    read: Callable[[], float]


_FIGURES: dict[str, Figure] = {}


def register_figure(name: str, meaning: str, read: Callable[[], float]) -> None:
    """Add a number, such as `booking_outbox_waiting`. It may read the database."""
    _FIGURES[name] = Figure(name, meaning, read)


def init_app(app: Flask) -> None:
    """Count the answers of an application."""
    app.before_request_funcs.setdefault(None, []).insert(0, _start)
    app.after_request(_count)


def text() -> bytes:
    """Return all figures. One that cannot be read now, because the database is gone, is left out."""
    answers = REGISTRY
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        answers = CollectorRegistry()
        MultiProcessCollector(answers)  # type: ignore[no-untyped-call]
    others = CollectorRegistry()
    others.register(_FigureCollector())
    return generate_latest(answers) + generate_latest(others)


class _FigureCollector(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        for figure in _FIGURES.values():
            try:
                yield GaugeMetricFamily(figure.name, figure.meaning, value=figure.read())
            except SQLAlchemyError:
                continue


def _start() -> None:
    g.counted_from = time.perf_counter()


def _count(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, str(response.status_code)).inc()
    if "counted_from" in g:
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.counted_from)
    return response
