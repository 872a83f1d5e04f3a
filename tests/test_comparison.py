"""The comparison that all tests of faults end with sees each way in which a replica may differ."""

import json
import sqlite3
from collections.abc import Callable

import pytest

from tests.comparison import differences_found_by

POST, COMMENT, MOMENT = "0198f0c4" * 4, "0198f0c5" * 4, "2026-01-02 03:04:05.1"
SHOWN = {
    "id": POST,
    "author": "ann",
    "title": "T",
    "body": "B",
    "comment_count": 1,
    "comments": [{"id": COMMENT, "author": "bob", "body": "C"}],
}
POST_ROW = {"id": POST, "version": 2, "edition": 1, "author": "ann", "title": "T", "body": "B"}
POST_ROW |= {"status": "published", "published_at": MOMENT}
COMMENT_ROW = {"id": COMMENT, "version": 2, "edition": 1, "post_id": POST, "author": "bob", "body": "C"}
COMMENT_ROW |= {"status": "approved", "written_at": MOMENT}
REPLICA = {"is_deleted": 0}
TABLES = {
    "posts": {"posts_post": POST_ROW, "shared_events_outboxentry": {"published_at": MOMENT}},
    "comments": {
        "comments_comment": COMMENT_ROW | {"deleted_at": None},
        "comments_postreplica": POST_ROW | REPLICA,
        "shared_events_outboxentry": {"published_at": MOMENT},
    },
    "moderation": {
        "moderation_postreplica": POST_ROW | REPLICA,
        "moderation_commentreplica": COMMENT_ROW | REPLICA,
        "moderation_case": {"state": "approved"},
        "shared_events_outboxentry": {"published_at": MOMENT},
    },
    "query": {
        "query_postreplica": POST_ROW | REPLICA,
        "query_commentreplica": COMMENT_ROW | REPLICA,
        "query_postdocument": {"id": POST, "is_shown": 1, "text": json.dumps(SHOWN)},
    },
}
HARM = {
    "an event waits": ("posts", "UPDATE shared_events_outboxentry SET published_at = NULL"),
    "a case waits": ("moderation", "UPDATE moderation_case SET state = 'waiting'"),
    "an older version": ("query", "UPDATE query_postreplica SET version = 1"),
    "another text": ("comments", "UPDATE comments_postreplica SET title = 'T-'"),
    "another edition": ("moderation", "UPDATE moderation_commentreplica SET edition = 2"),
    "another moment": ("query", "UPDATE query_commentreplica SET written_at = '2026-01-02 03:04:05.2'"),
    "a row less": ("moderation", "DELETE FROM moderation_postreplica"),
    "a row that was deleted": ("posts", "UPDATE posts_post SET published_at = NULL"),
    "a tombstone": ("query", "UPDATE query_commentreplica SET is_deleted = 1"),
    "no document": ("query", "DELETE FROM query_postdocument"),
    "a wrong count": ("query", """UPDATE query_postdocument SET text = replace(text, '": 1,', '": 2,')"""),
    "an old text": ("query", """UPDATE query_postdocument SET text = replace(text, '"C"', '"Old"')"""),
}
Ask = Callable[[str, str], list]


@pytest.fixture
def ask() -> Ask:
    databases = {service: sqlite3.connect(":memory:") for service in TABLES}
    for service, tables in TABLES.items():
        for table, row in tables.items():
            databases[service].execute(f"CREATE TABLE {table} ({', '.join(row)})")
            places = ", ".join("?" * len(row))
            databases[service].execute(f"INSERT INTO {table} VALUES ({places})", list(row.values()))
    return lambda service, statement: databases[service].execute(statement).fetchall()


def test_what_is_equal_differs_in_nothing(ask):
    assert differences_found_by(ask) == []


@pytest.mark.parametrize("id_of", ["query_postreplica", "query_postdocument"])
def test_nor_does_what_another_database_writes_in_another_way(ask, id_of):
    ask("query", f"UPDATE {id_of} SET id = '0198f0c4-0198-f0c4-0198-f0c40198f0c4'")
    ask("query", "UPDATE query_postreplica SET published_at = '2026-01-02 05:04:05.100000+02:00'")

    assert differences_found_by(ask) == []


@pytest.mark.parametrize("name", HARM)
def test_it_finds(ask, name):
    ask(*HARM[name])

    assert differences_found_by(ask)
