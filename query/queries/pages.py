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
    moment, key, *others = select.columns
    # As text: only that of the first and of the last row is looked at, and a datetime is costly to make.
    columns = [f"CAST({moment} AS text)", key, *others]
    with connection.cursor() as cursor:
        cursor.execute(*_statement(select, columns, beyond, size + 1))
        rows, has_newer, has_older = _cut(cursor.fetchall(), beyond, size)
    return Page(
        rows=[make(*row) for row in rows],
        newer=_position(rows[0], to_newer=True) if has_newer else None,
        older=_position(rows[-1], to_newer=False) if has_older else None,
    )


def read_marks(select: Select, *, beyond: Position | None, size: int) -> list[str]:
    """The third column of what ``read_page`` would read, and before them whether there is more around it."""
    found = _texts(*_statement(select, select.columns[2:3], beyond, size + 1))
    marks, has_newer, has_older = _cut(found, beyond, size)
    return [surroundings(newer=has_newer, older=has_older), *marks]


def surroundings(*, newer: bool, older: bool) -> str:
    """What is around a page, as a mark."""
    return f"{newer:d}{older:d}"


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


def _cut(found: list[Any], beyond: Position | None, size: int) -> tuple[list[Any], bool, bool]:
    """The rows of a page, newest first, and whether newer ones and older ones can be read on from there."""
    has_more, rows = len(found) > size, found[:size]
    if not rows:
        return [], False, False
    if beyond is None or not beyond.to_newer:
        return rows, beyond is not None, has_more
    rows.reverse()
    return rows, has_more, True


def _statement(
    select: Select, columns: Sequence[str], beyond: Position | None, limit: int
) -> tuple[str, list[Any] | None]:
    conditions, values = list(select.conditions), list(select.values)
    moment, key = select.columns[:2]
    to_newer = beyond is not None and beyond.to_newer
    if beyond is not None:
        conditions.append(f"({moment}, {key}) {'>' if to_newer else '<'} (%s, %s)")
        values += [connection.ops.adapt_datetimefield_value(beyond.moment), id_value(beyond.id)]
    order = "ASC" if to_newer else "DESC"
    statement = (
        f"SELECT {', '.join(columns)} "
        f"FROM {select.source} WHERE {' AND '.join(conditions)} "
        f"ORDER BY {moment} {order}, {key} {order} LIMIT {limit:d}"
    )
    return statement, values or None


def _texts(statement: str, values: list[Any] | None) -> list[str]:
    """What a statement finds in its first column; see chassis.postgresql for the quick way."""
    ask = None if values else getattr(connection, "texts", None)
    if ask is not None:
        return list(ask(statement))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _position(row: Sequence[Any], *, to_newer: bool) -> Position:
    return Position(as_moment(row[0]), as_id(row[1]), to_newer)
