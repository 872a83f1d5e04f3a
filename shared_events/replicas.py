"""Copies of rows that another service owns: they only move forward."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models
from django.utils import timezone

from shared_events.catalogue import Event
from shared_events.envelope import Envelope

# SQLite takes at most 32766 parameters in a statement; no replica has more than 60 columns.
ROWS_PER_STATEMENT = 500


class Replica(models.Model):
    """A row that another service owns, as of ``version``; a deleted one stays as a tombstone.

    A subclass names the fields of its events that it keeps. Each needs a default: a tombstone may come first.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    version = models.PositiveBigIntegerField(editable=False)
    is_deleted = models.BooleanField(default=False, editable=False)
    told_at = models.DateTimeField(editable=False)
    event_id = models.UUIDField(editable=False)
    applied_at = models.DateTimeField(editable=False)

    class Meta:
        abstract = True


ReplicaT = TypeVar("ReplicaT", bound=type[Replica])
REPLICATED: dict[type[Event], list[type[Replica]]] = {}


def replicates(*events: type[Event]) -> Callable[[ReplicaT], ReplicaT]:
    """Keep the decorated model equal to what these events say of their subjects."""

    def register(model: ReplicaT) -> ReplicaT:
        for event in events:
            REPLICATED.setdefault(event, []).append(model)
        return model

    return register


def advance(model: type[Replica], told: Iterable[tuple[Envelope, Event]]) -> set[UUID]:
    """Bring replicas up to what was told; late and repeated events change nothing.

    Returns the ids of the rows that moved. Safe against itself in another process: the guard is part of the
    statement, and rows are taken in the order of their keys, so that two batches cannot deadlock.
    """
    newest: dict[UUID, tuple[Envelope, Event]] = {}
    for envelope, event in told:
        known = newest.get(event.subject_id)
        if known is None or event.version > known[1].version:
            newest[event.subject_id] = (envelope, event)
    fields = model._meta.local_concrete_fields
    rows = [_row(fields, *newest[key]) for key in sorted(newest)]
    moved: set[UUID] = set()
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        moved |= _upsert(model, fields, rows[start : start + ROWS_PER_STATEMENT])
    return moved


def _row(fields: Sequence[Any], envelope: Envelope, event: Event) -> list[Any]:
    provenance = {
        "id": event.subject_id,
        "is_deleted": event.is_tombstone,
        "told_at": envelope.time,
        "event_id": envelope.id,
        "applied_at": timezone.now(),
    }
    return [
        field.get_db_prep_save(_value(field, event, provenance), connection=connection) for field in fields
    ]


def _value(field: Any, event: Event, provenance: dict[str, Any]) -> Any:
    if field.name in provenance:
        return provenance[field.name]
    return getattr(event, field.attname, field.get_default())


def _upsert(model: type[Replica], fields: Sequence[Any], rows: list[list[Any]]) -> set[UUID]:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = [quote(field.column) for field in fields]
    one_row = f"({', '.join(['%s'] * len(columns))})"
    changes = ", ".join(f"{column} = EXCLUDED.{column}" for column in columns if column != quote("id"))
    statement = (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one_row] * len(rows))} "
        f"ON CONFLICT (id) DO UPDATE SET {changes} WHERE {table}.version < EXCLUDED.version RETURNING id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])
        return {UUID(str(key)) for (key,) in cursor.fetchall()}
