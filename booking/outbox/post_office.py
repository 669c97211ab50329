"""Where mail goes: to a mail server (MAIL_URL), or into files when there is none."""

import os
import smtplib
import socket
import ssl
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from booking.outbox.envelope import UnusableAddress, address_of, compose, file_name, sender
from booking.outbox.models import OutboxMessage
from config import Settings

TIMEOUT_SECONDS = 20  # for each answer of the mail server
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PORTS = {"smtp": 25, "smtps": 465}


class NotDelivered(Exception):
    """The mail has not gone out. `for_good`: it never will; `reason` is one line for the operator.

    `connected`: the fault lies with this mail; without it nothing else can be sent now either.
    """

    def __init__(self, reason: str, *, for_good: bool = False, connected: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good
        self.connected = connected


class PostOffice(Protocol):
    """Takes mail over, or raises NotDelivered. A context: what it has opened is closed at its end."""

    def deliver(self, row: OutboxMessage) -> None: ...

    def check(self) -> None:
        """Raise NotDelivered when no mail could be sent now. Sends none."""

    @property
    def is_readable_on_the_way(self) -> bool:
        """Whether mail goes to another machine without encryption; known once connected."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def open_post_office(settings: Settings) -> PostOffice:
    """Return the post office of the settings; it connects when the first mail comes."""
    if settings.mail_url:
        return MailServer(settings.mail_url, settings.mail_from)
    return MailFolder(settings.mail_dir, settings.mail_from)


class MailFolder:
    """Writes each mail into a file of its own: whole or not at all, and once however often it is tried."""

    is_readable_on_the_way = False

    def __init__(self, folder: Path, mail_from: str) -> None:
        self._folder = folder
        self._mail_from = mail_from

    def deliver(self, row: OutboxMessage) -> None:
        """Write the mail's file."""
        content = _bytes(row, self._mail_from)
        target = self._folder / file_name(row)
        unfinished = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            self._make_folder()
            with open(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(target)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)
            raise NotDelivered(f"{self._folder}: {error.strerror}", connected=False) from error

    def _make_folder(self) -> None:
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)  # mail has links that sign people in

    def check(self) -> None:
        """Raise NotDelivered when the folder cannot be written to."""
        try:
            self._make_folder()
        except OSError as error:
            raise NotDelivered(f"{self._folder}: {error.strerror}", connected=False) from error
        if not os.access(self._folder, os.W_OK):
            raise NotDelivered(f"{self._folder} cannot be written to", connected=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class MailServer:
    """Speaks SMTP, encrypted when the server offers it; one connection for a run of mails."""

    def __init__(self, url: str, mail_from: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or "localhost"
        self._encrypted = parts.scheme == "smtps"
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._mail_from = mail_from
        self._connection: smtplib.SMTP | None = None
        self.is_readable_on_the_way = False

    def deliver(self, row: OutboxMessage) -> None:
        """Hand the mail to the server. A refusal of the recipient or of the mail itself (5xx) is for good."""
        content = _bytes(row, self._mail_from)
        connection = self._connected()
        try:
            connection.sendmail(
                sender(self._mail_from).addr_spec, [address_of(row.recipient).addr_spec], content
            )
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise NotDelivered(_answer(code, text), for_good=500 <= code < 600) from error
        except smtplib.SMTPDataError as error:
            refused = 500 <= error.smtp_code < 600
            raise NotDelivered(_answer(error.smtp_code, error.smtp_error), for_good=refused) from error
        except smtplib.SMTPResponseException as error:
            # the sender or the session is refused: the operator's matter, not the recipient's
            self._close()
            raise NotDelivered(_answer(error.smtp_code, error.smtp_error)) from error
        except (smtplib.SMTPException, OSError) as error:
            self._close()
            raise NotDelivered(self._gone(error), connected=False) from error

    def check(self) -> None:
        """Raise NotDelivered when the server cannot be reached or refuses us."""
        self._connected()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _connected(self) -> smtplib.SMTP:
        if self._connection is None:
            try:
                self._connection = self._connect()
            except smtplib.SMTPResponseException as error:
                reason = _answer(error.smtp_code, error.smtp_error)
                raise NotDelivered(f"{self._name} refuses us: {reason}", connected=False) from error
            except (smtplib.SMTPException, OSError) as error:
                raise NotDelivered(self._gone(error), connected=False) from error
        return self._connection

    def _connect(self) -> smtplib.SMTP:
        context = self._tls()
        connection: smtplib.SMTP
        if self._encrypted:
            connection = smtplib.SMTP_SSL(
                self._host, self._port, timeout=TIMEOUT_SECONDS, context=context, local_hostname=_own_name()
            )
        else:
            connection = smtplib.SMTP(
                self._host, self._port, timeout=TIMEOUT_SECONDS, local_hostname=_own_name()
            )
        try:
            self._introduce(connection, context)
        except BaseException:
            connection.close()
            raise
        return connection

    def _introduce(self, connection: smtplib.SMTP, context: ssl.SSLContext) -> None:
        connection.ehlo_or_helo_if_needed()
        if not self._encrypted and connection.has_extn("starttls"):
            connection.starttls(context=context)
            connection.ehlo()
        elif not self._encrypted and self._user and self._host not in _HERE:
            raise smtplib.SMTPException("the server offers no encryption; the password is not sent")
        self.is_readable_on_the_way = self._host not in _HERE and not isinstance(
            connection.sock, ssl.SSLSocket
        )
        if self._user:
            connection.login(self._user, self._password)

    def _tls(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._host in _HERE:  # a mail server on this machine has a certificate of its own making
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()
            connection.close()

    @property
    def _name(self) -> str:
        return f"{self._host}:{self._port}"

    def _gone(self, error: Exception) -> str:
        return f"{self._name}: {error or type(error).__name__}"


def _bytes(row: OutboxMessage, mail_from: str) -> bytes:
    try:
        sender(mail_from)
    except UnusableAddress as error:
        raise NotDelivered(f"MAIL_FROM {mail_from!r} is no address", connected=False) from error
    try:
        return compose(row, mail_from).as_bytes()
    except UnusableAddress as error:
        raise NotDelivered("not a usable address", for_good=True) from error
    except ValueError as error:
        raise NotDelivered(f"not a sendable mail: {error}", for_good=True) from error


def _own_name() -> str:
    """Return the name we greet with, without asking a name server (which can take a minute)."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _answer(code: int, text: bytes | str) -> str:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return f"{code} {words}"
