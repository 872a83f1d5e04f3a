"""Databases that go away or are busy: whatever was answered 201 is there, nothing is parked."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import pytest

from tests.assembly import until
from tests.outage.marked import in_query, parked


@pytest.mark.parametrize("assembly", ["postgres"], indirect=True)
def test_databases_that_are_killed_in_the_middle_of_writes_keep_all_that_was_answered(assembly):
    answered = []

    def write(number):
        body = {"title": f"fallen database {number}", "body": "Text."}
        status, answer = assembly.write("POST", "posts", "posts/", "ann", body)
        assert status in (201, 503), (status, answer)
        if status == 201:
            answered.append(answer["id"])

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, number) for number in range(300)]
        until(lambda: len(answered) > 30)
        assembly.system.postgres.kill()
        assembly.system.postgres.start()
        for one in writing:
            one.result()

    assert len(answered) > 30
    # One whose commit was done when its answer was lost may be there as well.
    until(lambda: in_query(assembly, "fallen database") >= len(answered), saying=assembly.differences)
    assembly.quiet()
    assert parked(assembly) == 0


@pytest.mark.parametrize("assembly", ["mixed"], indirect=True)
def test_a_database_that_somebody_else_has_locked_is_waited_for(assembly):
    url = assembly.database_urls()["query"]
    lock = sqlite3.connect(urlsplit(url).path, timeout=20, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        posts = assembly.posts(50, "locked")
        assert in_query(assembly, "locked") == 0
    finally:
        lock.rollback()
        lock.close()

    until(lambda: in_query(assembly, "locked") == len(posts), saying=assembly.differences)
    assembly.quiet()
    assert parked(assembly) == 0
