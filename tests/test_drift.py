"""A row that somebody deletes in a replica is found, by number and by name, and found to be there again."""

import sqlite3
from contextlib import closing
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.assembly import until
from tests.comparison import select
from tests.conftest import WATCHED

REPLICA = "query.PostReplica"
COMPARED = f"SELECT version FROM drift_comparison WHERE replica = '{REPLICA}'"


@pytest.fixture
def tell(assembly):
    """Has posts tell its digests, and returns when query has compared."""

    def tell_and_wait():
        before = select(assembly.database_urls()["query"], COMPARED)
        assert "told posts.post.digested" in assembly.manage("posts", "digests")
        until(lambda: select(assembly.database_urls()["query"], COMPARED) != before)

    return tell_and_wait


def drifted(assembly):
    """What Prometheus would see."""
    with urlopen(f"{assembly.system.urls['query']}/query/metrics", timeout=10) as answer:
        families = text_string_to_metric_families(answer.read().decode())
        samples = [one for family in families for one in family.samples]
    (found,) = [
        one.value
        for one in samples
        if one.name == "shared_events_replica_drift_buckets" and one.labels["replica"] == REPLICA
    ]
    return found


def forget(assembly, post):
    """Delete query's copy of a post by hand; the owner is on PostgreSQL, and this copy on SQLite."""
    with closing(sqlite3.connect(urlsplit(assembly.database_urls()["query"]).path, timeout=20)) as database:
        deleted = database.execute("DELETE FROM query_postreplica WHERE id = ?", [post.replace("-", "")])
        database.commit()
        assert deleted.rowcount == 1


@pytest.mark.parametrize("assembly", [WATCHED], indirect=True, scope="session")
def test_a_row_that_is_deleted_by_hand_is_found_and_missed_no_longer_once_it_is_told_again(assembly, tell):
    post = assembly.post("Forgotten")
    assembly.quiet()
    tell()
    assert drifted(assembly) == 0

    forget(assembly, post)
    tell()
    tell()

    assert drifted(assembly) == 1
    with pytest.raises(AssertionError, match="1 of 2 kinds of copies differ from their source"):
        assembly.manage("query", "drift")

    status, _ = assembly.write("PATCH", "posts", f"posts/{post}/", "ann", {"title": "Remembered"})
    assert status == 200
    assembly.quiet()
    tell()
    assert drifted(assembly) == 0
    assert f"{REPLICA}: equals what posts told" in assembly.manage("query", "drift")
