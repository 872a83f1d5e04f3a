"""Which of a service's relays carries its outbox, and how that one learns that something was told."""

import fcntl
import time
from pathlib import Path
from threading import Event as Flag
from typing import IO, Any, Protocol

import psycopg
from django.db import connection

from shared_events.outbox import NOTIFY_CHANNEL

ADVISORY_LOCK = 7_349_201  # any number that nothing else in the database uses
LOOK_EVERY = 0.005  # seconds; asking SQLite for its data_version takes microseconds


class Leadership(Protocol):
    """At most one relay of a database leads: two would publish the versions of a thing out of order."""

    def lead(self) -> bool:
        """Become the leader, or find out that this relay still is."""

    def wait(self, seconds: float, stopping: Flag) -> None:
        """Sleep until something may have been told, the time is up, or the relay is to stop."""

    def resign(self) -> None:
        """Let another lead."""


def leadership() -> Leadership:
    """The kind of leadership that this service's database knows."""
    return PostgresLeadership() if connection.vendor == "postgresql" else SqliteLeadership()


class PostgresLeadership:
    """An advisory lock on a session of its own, which also listens; the lock dies with the session."""

    def __init__(self) -> None:
        self._session: psycopg.Connection | None = None

    def lead(self) -> bool:
        if self._session is not None:
            self._session.execute("SELECT 1")
            return True
        session = psycopg.connect(**_parameters(), autocommit=True)
        row = session.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK]).fetchone()
        if row is None or not row[0]:
            session.close()
            return False
        session.execute(f"LISTEN {NOTIFY_CHANNEL}")
        self._session = session
        return True

    def wait(self, seconds: float, stopping: Flag) -> None:
        if self._session is None:
            stopping.wait(seconds)
        else:
            for _ in self._session.notifies(timeout=seconds, stop_after=1):
                pass

    def resign(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()


class SqliteLeadership:
    """A lock on a file beside the database, and the database's own count of changes by others."""

    def __init__(self) -> None:
        self._lock: IO[bytes] | None = None
        self._seen = -1

    def lead(self) -> bool:
        if self._lock is not None:
            return True
        lock = Path(f"{connection.settings_dict['NAME']}.relay").open("wb")  # noqa: SIM115 -- kept while leading
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return False
        self._lock = lock
        return True

    def wait(self, seconds: float, stopping: Flag) -> None:
        until = time.monotonic() + seconds
        while not stopping.is_set() and time.monotonic() < until:
            version = self._data_version()
            if version != self._seen:
                self._seen = version  # what is told from now on changes it again
                return
            stopping.wait(LOOK_EVERY)

    def resign(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.close()

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
