"""A real mail server on a loopback port that does as it is told."""

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword

CERTIFICATE = Path(__file__).with_name("certificate.pem")  # made for these tests, for no real name


class Mailbox:
    """What the server has taken, and how it answers: an answer of "" means that it takes the mail."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.raw: list[bytes] = []
        self.on_recipient: dict[str, str] = {}
        self.on_sender = ""
        self.on_data = ""
        self.encrypted: list[bool] = []
        self.logins: list[tuple[bytes, bytes]] = []

    async def handle_MAIL(  # noqa: N802 - the names are aiosmtpd's
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.on_sender:
            return self.on_sender
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: Any, session: Any, envelope: Envelope, address: str, options: Any
    ) -> str:
        if address in self.on_recipient:
            return self.on_recipient[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Envelope) -> str:  # noqa: N802
        if self.on_data:
            return self.on_data
        content = envelope.original_content or b""
        self.raw.append(content)
        self.mails.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]
        self.recipients += envelope.rcpt_tos
        self.senders.append(envelope.mail_from or "")
        self.encrypted.append(session.ssl is not None)
        return "250 OK"

    def authenticate(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)


class _Server(Controller):
    """aiosmtpd's controller on a socket that is bound already, so that no other process can take its port."""

    def __init__(self, listening: socket.socket, handler: Mailbox, **options: Any) -> None:
        self._listening = listening
        host, port = listening.getsockname()
        super().__init__(handler, hostname=host, port=port, **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._listening, ssl=self.ssl_context)


@contextmanager
def mail_server(box: Mailbox, *, tls: str = "none", login: bool = False) -> Iterator[str]:
    """Serve `box` and give the server's host and port; `tls` is none, starttls or smtps."""
    options: dict[str, Any] = {}
    if tls != "none":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(CERTIFICATE)
        options["tls_context" if tls == "starttls" else "ssl_context"] = context
    if login:
        options |= {"authenticator": box.authenticate, "auth_require_tls": tls == "starttls"}
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = _Server(listening, box, **options)
        server.start()
        try:
            yield f"127.0.0.1:{server.port}"
        finally:
            server.stop()


def closed_port() -> str:
    """Return a host and port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{taken.getsockname()[1]}"
