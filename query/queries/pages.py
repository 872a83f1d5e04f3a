"""Cuts a list that grows at its top into pages, each read from an index by one statement."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection

RowT = TypeVar("RowT")


class Position(NamedTuple):
    """A place in a list, and in which direction somebody reads on from there."""

    moment: datetime
    id: UUID
    to_newer: bool = False


class Page(NamedTuple, Generic[RowT]):
    """Some rows, newest first, and where to read on, if there is more."""

    rows: list[RowT]
    newer: Position | None
    older: Position | None


class Select(NamedTuple):
    """The rows of a list; the first two columns say when each came, and which it is."""

    columns: Sequence[str]
    source: str
    conditions: Sequence[str]
    values: Sequence[Any]


def read_page(select: Select, make: Callable[..., RowT], *, beyond: Position | None, size: int) -> Page[RowT]:
    """The rows next to a position, or the newest; ``make`` gets the columns of each."""
    found = _read(select, beyond, size + 1)
    has_more = len(found) > size
    rows = found[:size]
    if beyond is None or not beyond.to_newer:
        has_newer, has_older = beyond is not None, has_more
    else:
        rows.reverse()
        has_newer, has_older = has_more, True
    return Page(
        rows=[make(*row) for row in rows],
        newer=_position(rows[0], to_newer=True) if rows and has_newer else None,
        older=_position(rows[-1], to_newer=False) if rows and has_older else None,
    )


def as_id(value: Any) -> UUID:
    """An id as the database gives it: SQLite knows only text."""
    return value if isinstance(value, UUID) else UUID(value)


def as_moment(text: str) -> datetime:
    """A moment as the database writes it: SQLite knows no time zone, and keeps all in UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def id_value(key: UUID) -> Any:
    """An id as the database takes it."""
    return key if connection.features.has_native_uuid_field else key.hex


def _read(select: Select, beyond: Position | None, limit: int) -> list[tuple[Any, ...]]:
    conditions, values = list(select.conditions), list(select.values)
    moment, key, *others = select.columns
    to_newer = beyond is not None and beyond.to_newer
    if beyond is not None:
        conditions.append(f"({moment}, {key}) {'>' if to_newer else '<'} (%s, %s)")
        values += [connection.ops.adapt_datetimefield_value(beyond.moment), id_value(beyond.id)]
    order = "ASC" if to_newer else "DESC"
    # As text: only that of the first and of the last row is looked at, and a datetime is costly to make.
    statement = (
        f"SELECT {', '.join([f'CAST({moment} AS text)', key, *others])} "
        f"FROM {select.source} WHERE {' AND '.join(conditions)} "
        f"ORDER BY {moment} {order}, {key} {order} LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, limit])
        return list(cursor.fetchall())


def _position(row: Sequence[Any], *, to_newer: bool) -> Position:
    return Position(as_moment(row[0]), as_id(row[1]), to_newer)
