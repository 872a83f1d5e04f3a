"""Which events a handler has answered already: what makes at-least-once delivery harmless."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from shared_events.envelope import Unreadable
from shared_events.models import InboxEntry

ROWS_PER_STATEMENT = 500


class Claim(NamedTuple):
    """That a handler answers an event; ``digest`` is the SHA-256 of the message, in hexadecimal."""

    event_id: UUID
    handler: str
    digest: str


def enter(claims: Iterable[Claim]) -> set[Claim]:
    """Note that these handlers answer these events; returns those that had not been noted before.

    Of two transactions that enter the same claim, the later waits for the first and then gets nothing.
    Raises Unreadable if an event has the id of another: whoever gave it out twice is broken or lies.
    """
    ordered = sorted(set(claims))
    new: set[Claim] = set()
    for start in range(0, len(ordered), ROWS_PER_STATEMENT):
        new |= _insert(ordered[start : start + ROWS_PER_STATEMENT])
    _compare(set(ordered) - new)
    return new


def _insert(claims: list[Claim]) -> set[Claim]:
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    keys = models.UUIDField()
    values = [
        value
        for event_id, handler, digest in claims
        for value in (keys.get_db_prep_value(event_id, connection), handler, digest, now)
    ]
    table = connection.ops.quote_name(InboxEntry._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (event_id, handler, digest, entered_at) "
            f"VALUES {', '.join(['(%s, %s, %s, %s)'] * len(claims))} "
            "ON CONFLICT (event_id, handler) DO NOTHING RETURNING event_id, handler, digest",
            values,
        )
        return {Claim(UUID(str(key)), handler, digest) for key, handler, digest in cursor.fetchall()}


def _compare(repeated: set[Claim]) -> None:
    """Whether what has come again is what had come before; entries of older releases have no digest."""
    if not repeated:
        return
    entries = InboxEntry.objects.filter(event_id__in={claim.event_id for claim in repeated})
    known = {
        (event_id, handler): digest
        for event_id, handler, digest in entries.exclude(digest="").values_list(*Claim._fields)
    }
    for claim in repeated:
        if known.get((claim.event_id, claim.handler), claim.digest) != claim.digest:
            raise Unreadable("reused_id", f"another event has had the id {claim.event_id} before")
