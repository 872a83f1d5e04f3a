"""Fills query's database with posts and comments by bulk SQL; query's own code says whether it did well."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import md5
from typing import Any
from uuid import UUID

import psycopg

COMMENTS_PER_POST = 5
BODY = 600  # characters of a post
REMARK = 120  # characters of a comment
PORTION = 20_000  # posts per statement
INDEX = "bench_newest_first"
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)

Connection = psycopg.Connection[tuple[Any, ...]]
Told = Callable[[str], None]

TABLES = ("query_postdocument", "query_postreplica", "query_commentreplica")
# What query needs no more, and who reads posts themselves cannot do without.
ORDER = f"""
CREATE INDEX IF NOT EXISTS {INDEX} ON query_postreplica (published_at DESC, id DESC)
WHERE status = 'published'
"""
KEY = "md5('{thing}' || {number})::uuid"
MOMENT = f"(timestamptz '{BEGAN.isoformat()}' + {{number}} * interval '1 second')"
PROVENANCE = "2, false, now(), gen_random_uuid(), now()"
# Rows are far too short to be packed, so it does not matter that their text repeats itself.
TEXT = "left(repeat(md5({seed}) || ' ', {times}), {length})"

POST_ID, POST_MOMENT = KEY.format(thing="post", number="n"), MOMENT.format(number="n")
POST_BODY = TEXT.format(seed="n::text", times=BODY // 33 + 1, length=BODY)
COMMENT_ID, COMMENT_MOMENT = (
    KEY.format(thing="comment", number="(n * 100 + c)"),
    MOMENT.format(number="(n + c)"),
)
REMARK_BODY = TEXT.format(seed="n || ' ' || c", times=REMARK // 33 + 1, length=REMARK)
POSTS = f"""
INSERT INTO query_postreplica (version, is_deleted, told_at, event_id, applied_at,
                               id, author, title, body, status, published_at)
SELECT {PROVENANCE}, {POST_ID}, 'author ' || n %% 1000, 'Post ' || n, {POST_BODY}, 'published', {POST_MOMENT}
FROM generate_series(%s::bigint, %s::bigint) n
"""
COMMENTS = f"""
INSERT INTO query_commentreplica (version, is_deleted, told_at, event_id, applied_at,
                                  id, post_id, author, body, status, written_at)
SELECT {PROVENANCE}, {COMMENT_ID}, {POST_ID}, 'reader ' || (n + c) %% 5000, {REMARK_BODY}, 'approved',
       {COMMENT_MOMENT}
FROM generate_series(%s::bigint, %s::bigint) n, generate_series(1, {COMMENTS_PER_POST}) c
"""
# A moment as query's documents have it, and the letters of a document byte for byte.
SHOWN = "to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
COMMENT_TEXT = f"""
format('{{"id":"%%s","author":"reader %%s","body":"%%s","written_at":"%%s"}}', {COMMENT_ID},
       (n + c) %% 5000, {REMARK_BODY}, {SHOWN.format(moment=COMMENT_MOMENT)})
"""
POST_TEXT = f"""
format('{{"id":"%%s","author":"author %%s","title":"Post %%s","body":"%%s","published_at":"%%s",'
       '"comment_count":{COMMENTS_PER_POST},"comments":[%%s]}}', {POST_ID}, n %% 1000, n, {POST_BODY},
       {SHOWN.format(moment=POST_MOMENT)},
       (SELECT string_agg({COMMENT_TEXT}, ',' ORDER BY c DESC)
        FROM generate_series(1, {COMMENTS_PER_POST}) c))
"""
DOCUMENTS = f"""
INSERT INTO query_postdocument (id, comment_count, is_shown, author, published_at, text, tag)
SELECT {POST_ID}, {COMMENTS_PER_POST}, true, 'author ' || n %% 1000, {POST_MOMENT}, text, left(md5(text), 24)
FROM (SELECT n, {POST_TEXT} AS text FROM generate_series(%s::bigint, %s::bigint) n) made
"""


def id_of(number: int) -> UUID:
    """The id of a post; posts are counted from 1."""
    return UUID(md5(f"post{number}".encode(), usedforsecurity=False).hexdigest())


def moment_of(number: int) -> datetime:
    """When a post was published."""
    return BEGAN + timedelta(seconds=number)


def extend(database: Connection, posts: int, told: Told, *, replicas: bool) -> None:
    """Have documents of so many posts with five comments each; with ``replicas`` the copies of them as well.

    A page of the feed is read from documents alone.
    """
    tables = {"query_postdocument": DOCUMENTS}
    if replicas:
        tables |= {"query_postreplica": POSTS, "query_commentreplica": COMMENTS}
        database.execute(ORDER)
    for table, statement in tables.items():
        per_post = COMMENTS_PER_POST if statement == COMMENTS else 1
        for start in range(count(database, table) // per_post + 1, posts + 1, PORTION):
            end = min(start + PORTION - 1, posts)
            database.execute(statement, (start, end))
            told(f"{table.removeprefix('query_')}: {end:,} of {posts:,} posts")
    database.execute(f"VACUUM ANALYZE {', '.join(TABLES)}")


def texts(database: Connection, numbers: range) -> list[str]:
    """The documents of some posts."""
    rows = database.execute(
        "SELECT text FROM query_postdocument WHERE id = ANY(%s) ORDER BY published_at",
        [[id_of(number) for number in numbers]],
    )
    return [row[0] for row in rows.fetchall()]


def forget(database: Connection, numbers: range) -> None:
    """Take away the documents of some posts."""
    database.execute(
        "DELETE FROM query_postdocument WHERE id = ANY(%s)", [[id_of(number) for number in numbers]]
    )


def count(database: Connection, table: str) -> int:
    found = database.execute(f"SELECT count(*) FROM {table}").fetchone()
    return int(found[0]) if found else 0
