"""The tables of people and of how they prove who they are."""

from datetime import datetime
from hashlib import sha256

from flask_login import UserMixin
from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from booking.db import UTCDateTime
from booking.extensions import Model


class User(UserMixin, Model):
    """A person with an address: `email` in lower case; `confirmed_at` is empty until it is proved."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("email = lower(email)", name="email_lower"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="fi")
    is_admin: Mapped[bool] = mapped_column(Boolean, default=False)
    # calendar invitations join the mails about their reservations
    wants_invitations: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # since when signing in asks for a code too (`accounts.factors`); here so that nothing more is read for it
    second_factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # to the day: `privacy.use`
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)  # that it will be erased as unused

    @property
    def is_active(self) -> bool:
        """Flask-Login's question: may this person be signed in at all?"""
        return self.confirmed_at is not None and self.closed_at is None

    session_key = ""  # no column: the key of the session this person has opened, in the request that opens it

    @property
    def fingerprint(self) -> str:
        """A digest of the stored password: what is signed with it ends when the password changes."""
        return sha256((self.password_hash or "").encode()).hexdigest()[:16]

    def get_id(self) -> str:
        """Flask-Login's question: what does the browser's cookie remember? The key of a `UserSession`."""
        return self.session_key

    # A row is one object in a session of the database. Flask-Login would compare what a cookie remembers.
    __eq__ = object.__eq__
    __hash__ = object.__hash__


class UserSession(Model):
    """One browser in which a person is signed in. Only the SHA-256 of its key is stored.

    `program` is the browser in plain words ("Firefox, Android"), empty when it is not known; `seen_at` is
    noted now and then; `way` is how one signed in.
    """

    __tablename__ = "user_sessions"
    __table_args__ = (CheckConstraint("way IN ('password', 'link', 'provider')", name="way_known"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    key_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    program: Mapped[str] = mapped_column(String(40), default="")
    way: Mapped[str] = mapped_column(String(10))
    remembered: Mapped[bool] = mapped_column(Boolean, default=False)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInLink(Model):
    """A link by which whoever reads an address's mail signs in, once. Stored is its token's SHA-256.

    Whose account it opens is looked up when it is used: nobody may have the address (yet). `program` is the
    browser it was asked for in, `wanted` a path of this site to go to then.
    """

    __tablename__ = "sign_in_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    program: Mapped[str] = mapped_column(String(40))
    wanted: Mapped[str | None] = mapped_column(String(1000))
    remember: Mapped[bool] = mapped_column(Boolean, default=False)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EmailChange(Model):
    """A person asks for another address: it counts when it is proved, and the old one can undo it.

    `proof_sha256` is of the token sent to the new address, `undo_sha256` of the one sent to the old.
    """

    __tablename__ = "email_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    old_email: Mapped[str] = mapped_column(String(254))
    new_email: Mapped[str] = mapped_column(String(254))
    proof_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    undo_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class SignInAttempt(Model):
    """One refused try to sign in, kept so that all processes throttle alike.

    `key` is a keyed digest of the address tried or of the network address it came from: no personal data.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ApiToken(Model):
    """A Bearer token of the API. Only its SHA-256 is stored.

    `scopes` are codes with spaces between (`access.scopes`). No `expires_at`: until it is revoked.
    """

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(
        String(40), default="read book decide", server_default=text("'read book decide'")
    )
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    warned_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    last_used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    user: Mapped[User] = relationship()


class Consent(Model):
    """A person has accepted one version of a document. Kept when a newer one is accepted."""

    __tablename__ = "consents"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    document: Mapped[str] = mapped_column(String(20), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    accepted_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ExternalIdentity(Model):
    """An account opens for this subject of this issuer (OpenID Connect); an address may change hands."""

    __tablename__ = "external_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
