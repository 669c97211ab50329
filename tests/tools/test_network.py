"""Tests reach this machine only."""

import socket

import pytest

from tests.support.network import NetworkBlocked


def test_a_foreign_name_is_not_looked_up() -> None:
    with pytest.raises(NetworkBlocked):
        socket.getaddrinfo("imatra.example", 443)


def test_a_foreign_address_is_not_reached() -> None:
    with socket.socket() as connection, pytest.raises(NetworkBlocked):
        connection.connect(("192.0.2.1", 80))


def test_loopback_is_reached() -> None:
    with socket.socket() as listening, socket.socket() as connection:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        connection.connect(listening.getsockname())
        assert connection.getpeername() == listening.getsockname()
