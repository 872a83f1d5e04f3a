"""Compares every row of every replica with its source, straight from the databases."""

import re
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests import documents

Row = tuple[Any, ...]
Select = Callable[[str, str], list[Row]]  # a service, a statement

# What others may know of the rows that an owner has, and where each service keeps its copy.
POSTS = ("posts", "posts_post", "published_at IS NOT NULL")
COMMENTS = ("comments", "comments_comment", "deleted_at IS NULL")
REPLICAS = (
    (POSTS, "query", "query_postreplica", "id, version, author, title, body, status, published_at"),
    (POSTS, "comments", "comments_postreplica", "id, version, author, title, status"),
    (POSTS, "moderation", "moderation_postreplica", "id, version, edition, author, title, body, status"),
    (COMMENTS, "query", "query_commentreplica", "id, version, post_id, author, body, status, written_at"),
    (
        COMMENTS,
        "moderation",
        "moderation_commentreplica",
        "id, version, edition, post_id, author, body, status",
    ),
)
ID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:\d\d)?)?")
UNSETTLED = (
    ("posts", "shared_events_outboxentry", "published_at IS NULL"),
    ("comments", "shared_events_outboxentry", "published_at IS NULL"),
    ("moderation", "shared_events_outboxentry", "published_at IS NULL"),
    ("moderation", "moderation_case", "state = 'waiting'"),
)


def differences(urls: Mapping[str, str]) -> list[str]:
    """A line for everything that is under way, or that differs between a replica and its source."""
    return differences_found_by(lambda service, statement: select(urls[service], statement))


def differences_found_by(ask: Select) -> list[str]:
    """The same where the databases are asked by other ways than their addresses."""
    found = [
        f"{service}: {count} rows of {table} where {condition}"
        for service, table, condition in UNSETTLED
        if (count := len(ask(service, f"SELECT 1 FROM {table} WHERE {condition}")))
    ]
    for (owner, source, visible), holder, replica, columns in REPLICAS:
        wanted = rows(ask, owner, f"SELECT {columns} FROM {source} WHERE {visible}")
        held = rows(ask, holder, f"SELECT {columns} FROM {replica} WHERE NOT is_deleted")
        found += [f"{holder} lacks {row} of {owner}" for row in sorted(wanted - held)[:3]]
        found += [f"{holder} has {row}, which {owner} has not" for row in sorted(held - wanted)[:3]]
    return found or documents.differences(ask)


def rows(ask: Select, service: str, statement: str) -> set[Row]:
    """What a statement finds, with every value as text."""
    return {tuple(map(_text, row)) for row in ask(service, statement)}


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
    """The same text for the same id or moment, however its database writes it."""
    text = str(value)
    if ID.fullmatch(text):
        return documents.plain(text)
    if MOMENT.fullmatch(text):
        moment = datetime.fromisoformat(text)
        return (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    return text
