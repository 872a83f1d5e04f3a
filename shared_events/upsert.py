"""Many rows in one statement, guarded by their versions."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, models

# SQLite takes at most 32766 parameters in a statement; no replica has more than 60 columns.
ROWS_PER_STATEMENT = 500
# What psycopg sends as it is: asking the field for every value would cost as much as the statement.
SENT_AS_IT_IS = frozenset({str, int, bool, UUID, datetime, type(None)})


def newer(model: type[models.Model], rows: Sequence[Sequence[Any]]) -> set[UUID]:
    """Insert rows, or update those that are there in an older version; returns the ids of both.

    A row holds the values of all concrete fields in their order; no id comes twice.
    """
    guard = f"{connection.ops.quote_name(model._meta.db_table)}.version < EXCLUDED.version"
    return _insert(model, rows, otherwise=f"UPDATE SET {_changes(model)} WHERE {guard}")


def written(model: type[models.Model], rows: Sequence[Sequence[Any]]) -> set[UUID]:
    """Insert rows, or overwrite those that are there, which the caller has locked; returns the ids of all."""
    return _insert(model, rows, otherwise=f"UPDATE SET {_changes(model)}")


def absent(model: type[models.Model], rows: Sequence[Sequence[Any]]) -> set[UUID]:
    """Insert the rows that are not there in any version; returns their ids."""
    return _insert(model, rows, otherwise="NOTHING")


@cache
def _changes(model: type[models.Model]) -> str:
    names = [connection.ops.quote_name(str(field.column)) for field in model._meta.local_concrete_fields]
    return ", ".join(f"{name} = EXCLUDED.{name}" for name in names if name != connection.ops.quote_name("id"))


def _insert(model: type[models.Model], rows: Sequence[Sequence[Any]], *, otherwise: str) -> set[UUID]:
    parts = [rows[start : start + ROWS_PER_STATEMENT] for start in range(0, len(rows), ROWS_PER_STATEMENT)]
    return set().union(*(_statement(model, part, otherwise) for part in parts))


def _statement(model: type[models.Model], rows: Sequence[Sequence[Any]], otherwise: str) -> set[UUID]:
    quote = connection.ops.quote_name
    fields = model._meta.local_concrete_fields
    backend = connections[DEFAULT_DB_ALIAS]  # ``connection`` would be resolved anew for every value
    is_postgres = backend.vendor == "postgresql"
    columns = [
        _prepared(field, values, backend, as_it_is=is_postgres)
        for field, values in zip(fields, zip(*rows, strict=True), strict=True)
    ]
    source, parameters = (_arrays(model), columns) if is_postgres else _values(columns)
    with _sending(backend) if is_postgres else backend.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({_names(model)}) {source} "
            f"ON CONFLICT (id) DO {otherwise} RETURNING id",
            parameters,
        )
        return {key if isinstance(key, UUID) else UUID(key) for (key,) in cursor.fetchall()}


@cache
def _names(model: type[models.Model]) -> str:
    return ", ".join(connection.ops.quote_name(str(one.column)) for one in model._meta.local_concrete_fields)


def _prepared(field: Any, values: Sequence[Any], backend: Any, *, as_it_is: bool) -> list[Any]:
    """The values of one column as the database takes them."""
    if as_it_is and SENT_AS_IT_IS.issuperset(map(type, values)) and not isinstance(field, models.JSONField):
        return list(values)
    return [field.get_db_prep_save(value, connection=backend) for value in values]


def _values(columns: list[list[Any]]) -> tuple[str, list[Any]]:
    """The rows as a list of values, with a parameter for each."""
    rows = list(zip(*columns, strict=True))
    one_row = f"({', '.join(['%s'] * len(columns))})"
    return f"VALUES {', '.join([one_row] * len(rows))}", [value for row in rows for value in row]


@cache
def _arrays(model: type[models.Model]) -> str:
    """The rows as one array per column in PostgreSQL's binary format: five times as fast as a list of values.

    An array has the type of its column without the length: a cast would silently cut a text that is too long,
    where the assignment to the column refuses it.
    """
    kinds = [str(field.db_type(connection)).partition("(")[0] for field in model._meta.local_concrete_fields]
    return f"SELECT * FROM unnest({', '.join(f'%b::{kind}[]' for kind in kinds)})"


def _sending(backend: Any) -> Any:
    """Django's cursor over one that sends parameters apart from the statement, as %b asks."""
    backend.ensure_connection()
    sending: Any = psycopg.Cursor(backend.connection)
    return backend.make_cursor(sending)
