"""What is kept of people, table by table: whose it is, how long it stays, what erasure does with it.

Everything rests on this list: the privacy notice is drawn from it, the export tells what is one's own,
erasure and its test walk it. A test fails for a column with text, JSON or a reference to a person that is not
named here. Who adds a table adds its line.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from booking.privacy.lines import Line


class Erasure(Enum):
    """What becomes of a row when the person it belongs to is erased. The value is the notice's sentence."""

    DELETE = _l("Poistetaan kokonaan.")
    """The rows of the person are deleted."""
    STRIP = _l("Nimesi, yhteystietosi ja omat sanasi poistetaan. Ajat ja määrät jäävät tilastoksi.")
    """The row stays for its figures; `words` are emptied, and `texts` lose the person's name and contact."""
    MENTIONS = _l("Nimesi ja yhteystietosi poistetaan tekstistä.")
    """The row is an organisation's; `texts` lose the person's name and contact."""
    KEEP = _l("Jää. Siinä on tunnuksesi numero, ei nimeäsi eikä yhteystietojasi.")
    """The row holds ids and codes only, which lead to an account that has no name any more."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One table. Every column of text, JSON or files, and every reference to a person, is in one of these:

    `theirs`: references to the person whose row it is (the export tells the row, erasure acts on it).
    `by`: references to who did it as part of their work for others; the id stays.
    `words`: what the person of `theirs` wrote of themselves: erasure empties it in their rows.
    `texts`: words of an organisation or about somebody: they lose the erased person's name and contact.
    `codes`: no personal data: codes, digests, numbers in JSON. `secrets`: never told, not even to oneself.
    The erased person's name and contact are looked for in the `words` of other people's rows, too. What is
    deleted is also what has the person's address as `email` or `recipient`.
    """

    table: str
    line: Line | None
    erasure: Erasure
    theirs: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that is named here."""
        return (*self.theirs, *self.by, *self.words, *self.texts, *self.codes, *self.secrets)


_D, _S, _M, _K = Erasure.DELETE, Erasure.STRIP, Erasure.MENTIONS, Erasure.KEEP
_U: Final = ("user_id",)

INVENTORY: Final[tuple[Kept, ...]] = (
    # accounts and keys
    Kept(
        "users",
        Line.KEYS,
        _S,
        theirs=("id",),
        words=("email", "name"),
        codes=("language",),
        secrets=("password_hash",),
    ),
    Kept("consents", Line.KEYS, _D, theirs=_U, codes=("document",)),
    Kept(
        "api_tokens",
        Line.KEYS,
        _D,
        theirs=_U,
        words=("name",),
        codes=("scopes",),
        secrets=("token_sha256",),
    ),
    Kept("idempotency_keys", Line.KEYS, _D, theirs=_U, words=("key", "body"), codes=("request_sha256",)),
    Kept(
        "user_sessions", Line.KEYS, _D, theirs=_U, words=("program",), codes=("way",), secrets=("key_sha256",)
    ),
    Kept(
        "sign_in_links",
        Line.KEYS,
        _D,
        words=("email", "wanted"),
        codes=("program",),
        secrets=("token_sha256",),
    ),  # for a quarter of an hour
    Kept(
        "email_changes",
        Line.KEYS,
        _D,
        theirs=_U,
        words=("old_email", "new_email"),
        secrets=("proof_sha256", "undo_sha256"),
    ),
    Kept("sign_in_attempts", None, _K, codes=("key",)),  # a keyed digest, for a day
    Kept("mail_choices", Line.KEYS, _D, theirs=_U),
    Kept("second_factors", Line.KEYS, _D, theirs=_U, secrets=("sealed_secret",)),
    Kept("recovery_codes", Line.KEYS, _D, theirs=_U, secrets=("digest",)),
    Kept("factor_resets", Line.KEYS, _D, theirs=_U, words=("reason",)),
    Kept("external_identities", Line.KEYS, _D, theirs=_U, words=("subject",), codes=("issuer",)),
    # associations
    Kept("memberships", Line.ASSOCIATIONS, _K, theirs=_U, codes=("role",)),
    Kept(
        "membership_invitations",
        Line.ASSOCIATIONS,
        _D,
        theirs=_U,
        by=("invited_by_id",),
        words=("email",),
        codes=("role", "language", "outcome"),
    ),
    Kept("join_requests", Line.ASSOCIATIONS, _D, theirs=_U, words=("words",), codes=("outcome",)),
    Kept("deputies", Line.ASSOCIATIONS, _K, theirs=_U),
    Kept("stand_ins", Line.ASSOCIATIONS, _S, theirs=_U, words=("reason",)),
    Kept(
        "organisations",
        Line.PUBLIC_TEXTS,
        _M,
        texts=("name", "description"),
        codes=("business_id", "slug", "kind", "district", "language"),
    ),
    Kept(
        "profiles",
        Line.PUBLIC_TEXTS,
        _M,
        texts=(
            "about_sv",
            "about_en",
            "accessibility",
            "website",
            "contact_name",
            "contact_email",
            "contact_phone",
        ),
    ),
    Kept("profile_tags", None, _K, codes=("kind", "code")),
    Kept("exchanges", Line.PUBLIC_TEXTS, _M, texts=("words",), codes=("side", "kind")),
    # reservations
    Kept(
        "reservations",
        Line.CONTACTS,
        _S,
        theirs=("booker_id",),
        words=("responsible", "contact", "note"),
        texts=("title",),
        codes=("reference", "purpose", "visibility", "pattern", "price_terms"),
    ),
    Kept("occurrences", Line.CONTACTS, _M, texts=("own_title",), codes=("state", "uid")),
    Kept(
        "waiting_entries",
        Line.CONTACTS,
        _S,
        theirs=_U,
        words=("responsible", "contact", "note"),
        texts=("title",),
        codes=("reference", "purpose", "visibility", "age"),
    ),
    Kept(
        "contact_views",
        Line.VIEWS,
        _K,
        theirs=("viewer_id",),
        codes=("page",),
    ),
    Kept(
        "feedback",
        Line.FEEDBACK,
        _D,
        theirs=("user_id",),
        by=("answered_by_id",),
        words=("text", "reply_to", "page", "answer"),
        codes=("kind", "language"),
    ),
    Kept("waiting_dates", None, _K, codes=("state",)),
    Kept("behalves", Line.CONTACTS, _M, texts=("caller",), codes=("language",)),
    Kept("calls", Line.WORK, _K, by=("told_by_id",), codes=("kind", "occurrence_ids")),
    Kept("question_messages", Line.MESSAGES, _S, theirs=("author_id",), words=("text",), codes=("side",)),
    Kept("reasons", Line.MESSAGES, _M, texts=("text",)),
    Kept("proposals", Line.MESSAGES, _M, by=("created_by_id",), texts=("message",), codes=("side", "state")),
    Kept("decision_records", Line.MESSAGES, _M, by=("actor_id",), texts=("changes",)),  # for minutes
    Kept("digest_items", Line.MAIL, _D, theirs=_U, codes=("kind",)),
    Kept("no_show_reviews", Line.WORK, _M, by=("reviewed_by_id",), texts=("note",)),
    # mail and calendars
    Kept(
        "outbox_messages",
        Line.MAIL,
        _D,
        words=("recipient",),
        texts=("subject", "body", "calendar", "last_error"),
        codes=("kind", "language", "calendar_method", "filling", "message_id", "subject_kind"),
    ),
    Kept("sent_invitations", Line.MAIL, _D, theirs=_U, codes=("content",)),
    Kept(
        "subscriptions",
        Line.CALENDARS,
        _K,
        theirs=_U,
        codes=("kind", "fetched_by"),
        secrets=("token_sha256",),
    ),
    Kept(
        "outside_sources",
        Line.WORK,
        _M,
        by=("created_by_id",),
        texts=("name", "file_name", "address", "problems", "failing"),
        codes=("all_day", "transparent", "etag", "last_modified"),
    ),
    Kept("outside_files", None, _K, codes=("content",)),  # an owner's calendar as it was sent in
    Kept("outside_events", None, _K, codes=("key",)),
    # the owner's work and texts
    Kept("closures", Line.WORK, _K, by=("created_by_id",), codes=("plan",)),
    Kept("closure_choices", Line.WORK, _K, by=("chosen_by_id",), codes=("choice",)),
    Kept("blocks", Line.PUBLIC_TEXTS, _M, texts=("title",), codes=("kind",)),
    Kept("block_dates", None, _K, codes=("uid",)),
    Kept("claims", None, _K, codes=("kind",)),
    Kept("owner_rules", None, _K, codes=("who_may_book", "approval")),
    Kept(
        "published_criteria",
        Line.PUBLIC_TEXTS,
        _M,
        texts=("text_fi", "text_sv", "text_en"),
        codes=("kind", "criteria"),
    ),
    Kept("reason_templates", Line.PUBLIC_TEXTS, _M, texts=("text_fi", "text_sv", "text_en")),
    Kept(
        "rooms",
        Line.PUBLIC_TEXTS,
        _M,
        texts=(
            "name",
            "name_sv",
            "name_en",
            "description",
            "terms",
            "contact",
            "access_instructions",
            "source",
            "sourced_facts",
        ),
        codes=("slug", "kind", "state", "example_facts", "own_rules", "who_may_book", "approval"),
    ),
    Kept("room_terms", Line.PUBLIC_TEXTS, _M, texts=("text",)),
    Kept("room_photos", Line.PUBLIC_TEXTS, _M, texts=("alt", "alt_sv", "alt_en"), codes=("large", "small")),
    Kept("photo_files", None, _K, codes=("sha256", "content")),
    Kept("room_features", None, _K, codes=("feature",)),
    Kept("room_prices", None, _K, codes=("customer", "age", "basis")),
    Kept("spaces", Line.PUBLIC_TEXTS, _M, texts=("name",)),
    Kept("venues", Line.PUBLIC_TEXTS, _M, texts=("name", "street_address"), codes=("slug", "district")),
    Kept("school_breaks", Line.PUBLIC_TEXTS, _M, texts=("name",)),
    # the record
    Kept("audit_entries", Line.RECORD, _K, theirs=("actor_id",), codes=("action", "subject_kind", "details")),
    Kept("versions", None, _K, codes=("scope",)),
)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the privacy notice: what is kept, for how long, and what erasure does with it."""

    what: Any
    until: Any
    erasure: list[Any]


def told_lines() -> list[Told]:
    """Return the notice's list of what is kept: one line for all tables that hold the same kind of data."""
    found: dict[Line, set[Erasure]] = {}
    for kept in INVENTORY:
        if kept.line is not None:
            found.setdefault(kept.line, set()).add(kept.erasure)
    return [Told(line.value.what, line.value.until, _in_words(line, ways)) for line, ways in found.items()]


def ways_of(ways: set[Erasure]) -> list[Erasure]:
    """Return the ways that differ for a reader, in the order of Erasure: who strips takes names out, too."""
    return [each for each in Erasure if each in ways and not (each is _M and _S in ways)]


def _in_words(line: Line, ways: set[Erasure]) -> list[Any]:
    return list(line.value.gone) or [each.value for each in ways_of(ways)]
