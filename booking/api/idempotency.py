"""One request, one act: what a client sends twice under one key is done once and answered alike."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from flask import Response, request
from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite

from booking.access.actor import Actor
from booking.api.models import IdempotencyKey
from booking.api.problems import reply
from booking.api.reading import InvalidRequest, read_body
from booking.errors import RuleViolation, Violation
from booking.extensions import db
from booking.organisations.acting import act

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT: Final = timedelta(days=7)
_KEY = re.compile(r"[\x21-\x7e]{1,120}")

Shape = dict[str, Any]


class IdempotencyMismatch(RuleViolation):
    """The key was used for another request."""

    code = "idempotency_mismatch"

    def __init__(self) -> None:
        super().__init__([Violation(self.code, HEADER)])


def act_once(work: Callable[[Actor], Shape], *, status: int, now: datetime) -> Response:
    """Do `work` in one writing transaction and answer with what it returns, and with `status`.

    With an Idempotency-Key the answer is kept in the same transaction, and the same request by the same
    person is answered with it again. What was refused is not kept: it may succeed later. Raises
    InvalidRequest for a key that is none and IdempotencyMismatch.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return reply(act(work), status)
    if not _KEY.fullmatch(key):
        raise InvalidRequest([Violation("bad_idempotency_key", HEADER)])
    digest = _digest()
    kept, replayed = act(lambda actor: _once(actor, key, digest, work, status, now))
    response = Response(kept.body, kept.status, mimetype="application/json")
    if replayed:
        response.headers[REPLAYED] = "true"
    return response


def _once(
    actor: Actor, key: str, digest: str, work: Callable[[Actor], Shape], status: int, now: datetime
) -> tuple[IdempotencyKey, bool]:
    """The row is written before the work: whoever sends the same key meanwhile waits at the primary key."""
    if actor.user_id is None:
        raise ValueError("a key belongs to a person")
    _forget_old(actor.user_id, now)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    row = insert(IdempotencyKey).values(
        user_id=actor.user_id, key=key, request_sha256=digest, status=status, body="", created_at=now
    )
    is_first = db.session.scalar(row.on_conflict_do_nothing().returning(IdempotencyKey.status)) is not None
    kept = db.session.get_one(IdempotencyKey, (actor.user_id, key), populate_existing=True)
    if is_first:
        kept.body = json.dumps(work(actor), ensure_ascii=False)
    elif kept.request_sha256 != digest:
        raise IdempotencyMismatch
    return kept, not is_first


def _forget_old(user_id: int, now: datetime) -> None:
    db.session.execute(
        delete(IdempotencyKey).where(
            IdempotencyKey.user_id == user_id, IdempotencyKey.created_at < now - KEPT
        ),
        execution_options={"synchronize_session": False},
    )


def _digest() -> str:
    """The same request is the same JSON at the same address, however its fields are ordered."""
    body = json.dumps(read_body(request), sort_keys=True)
    return sha256(f"{request.method} {request.path}\n{body}".encode()).hexdigest()
