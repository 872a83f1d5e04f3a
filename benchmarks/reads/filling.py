"""Fills query's database with posts and comments: replicas by bulk SQL, documents by query's own code."""

from collections.abc import Callable
from typing import Any

import psycopg

COMMENTS_PER_POST = 5
BODY = 600  # characters of a post
REMARK = 120  # characters of a comment
PORTION = 20_000  # posts per statement
INDEX = "bench_newest_first"

Connection = psycopg.Connection[tuple[Any, ...]]
Told = Callable[[int], None]

EMPTY = "TRUNCATE query_postreplica, query_commentreplica, query_postdocument"
# What query needs no more, and who reads posts themselves cannot do without.
ORDER = f"""
CREATE INDEX IF NOT EXISTS {INDEX} ON query_postreplica (published_at DESC, id DESC)
WHERE status = 'published'
"""
KEY = "md5('{thing}' || {number})::uuid"
MOMENT = "timestamptz '2026-01-01' + {number} * interval '1 second'"
PROVENANCE = "2, false, now(), gen_random_uuid(), now()"
# Words of which no two are the same, since a database packs what repeats itself.
WORDS = "left((SELECT string_agg(md5({seed} || w), ' ') FROM generate_series(1, {words}) w), {length})"

POSTS = f"""
INSERT INTO query_postreplica (version, is_deleted, told_at, event_id, applied_at,
                               id, author, title, body, status, published_at)
SELECT {PROVENANCE}, {KEY.format(thing="post", number="n")}, 'author ' || n %% 1000, 'Post ' || n,
       {WORDS.format(seed="n || ' '", words=BODY // 33 + 1, length=BODY)}, 'published',
       {MOMENT.format(number="n")}
FROM generate_series(%s::bigint, %s::bigint) n
"""
COMMENTS = f"""
INSERT INTO query_commentreplica (version, is_deleted, told_at, event_id, applied_at,
                                  id, post_id, author, body, status, written_at)
SELECT {PROVENANCE}, {KEY.format(thing="comment", number="(n * 100 + c)")},
       {KEY.format(thing="post", number="n")}, 'reader ' || (n + c) %% 5000,
       {WORDS.format(seed="n || ' ' || c || ' '", words=REMARK // 33 + 1, length=REMARK)}, 'approved',
       {MOMENT.format(number="(n + c)")}
FROM generate_series(%s::bigint, %s::bigint) n, generate_series(1, {COMMENTS_PER_POST}) c
"""


def fill(database: Connection, posts: int, told: Told) -> None:
    """Have exactly so many posts with five comments each, as replicas; documents are made by a command."""
    database.execute(EMPTY)
    for start in range(1, posts + 1, PORTION):
        end = min(start + PORTION - 1, posts)
        for statement in (POSTS, COMMENTS):
            database.execute(statement, (start, end))
        told(end - start + 1)
    database.execute(ORDER)


def settle(database: Connection) -> None:
    """Let the database know what it holds, so that it plans as it would after a while."""
    database.execute("VACUUM ANALYZE query_postreplica, query_commentreplica, query_postdocument")


def clean(database: Connection) -> None:
    """Leave nothing behind."""
    database.execute(EMPTY)
    database.execute(f"DROP INDEX IF EXISTS {INDEX}")
