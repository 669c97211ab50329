"""Servers on loopback that answer byte by byte as they are told, over TCP or TLS."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CERTIFICATE = Path(__file__).with_name("certificate.pem")  # made for these tests, for HOST only
HOST = "kalenteri.demo.example"

Answer = Callable[[socket.socket, bytes], None]


class Asked:
    """What a server was asked, in order; `port` is where it listens."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.requests: list[str] = []

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the last request."""
        lines = self.requests[-1].split("\r\n")[1:]
        return dict(line.split(": ", 1) for line in lines if line)


def plain(body: bytes, *headers: str, status: str = "200 OK") -> Answer:
    """An answer with its length."""
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return raw("\r\n".join(head).encode() + body)


def raw(*pieces: bytes) -> Answer:
    """These very bytes, and then the end."""

    def answer(wire: socket.socket, request: bytes) -> None:
        for piece in pieces:
            wire.sendall(piece)

    return answer


def redirect(location: str, status: str = "302 Found") -> Answer:
    """An answer that leads on."""
    return plain(b"", f"Location: {location}", status=status)


@contextmanager
def server(*answers: Answer, tls: bool = False, host: str = "127.0.0.1") -> Iterator[Asked]:
    """Serve one answer a connection, the last one for ever; all threads end with the block."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listening:
        listening.bind((host, 0))
        listening.listen()
        asked = Asked(listening.getsockname()[1])
        wires: list[socket.socket] = []

        def serve() -> None:
            left = list(answers)
            while True:
                try:
                    wire, _address = listening.accept()
                except OSError:
                    return
                wires.append(wire)
                answer = left.pop(0) if len(left) > 1 else left[0]
                with suppress(OSError):
                    _converse(context.wrap_socket(wire, server_side=True) if tls else wire, answer, asked)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield asked
        finally:
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)
            for wire in wires:
                with suppress(OSError):
                    wire.shutdown(socket.SHUT_RDWR)
            thread.join()


def _converse(wire: socket.socket, answer: Answer, asked: Asked) -> None:
    with wire:
        request = b""
        while b"\r\n\r\n" not in request:
            piece = wire.recv(4096)
            if not piece:
                return
            request += piece
        asked.requests.append(request.decode())
        answer(wire, request)
