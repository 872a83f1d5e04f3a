"""Whoever asks to see their own write sees it, or is told to wait: never what was there before.

The suite makes 80 loops on PostgreSQL. As many as are wanted, on SQLite too:
`TIDINGS_TEST_LOOPS=1000 python3 manage.py test system -- -s -k read_your_writes`
"""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from deploy.local import tokens

WANTED = os.environ.get("TIDINGS_TEST_LOOPS", "")
LOOPS = int(WANTED or "80")
ENGINES = ["sqlite", "postgres"] if WANTED else ["postgres"]
READERS = 4
TRIES = 20

pytestmark = pytest.mark.parametrize("assembly", ENGINES, indirect=True, scope="module")


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: Any


class Client:
    """Somebody with a connection of their own to each service, kept alive."""

    def __init__(self, assembly, name: str) -> None:
        self.token = tokens.mint(assembly.state, name)
        self.connections = {
            service: HTTPConnection(urlsplit(url).netloc, timeout=30)
            for service, url in assembly.system.urls.items()
        }

    def close(self) -> None:
        for connection in self.connections.values():
            connection.close()

    def ask(self, method: str, service: str, path: str, body: Any = None, **headers: str) -> Answer:
        connection = self.connections[service]
        given = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        given |= {name.replace("_", "-"): text for name, text in headers.items()}
        content = None if body is None else json.dumps(body)
        connection.request(method, f"/{service}/api/v1/{path}", content, given)
        response = connection.getresponse()
        raw = response.read()
        named = {name.lower(): text for name, text in response.getheaders()}
        return Answer(response.status, named, json.loads(raw) if raw else None)

    def see(self, path: str, after: str) -> tuple[Answer, int]:
        """Read from query until it has heard of the write; the answer, and how often it said to wait."""
        for refused in range(TRIES):
            answer = self.ask("GET", "query", path, Tidings_After=after)
            if answer.status != 503:
                return answer, refused
            assert answer.headers["retry-after"] == "1"
            assert answer.body["code"] == "not_heard_yet"
        raise AssertionError(f"query has not heard of {after} after {TRIES} times of waiting")


@pytest.fixture
def client(assembly) -> Iterator[Callable[[str], Client]]:
    """Makes clients, and hangs up for them in the end."""
    with ExitStack() as stack:
        yield lambda name: stack.enter_context(closing(Client(assembly, name)))


def write_and_read(client: Client, number: int) -> Counter[str]:
    """Post, edit and delete, and see each in query at once."""
    post = client.ask("POST", "posts", "posts/", {"title": f"Loop {number}", "body": "First."})
    address, seen = f"posts/{post.body['id']}/", Counter[str]()
    created, waits = client.see(address, post.headers["tidings-version"])
    seen["fresh" if created.status == 200 else "stale"] += 1
    seen["refused"] += waits

    edit = client.ask("PATCH", "posts", address, {"title": f"Edited {number}"})
    edited, waits = client.see(address, edit.headers["tidings-version"])
    seen["fresh" if edited.status == 200 and edited.body["title"] == f"Edited {number}" else "stale"] += 1
    seen["refused"] += waits

    if number % 4 == 0:
        gone = client.ask("DELETE", "posts", address)
        deleted, waits = client.see(address, gone.headers["tidings-version"])
        seen["fresh" if deleted.status == 404 else "stale"] += 1
        seen["refused"] += waits
    return seen


def test_no_reader_gets_a_stale_answer_after_a_write(client):
    clients = [client(f"reader{number}") for number in range(READERS)]

    def loops(reader: int) -> Counter[str]:
        numbers = range(reader, LOOPS, READERS)
        return sum((write_and_read(clients[reader], number) for number in numbers), Counter[str]())

    started = time.monotonic()
    with ThreadPoolExecutor(READERS) as pool:
        seen = sum(pool.map(loops, range(READERS)), Counter[str]())

    print(f"{LOOPS} loops, {READERS} readers, {time.monotonic() - started:.1f} s: {dict(seen)}")
    assert seen["stale"] == 0
    assert seen["fresh"] >= 2 * LOOPS


def test_a_comment_is_taken_right_after_its_post(client):
    ann, bob = client("ann"), client("bob")

    for number in range(10):
        post = ann.ask("POST", "posts", "posts/", {"title": f"Post {number}", "body": "A body."})
        after = post.headers["tidings-version"]
        path = f"posts/{post.body['id']}/comments/"
        comment = bob.ask("POST", "comments", path, {"body": "Hello"}, Tidings_After=after)
        assert comment.status == 201, comment


def test_what_query_never_hears_of_is_waited_for_and_refused(client):
    started = time.monotonic()
    answer = client("ann").ask("GET", "query", "posts/", Tidings_After=f"{uuid4()}@1")

    assert (answer.status, answer.headers["content-type"]) == (503, "application/problem+json")
    assert 2 < time.monotonic() - started < 6


def test_of_many_at_once_with_one_key_one_takes_effect(client):
    clients, key, text = [client("ann") for _ in range(6)], str(uuid4()), str(uuid4())

    def send(client: Client) -> Answer:
        return client.ask("POST", "posts", "posts/", {"title": text, "body": "."}, Idempotency_Key=key)

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, clients))

    assert [answer.status for answer in answers] == [201] * 6
    assert len({answer.body["id"] for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    listed = clients[0].ask("GET", "posts", "posts/").body["results"]
    assert [post["title"] for post in listed].count(text) == 1
