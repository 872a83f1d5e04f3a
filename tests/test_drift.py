"""A row that somebody deletes in a copy is found, by number and by name, and found to be there again."""

import sqlite3
from contextlib import closing
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.assembly import until
from tests.comparison import select
from tests.conftest import WATCHED

COPIES = {
    "posts": ("query.PostReplica", "comments.PostReplica", "moderation.PostReplica"),
    "comments": ("query.CommentReplica", "moderation.CommentReplica"),
}
COPY = "query.PostReplica"
FOUND = "SELECT replica, told_at, count_told - count_found, differences FROM drift_comparison"
watched = pytest.mark.parametrize("assembly", [WATCHED], indirect=True, scope="session")


def comparisons(assembly):
    """What was last found of each copy: when that was told, how many rows too few, where it differs."""
    urls = assembly.database_urls()
    return {
        copy: rest
        for service in ("query", "comments", "moderation")
        for copy, *rest in select(urls[service], FOUND)
    }


@pytest.fixture
def tell(assembly):
    """Has a service tell its digests, and returns when all who have copies have compared."""

    def tell_and_wait(owner):
        before = comparisons(assembly)
        assert f"told {owner}." in assembly.manage(owner, "digests")
        until(lambda: all(is_newer(copy, before, comparisons(assembly)) for copy in COPIES[owner]))

    return tell_and_wait


def is_newer(copy, before, now):
    told_at = now.get(copy, [None])[0]
    return told_at is not None and told_at != before.get(copy, [None])[0]


def drifted(assembly):
    """What Prometheus would see."""
    with urlopen(f"{assembly.system.urls['query']}/query/metrics", timeout=10) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        samples = [one for family in families for one in family.samples]
    numbers = {
        one.labels["replica"]: one.value
        for one in samples
        if one.name == "shared_events_replica_drift_buckets"
    }
    return numbers[COPY]


def forget(assembly, post):
    """Delete query's copy of a post by hand; the owner is on PostgreSQL, and this copy on SQLite."""
    with closing(sqlite3.connect(urlsplit(assembly.database_urls()["query"]).path, timeout=20)) as database:
        deleted = database.execute("DELETE FROM query_postreplica WHERE id = ?", [post.replace("-", "")])
        database.commit()
        assert deleted.rowcount == 1


@watched
def test_every_copy_equals_its_source_on_either_database(assembly, tell):
    post = assembly.post("Copied")
    until(lambda: assembly.comment(post, "Copied as well.")[0] == 201)
    assembly.quiet()

    for owner in COPIES:
        tell(owner)

    found = comparisons(assembly)
    assert found.keys() == {copy for copies in COPIES.values() for copy in copies}
    for copy, (_, missing, differences) in found.items():
        assert (missing, differences) in ((0, {}), (0, "{}")), copy


@watched
def test_a_row_that_is_deleted_by_hand_is_found_and_missed_no_longer_once_it_is_told_again(assembly, tell):
    post = assembly.post("Forgotten")
    assembly.quiet()
    forget(assembly, post)
    try:
        tell("posts")
        tell("posts")
        assert drifted(assembly) == 1
        with pytest.raises(AssertionError, match="1 of 2 kinds of copies differ from their source"):
            assembly.manage("query", "drift")
    finally:  # other tests go on with this system
        status, _ = assembly.write("PATCH", "posts", f"posts/{post}/", "ann", {"title": "Remembered"})

    assert status == 200
    assembly.quiet()
    tell("posts")
    assert drifted(assembly) == 0
