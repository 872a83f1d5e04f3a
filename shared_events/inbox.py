"""Which events a handler has answered already: what makes at-least-once delivery harmless."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from shared_events.models import InboxEntry

Claim = tuple[UUID, str]  # event id, name of the handler
ROWS_PER_STATEMENT = 500


def enter(claims: Iterable[Claim]) -> set[Claim]:
    """Note that these handlers answer these events; returns those that had not been noted before.

    Of two transactions that enter the same claim, the later waits for the first and then gets nothing.
    """
    ordered = sorted(set(claims))
    new: set[Claim] = set()
    for start in range(0, len(ordered), ROWS_PER_STATEMENT):
        new |= _insert(ordered[start : start + ROWS_PER_STATEMENT])
    return new


def _insert(claims: list[Claim]) -> set[Claim]:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    keys = models.UUIDField()
    values = [
        value
        for event_id, handler in claims
        for value in (keys.get_db_prep_value(event_id, connection), handler, now)
    ]
    table = connection.ops.quote_name(InboxEntry._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (event_id, handler, entered_at) "
            f"VALUES {', '.join(['(%s, %s, %s)'] * len(claims))} "
            "ON CONFLICT (event_id, handler) DO NOTHING RETURNING event_id, handler",
            values,
        )
        return {(UUID(str(key)), handler) for key, handler in cursor.fetchall()}
