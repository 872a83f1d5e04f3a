"""How a leading relay learns that something was told: a hint that may be lost, so it looks by itself too."""

import time
from threading import Event as Flag
from typing import Any, Protocol

import psycopg
from django.db import connection

from shared_events.outbox import NOTIFY_CHANNEL

LOOK_EVERY = 0.005  # seconds; asking SQLite for its data_version takes microseconds


class Wakeup(Protocol):
    """Waits for news of the outbox."""

    def listen(self) -> None:
        """From now on no news is missed, until the next failure or close()."""

    def wait(self, seconds: float, stopping: Flag) -> None:
        """Sleep until something may have been told, the time is up, or the relay is to stop."""

    def close(self) -> None:
        """Stop listening."""


def wakeup() -> Wakeup:
    """The kind of wake-up that this service's database knows."""
    return PostgresWakeup() if connection.vendor == "postgresql" else SqliteWakeup()


class PostgresWakeup:
    """LISTEN on a session of its own: Django's would be inside a transaction or a pool now and then."""

    def __init__(self) -> None:
        self._session: psycopg.Connection | None = None

    def listen(self) -> None:
        if self._session is None:
            self._session = psycopg.connect(**_parameters(), autocommit=True)
            self._session.execute(f"LISTEN {NOTIFY_CHANNEL}")

    def wait(self, seconds: float, stopping: Flag) -> None:
        if self._session is None:
            stopping.wait(seconds)
        else:
            for _ in self._session.notifies(timeout=seconds, stop_after=1):
                pass

    def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


class SqliteWakeup:
    """The database's own count of changes by others."""

    def __init__(self) -> None:
        self._seen = -1

    def listen(self) -> None:
        pass

    def wait(self, seconds: float, stopping: Flag) -> None:
        until = time.monotonic() + seconds
        while not stopping.is_set() and time.monotonic() < until:
            version = self._data_version()
            if version != self._seen:
                self._seen = version  # what is told from now on changes it again
                return
            stopping.wait(LOOK_EVERY)

    def close(self) -> None:
        self._seen = -1

    @staticmethod
    def _data_version() -> int:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA data_version")
            return int(cursor.fetchone()[0])


def _parameters() -> dict[str, Any]:
    """The parameters of Django's connection without what belongs to its own cursors and pool."""
    wanted = ("dbname", "user", "password", "host", "port", "sslmode", "sslrootcert", "options", "conninfo")
    parameters = connection.get_connection_params()
    return {key: parameters[key] for key in wanted if parameters.get(key)}
