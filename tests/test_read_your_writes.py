"""Whoever asks to see their own write sees it, or is told to wait: never what was there before.

The suite makes 80 loops on each database. For as many as are wanted:
`TIDINGS_TEST_LOOPS=1000 python3 manage.py test system -- -s -k read_your_writes`
"""

import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from uuid import uuid4

import pytest

from tests.assembly import until
from tests.client import Answer, Client

LOOPS = int(os.environ.get("TIDINGS_TEST_LOOPS", "80"))
READERS = 4

on_both = pytest.mark.parametrize("assembly", ["sqlite", "postgres"], indirect=True, scope="session")
# Where no database has a say in it, on one of them.
on_sqlite = pytest.mark.parametrize("assembly", ["sqlite"], indirect=True, scope="session")


def see(client: Client, path: str, after: str) -> tuple[Answer, int]:
    """Read from query until it has heard of the write; the answer, and how often it said to wait."""
    told_to_wait = []

    def heard() -> Answer | None:
        answer = client.ask("GET", "query", path, Tidings_After=after)
        if answer.status != 503:
            return answer
        assert (answer.headers["retry-after"], answer.body["code"]) == ("1", "not_heard_yet")
        told_to_wait.append(answer)
        return None

    answer = until(heard, seconds=60, saying=lambda: f"query has not heard of {after}")
    return answer, len(told_to_wait)


def write_and_read(client: Client, number: int) -> Counter[str]:
    """Post, edit and delete, and see each in query at once."""
    post = client.ask("POST", "posts", "posts/", {"title": f"Loop {number}", "body": "First."})
    address, seen = f"posts/{post.body['id']}/", Counter[str]()
    created, waits = see(client, address, post.headers["tidings-version"])
    seen["fresh" if created.status == 200 else "stale"] += 1
    seen["refused"] += waits

    edit = client.ask("PATCH", "posts", address, {"title": f"Edited {number}"})
    edited, waits = see(client, address, edit.headers["tidings-version"])
    seen["fresh" if edited.status == 200 and edited.body["title"] == f"Edited {number}" else "stale"] += 1
    seen["refused"] += waits

    if number % 4 == 0:
        gone = client.ask("DELETE", "posts", address)
        deleted, waits = see(client, address, gone.headers["tidings-version"])
        seen["fresh" if deleted.status == 404 else "stale"] += 1
        seen["refused"] += waits
    return seen


@contextmanager
def busy(writer: Client) -> Iterator[None]:
    """Somebody else writes all the while, as fast as posts can take it."""
    done = Event()

    def write() -> None:
        while not done.is_set():
            assert writer.ask("POST", "posts", "posts/", {"title": "Load", "body": "."}).status == 201

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        try:
            yield
        finally:
            done.set()
        writing.result()


@on_both
def test_no_reader_gets_a_stale_answer_after_a_write(assembly):
    clients = [Client(assembly, f"reader{number}") for number in range(READERS)]

    def loops(reader: int) -> Counter[str]:
        numbers = range(reader, LOOPS, READERS)
        return sum((write_and_read(clients[reader], number) for number in numbers), Counter[str]())

    started = time.monotonic()
    with ThreadPoolExecutor(READERS) as pool, busy(Client(assembly, "writer")):
        seen = sum(pool.map(loops, range(READERS)), Counter[str]())

    print(f"{LOOPS} loops, {READERS} readers, {time.monotonic() - started:.1f} s: {dict(seen)}")
    assert seen["stale"] == 0
    assert seen["fresh"] >= 2 * LOOPS


@on_both
def test_a_comment_is_taken_right_after_its_post(assembly):
    ann, bob = Client(assembly, "ann"), Client(assembly, "bob")

    for number in range(10):
        post = ann.ask("POST", "posts", "posts/", {"title": f"Post {number}", "body": "A body."})
        after = post.headers["tidings-version"]
        path = f"posts/{post.body['id']}/comments/"
        comment = bob.ask("POST", "comments", path, {"body": "Hello"}, Tidings_After=after)
        assert comment.status == 201, comment


@on_sqlite
def test_what_query_never_hears_of_is_waited_for_and_refused(assembly):
    started = time.monotonic()
    answer = Client(assembly, "ann").ask("GET", "query", "posts/", Tidings_After=f"{uuid4()}@1")

    assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
    assert 2 < time.monotonic() - started < 6


@on_both
def test_of_many_at_once_with_one_key_one_takes_effect(assembly):
    clients, key, text = [Client(assembly, "ann") for _ in range(6)], str(uuid4()), str(uuid4())

    def send(client: Client) -> Answer:
        return client.ask("POST", "posts", "posts/", {"title": text, "body": "."}, Idempotency_Key=key)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, clients))

    assert [answer.status for answer in answers] == [201] * 6
    assert len({answer.body["id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    listed = clients[0].ask("GET", "posts", "posts/").body["results"]
    assert [post["title"] for post in listed].count(text) == 1
