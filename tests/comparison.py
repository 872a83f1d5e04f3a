"""Compares every row of every replica with its source, straight from the databases."""

import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import psycopg

Row = tuple[Any, ...]

# What others may know of the rows that an owner has, and where each service keeps its copy.
POSTS = ("posts", "posts_post", "published_at IS NOT NULL")
COMMENTS = ("comments", "comments_comment", "deleted_at IS NULL")
REPLICAS = (
    (POSTS, "query", "query_postreplica", "id, version, author, title, body, status"),
    (POSTS, "comments", "comments_postreplica", "id, version, author, title, status"),
    (POSTS, "moderation", "moderation_postreplica", "id, version, author, title, body, status"),
    (COMMENTS, "query", "query_commentreplica", "id, version, post_id, author, body, status"),
    (COMMENTS, "moderation", "moderation_commentreplica", "id, version, post_id, author, body, status"),
)
UNSETTLED = (
    ("posts", "shared_events_outboxentry", "published_at IS NULL"),
    ("comments", "shared_events_outboxentry", "published_at IS NULL"),
    ("moderation", "shared_events_outboxentry", "published_at IS NULL"),
    ("moderation", "moderation_case", "state = 'waiting'"),
)


def differences(urls: Mapping[str, str]) -> list[str]:
    """A line for everything that is under way, or that differs between a replica and its source."""
    found = [
        f"{service}: {count} rows of {table} where {condition}"
        for service, table, condition in UNSETTLED
        if (count := len(rows(urls[service], table, "1", condition)))
    ]
    for (owner, source, visible), holder, replica, columns in REPLICAS:
        wanted = rows(urls[owner], source, columns, visible)
        held = rows(urls[holder], replica, columns, "NOT is_deleted")
        found += [f"{holder} lacks {row} of {owner}" for row in sorted(wanted - held)[:3]]
        found += [f"{holder} has {row}, which {owner} has not" for row in sorted(held - wanted)[:3]]
    return found


def rows(url: str, table: str, columns: str, condition: str) -> set[Row] | list[Row]:
    """Rows of a table with every value as text; a list where only their number matters."""
    found = [
        tuple(map(_text, row)) for row in select(url, f"SELECT {columns} FROM {table} WHERE {condition}")
    ]
    return found if columns == "1" else set(found)


def select(url: str, statement: str) -> list[Row]:
    """What a statement finds in one service's database."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(urlsplit(url).path, timeout=20)
        try:
            return connection.execute(statement).fetchall()
        finally:
            connection.close()
    with psycopg.connect(url, autocommit=True) as session:
        return session.execute(statement).fetchall()  # type: ignore[call-overload]


def _text(value: object) -> str:
    return str(value).replace("-", "")
