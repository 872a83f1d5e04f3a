"""What the relay writes down need not outlive a crash of the database, so it does not wait for the disk.

A mark that is lost has its event published once more, which consumers know by its version; a lease or a pause
that is lost begins anew. What the service itself commits is not touched: this is set for the relay's session.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

STATEMENTS = {
    "postgresql": "SET synchronous_commit TO off",
    "sqlite": "PRAGMA synchronous=NORMAL",  # in WAL mode: the log is written, and synced before a checkpoint
}


def may_forget() -> None:
    """From now on, connections that this process opens commit without waiting for the disk."""
    connection_created.connect(_ask_for_speed)


def _ask_for_speed(connection: BaseDatabaseWrapper, **_: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[connection.vendor])
