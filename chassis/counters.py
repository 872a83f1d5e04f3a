"""Counts what is asked for, in a file that all processes of a machine share."""

import sqlite3
from fcntl import LOCK_EX, flock
from threading import local
from time import monotonic

BUSY_SECONDS = 5.0
SPENDINGS_BETWEEN_PRUNINGS = 1_000
# What a crash of the machine would lose is worth nothing after it.
PREPARING = """
PRAGMA journal_mode=WAL;
PRAGMA synchronous=OFF;
CREATE TABLE IF NOT EXISTS spent (who TEXT PRIMARY KEY, times INTEGER, until REAL) WITHOUT ROWID;
"""
SPENDING = """
INSERT INTO spent (who, times, until) VALUES (:who, 1, :now + :seconds)
ON CONFLICT (who) DO UPDATE SET
  times = CASE WHEN until <= :now THEN 1 ELSE times + 1 END,
  until = CASE WHEN until <= :now THEN excluded.until ELSE until END
RETURNING times, until
"""
PRUNING = "DELETE FROM spent WHERE until <= ?"


class Counters:
    """How often each has asked in its window, which begins with the first request after the last."""

    def __init__(self, path: str) -> None:
        self.path, self._own, self._spendings = path, local(), 0

    def spend(self, who: str, *, seconds: float) -> tuple[int, float]:
        """Count one more: how many there are in this window, and how many seconds it still lasts."""
        now = monotonic()
        connection = self._connection()
        self._spendings += 1
        if self._spendings % SPENDINGS_BETWEEN_PRUNINGS == 0:
            connection.execute(PRUNING, (now,))
        found = connection.execute(SPENDING, {"who": who, "now": now, "seconds": seconds}).fetchall()
        times, until = found[0]
        return int(times), float(until) - now

    def _connection(self) -> sqlite3.Connection:
        """One for each thread, opened after the process has been forked."""
        if not hasattr(self._own, "connection"):
            self._own.connection = self._opened()
        connection: sqlite3.Connection = self._own.connection
        return connection

    def _opened(self) -> sqlite3.Connection:
        # Of two that make a file a WAL file at once, SQLite lets one fail instead of wait.
        with open(f"{self.path}.lock", "w") as lock:
            flock(lock, LOCK_EX)
            connection = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
            connection.executescript(PREPARING)
        return connection
