"""Bytes on a connection, for what no client would send."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

from tests.security.site import Answer, Site, caller, read


@contextmanager
def connection(site: Site, service: str) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", site.ports[service]), 30, (caller(), 0)) as opened:
        yield opened


def exchange(site: Site, service: str, sent: bytes) -> list[Answer]:
    """Everything that is answered until the connection is closed, or nothing more comes."""
    answers = []
    with connection(site, service) as opened:
        opened.sendall(sent)
        opened.settimeout(8)
        while answer := receive(opened):
            answers.append(answer)
    return answers


def receive(opened: socket.socket) -> Answer | None:
    """The next answer, or nothing when the connection is closed."""
    try:
        return read(opened)
    except ConnectionError:
        return None
