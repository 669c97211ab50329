"""PURE: a mail as its author hands it over. Features compose, `outbox.delivery` sends."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """One plain-text mail to one person, in their language (fi, sv or en).

    `kind` is a code such as `request_received`. `subject_kind` and `subject_id` name the thing it tells of,
    so that an undone decision can take its mail back (`outbox.service.take_back`).
    """

    kind: str
    recipient: str
    language: str
    subject: str
    body: str
    subject_kind: str
    subject_id: int
