"""No test talks to another machine."""

import ipaddress
import socket
from typing import Any

import pytest


class NetworkBlocked(AssertionError):
    """A test has tried to reach another machine."""


def block_network(patch: pytest.MonkeyPatch) -> None:
    """Let Python sockets reach this machine only: unix sockets and loopback."""
    connect, connect_ex, resolve = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_foreign(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_foreign(self.family, address)
        return connect_ex(self, address)

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not _is_here(host):
            raise NetworkBlocked(f"a test asked for the address of {host!r}")
        return resolve(host, *args, **kwargs)

    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_resolve)


def _refuse_foreign(family: int, address: Any) -> None:
    if family != socket.AF_UNIX and not _is_here(address[0]):
        raise NetworkBlocked(f"a test tried to reach {address!r}")


def _is_here(host: str | bytes) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in ("", "localhost", "0.0.0.0", "::"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
