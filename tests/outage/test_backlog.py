"""A worker that was away for hours: everything that waited is applied."""

import time
from pathlib import Path

import pytest

from chassis.wordpress.testing import export, item
from tests.assembly import assembled, until
from tests.comparison import select

BACKLOG = 20_000
LARGEST_MEMORY = 400  # MB, of the worker and its pool: a backlog waits in the broker


@pytest.fixture
def assembly(tmp_path_factory):
    """A system of its own: nobody else wants twenty thousand posts."""
    with assembled(tmp_path_factory.mktemp("backlog"), postgres=True) as assembly:
        yield assembly


def in_query(assembly, condition):
    url = assembly.database_urls()["query"]
    return select(url, f"SELECT count(*) FROM query_postreplica WHERE {condition}")[0][0]


def peak_memory(pid: int) -> int:
    """In MB, of a process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    peaks = [
        Path(f"/proc/{one}/status").read_text().partition("VmHWM:")[2].split()[0] for one in (pid, *children)
    ]
    return sum(map(int, peaks)) // 1024


def test_f18_twenty_thousand_events_that_waited_are_applied(assembly, tmp_path):
    # Only query hears them here: the others would share the processors with it.
    for name in ("query.worker", "comments.worker", "moderation.worker"):
        assembly.running[name].stop()
    posts = (item(number, title=f"backlog {number}") for number in range(1, BACKLOG + 1))
    assembly.manage("posts", "import", str(export(tmp_path / "export.xml", posts)))
    waiting = "SELECT count(*) FROM shared_events_outboxentry WHERE published_at IS NULL"
    posts_url = assembly.database_urls()["posts"]
    until(lambda: select(posts_url, waiting)[0][0] == 0)
    assert in_query(assembly, "true") == 0

    def applied_everything():
        return in_query(assembly, "title LIKE 'backlog %'") == BACKLOG

    worker = assembly.running["query.worker"]
    worker.start()
    began = time.monotonic()
    until(lambda: in_query(assembly, "true") > 0)
    assembly.post("written while it catches up")
    until(applied_everything, saying=lambda: in_query(assembly, "true"))
    until(lambda: in_query(assembly, "title = 'written while it catches up'") == 1)

    print(f"{BACKLOG} events in {time.monotonic() - began:.1f} s, {peak_memory(worker.process.pid)} MB")
    assert peak_memory(worker.process.pid) < LARGEST_MEMORY
    query_url = assembly.database_urls()["query"]
    assert select(query_url, "SELECT count(*) FROM shared_events_parkedevent")[0][0] == 0
    assert rows(query_url, "query_postreplica") == rows(posts_url, "posts_post")


def rows(url, table):
    return set(select(url, f"SELECT id, version, author, title, body, status, published_at FROM {table}"))
