"""What machines ask: does the process live, can it serve, what does it count. They hold nothing personal."""

from flask import Blueprint, Response

from booking.access.guard import requires
from booking.access.permissions import Permission
from booking.admin import health, queries
from booking.web import metrics

blueprint = Blueprint("probes", __name__)

metrics.register_figure("booking_outbox_waiting", "Mails that have not gone out", queries.waiting_mails)


@blueprint.get("/healthz")
@requires(Permission.ANYONE)
def healthz() -> Response:
    """The process lives. Asks nothing of the database: a restart would not mend that."""
    return _plain("ok", 200)


@blueprint.get("/readyz")
@requires(Permission.ANYONE)
def readyz() -> Response:
    """The service can answer: the database is there and at the newest migration. Else 503."""
    return _plain("ready", 200) if health.is_ready() else _plain("not ready", 503)


@blueprint.get("/metrics")
@requires(Permission.ANYONE)
def figures() -> Response:
    """Counts and times in Prometheus's text form; a proxy in front may keep them to itself."""
    return Response(metrics.text(), content_type=metrics.CONTENT_TYPE, headers={"Cache-Control": "no-store"})


def _plain(text: str, status: int) -> Response:
    headers = {"Cache-Control": "no-store"}
    if status == 503:
        headers["Retry-After"] = "5"
    return Response(f"{text}\n", status, headers, content_type="text/plain; charset=utf-8")
