"""Two workers at once, each with a connection of its own."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from query.models import PostDocument
from query.tests import recount
from query.tests.events import (
    comment_created,
    comment_deleted,
    comment_updated,
    post_created,
    post_id,
    post_updated,
)
from shared_events.testing import deliver, sealed

pytestmark = pytest.mark.django_db(transaction=True)

BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture(autouse=True)
def two_writers() -> None:
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite one transaction writes at a time")


@pytest.mark.parametrize(
    ("known", "first", "second"),
    [
        ([post_created()], comment_updated(1), comment_updated(2)),
        ([], comment_updated(1), comment_updated(2)),
        ([comment_created(1)], comment_updated(1, status="rejected"), comment_updated(1, version=3)),
        ([comment_created(1)], comment_updated(1), comment_deleted(1)),
        ([], comment_updated(1), comment_deleted(1)),
        ([comment_updated(1), comment_updated(2)], comment_deleted(1), comment_deleted(2)),
        ([post_created()], post_updated(title="Edited"), comment_updated(1)),
        ([comment_updated(1)], post_created(), comment_updated(1, version=3, body="Edited")),
        ([comment_updated(1)], comment_updated(1, version=3, post=2), comment_deleted(1, version=4, post=1)),
    ],
)
def test_what_two_workers_do_to_one_post_at_once_adds_up(known, first, second):
    deliver(post_created(9), *known)

    def other_worker() -> None:
        try:
            deliver(second)
        finally:
            connection.close()

    thread = threading.Thread(target=other_worker)
    with transaction.atomic():
        deliver(first)
        thread.start()
        until_somebody_waits()
    thread.join(20)
    deliver(post_created(1, version=1))

    assert recount.counts() == recount.expected_counts()
    assert recount.documents() == recount.expected_documents()


def test_batches_of_two_workers_that_touch_the_same_posts_end_in_the_same_as_a_recount():
    history = [sealed(post_created(number)) for number in range(1, 6)]
    history += [sealed(comment_created(number, post=1 + number % 5)) for number in range(1, 61)]
    history += [sealed(comment_updated(number, post=1 + number % 5)) for number in range(1, 61)]
    history += [sealed(comment_deleted(number, post=1 + number % 5)) for number in range(1, 61, 3)]
    failures: list[Exception] = []
    workers = [threading.Thread(target=_work, args=(seed, history, failures)) for seed in (1, 2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert failures == []
    assert PostDocument.objects.filter(comment_count=8, is_shown=True).count() == 5
    assert recount.documents() == recount.expected_documents()


def test_nobody_touches_a_document_from_before_its_comments_are_read():
    deliver(post_created(), comment_updated(1))
    free = []

    def look(execute, sql, *arguments):
        if "newest_0" in sql:
            with ThreadPoolExecutor(1) as other:
                free.append(other.submit(is_free).result(10))
                other.submit(lambda: connection.close()).result(10)
        return execute(sql, *arguments)

    with connection.execute_wrapper(look):
        deliver(comment_updated(2))

    assert free == [False]
    assert is_free()


@transaction.atomic
def is_free() -> bool:
    """Whether somebody else, with a connection of their own, could renew the document right now."""
    return PostDocument.objects.select_for_update(skip_locked=True).filter(pk=post_id(1)).exists()


def until_somebody_waits() -> None:
    deadline = time.monotonic() + 10
    with connection.cursor() as cursor:
        while not waiting(cursor):
            assert time.monotonic() < deadline


def waiting(cursor: Any) -> int:
    cursor.execute(BLOCKED)
    return cursor.fetchone()[0]


def _work(seed: int, history: list, failures: list[Exception]) -> None:
    """Hear all of a history, shuffled and cut into batches."""
    chance = random.Random(seed)
    waiting = chance.sample(history, k=len(history))
    try:
        while waiting:
            size = chance.randint(1, 30)
            deliver(*waiting[:size])
            del waiting[:size]
    except OperationalError as error:
        failures.append(error)
    finally:
        connection.close()
