"""Copies of rows that another service owns: they only move forward."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.utils import timezone

from shared_events.catalogue import Event
from shared_events.envelope import Envelope

# SQLite takes at most 32766 parameters in a statement; no replica has more than 60 columns.
ROWS_PER_STATEMENT = 500
# What psycopg sends as it is: asking the field for every value would cost as much as the statement.
SENT_AS_IT_IS = frozenset({str, int, bool, UUID, datetime, type(None)})
ABSENT = object()


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
    now = timezone.now()
    rows = [_row(fields, *newest[key], now) for key in sorted(newest)]
    moved: set[UUID] = set()
    for start in range(0, len(rows), ROWS_PER_STATEMENT):
        moved |= _upsert(model, fields, rows[start : start + ROWS_PER_STATEMENT])
    return moved


def _row(fields: Sequence[Any], envelope: Envelope, event: Event, now: datetime) -> list[Any]:
    provenance = {
        "id": event.subject_id,
        "is_deleted": event.is_tombstone,
        "told_at": envelope.time,
        "event_id": envelope.id,
        "applied_at": now,
    }
    return [_value(field, event, provenance) for field in fields]


def _value(field: Any, event: Event, provenance: dict[str, Any]) -> Any:
    if field.name in provenance:
        return provenance[field.name]
    value = getattr(event, field.attname, ABSENT)
    return field.get_default() if value is ABSENT else value


def _upsert(model: type[Replica], fields: Sequence[Any], rows: list[list[Any]]) -> set[UUID]:
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = [quote(field.column) for field in fields]
    changes = ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name != quote("id"))
    columns = [_prepared(*pair) for pair in zip(fields, zip(*rows, strict=True), strict=True)]
    source, parameters = _arrays(fields, columns) if _is_postgres() else _values(columns)
    statement = (
        f"INSERT INTO {table} ({', '.join(names)}) {source} "
        f"ON CONFLICT (id) DO UPDATE SET {changes} WHERE {table}.version < EXCLUDED.version RETURNING id"
    )
    with _cursor() as cursor:
        cursor.execute(statement, parameters)
        return {key if isinstance(key, UUID) else UUID(key) for (key,) in cursor.fetchall()}


def _prepared(field: Any, values: Sequence[Any]) -> list[Any]:
    """The values of one column as the database takes them."""
    backend = connections[DEFAULT_DB_ALIAS]  # ``connection`` would be resolved anew for every value
    plain = SENT_AS_IT_IS.issuperset(map(type, values)) and not isinstance(field, models.JSONField)
    if plain and _is_postgres():
        return list(values)
    return [field.get_db_prep_save(value, connection=backend) for value in values]


def _values(columns: list[list[Any]]) -> tuple[str, list[Any]]:
    """The rows as a list of values, with a parameter for each."""
    rows = list(zip(*columns, strict=True))
    one_row = f"({', '.join(['%s'] * len(columns))})"
    return f"VALUES {', '.join([one_row] * len(rows))}", [value for row in rows for value in row]


def _arrays(fields: Sequence[Any], columns: list[list[Any]]) -> tuple[str, list[Any]]:
    """The rows as one array per column in PostgreSQL's binary format: five times as fast as a list of values.

    An array has the type of its column without the length: a cast would silently cut a text that is too long,
    where the assignment to the column refuses it.
    """
    types = [field.db_type(connection).partition("(")[0] for field in fields]
    return f"SELECT * FROM unnest({', '.join(f'%b::{kind}[]' for kind in types)})", columns


def _cursor() -> Any:
    """Django's cursor; on PostgreSQL one that sends parameters apart from the statement, as %b asks."""
    if not _is_postgres():
        return connection.cursor()
    connection.ensure_connection()
    sending: Any = psycopg.Cursor(connection.connection)
    return connection.make_cursor(sending)


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"
