"""Processes that are away or die in the middle of their work: nothing is lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.assembly import until
from tests.outage.marked import in_query

# On these two every service has been on either database.
pytestmark = pytest.mark.parametrize("assembly", ["sqlite", "postgres"], indirect=True)


def test_query_catches_up_to_equality_after_its_worker_was_away(assembly):
    worker = assembly.running["query.worker"]

    worker.stop()
    posts = assembly.posts(200, "backlog")
    for number, post in enumerate(posts[:20]):
        assembly.write("PATCH", "posts", f"posts/{post}/", "ann", {"title": f"backlog {number}, edited"})
    for post in posts[20:30]:
        assembly.write("DELETE", "posts", f"posts/{post}/", "ann")
    until(lambda: assembly.comment(posts[50], "While query is away.")[0] == 201)
    assert in_query(assembly, "backlog") == 0
    worker.start()

    until(lambda: in_query(assembly, "backlog") == 190, saying=assembly.differences)
    assembly.quiet()


def test_whatever_is_killed_in_the_middle_of_writes_nothing_is_lost(assembly):
    killed = [name for name in assembly.running if not name.endswith(".web")]

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(assembly.posts, 150, "killed")
        for name in killed:
            assembly.running[name].kill()
            assembly.running[name].start()
        posts = writing.result()

    assert len(set(posts)) == 150
    until(lambda: in_query(assembly, "killed") == 150, saying=assembly.differences)
    assembly.quiet()
