"""Whether a kept connection still holds is seen from its socket, without a round trip to the server.

A server that ended, or ended the connection, has closed it: then there is something to read, if only the end.
On a connection that nobody uses and that holds there is nothing to read. A server that vanished without a
word would not answer a question either.
"""

from select import POLLIN, poll
from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ExecStatus
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

    def texts(self, statement: str) -> list[str]:
        """What a statement without values finds in its first column, for what every request asks.

        libpq does it without a cursor of Django's or psycopg's, in half of the processor time; but whoever
        logs or wraps statements sees this one as well. Raises Django's errors.
        """
        if self.queries_logged or self.execute_wrappers:
            with self.cursor() as cursor:
                cursor.execute(statement)
                return [row[0] for row in cursor.fetchall()]
        self.close_if_health_check_failed()
        self.ensure_connection()
        with self.wrap_database_errors:
            return texts(self.connection, statement)


def texts(connection: Any, statement: str) -> list[str]:
    """The same on psycopg's connection, with psycopg's errors."""
    found = connection.pgconn.exec_(statement.encode())
    if found.status == ExecStatus.TUPLES_OK:
        return [found.get_value(row, 0).decode() for row in range(found.ntuples)]
    fault = error_from_result(found)
    # Of a connection that has ended the result says no more than that it is a fault.
    raise OperationalError(str(fault)) if connection.closed else fault


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
