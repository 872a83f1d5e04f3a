"""Whether a kept connection still holds is seen from its socket, without a round trip to the server.

A server that ended, or ended the connection, has closed it: then there is something to read, if only the end.
On a connection that nobody uses and that holds there is nothing to read. A server that vanished without a
word would not answer a question either.
"""

from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    def is_usable(self) -> bool:
        return (self.connection is not None and is_silent(self.connection)) or super().is_usable()

    @property
    def pool(self) -> Any:
        pool = super().pool
        if pool is not None and self.settings_dict["CONN_HEALTH_CHECKS"]:
            pool._check = check  # Django gives its own, and leaves no other way
        return pool


def check(connection: Any) -> None:
    """Ask the server only if the socket says something; raises if the connection is gone."""
    if not is_silent(connection):
        ConnectionPool.check_connection(connection)


def is_silent(connection: Any) -> bool:
    """Whether a connection is open and has nothing to read."""
    if connection.closed:
        return False
    sockets = poll()
    sockets.register(connection.fileno(), POLLIN)
    return not sockets.poll(0)
