import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection, transaction

from shared_events import projections
from shared_events.models import ParkedEvent
from shared_events.testing import deliver
from shared_events.tests.events import COMMENT, comment_created, comment_deleted, comment_updated
from shared_events.tests.example.models import CommentReplica
from shared_events.tests.waiting import until

BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def moved(monkeypatch) -> list:
    """Every row that a projection was told of: its id, then its body before and after."""
    told = []

    def note(moves):
        for before, after in moves[CommentReplica]:
            if after.body == "poison":
                raise ValueError("a poisoned comment")
            told.append((after.id, before and before.body, after.body))

    monkeypatch.setitem(projections.PROJECTIONS, note, (CommentReplica,))
    return told


@pytest.mark.django_db
def test_a_projection_learns_what_a_row_was_and_what_it_is(moved):
    deliver(comment_created(body="first"))
    deliver(comment_updated(version=2, body="second"), comment_updated(version=3, body="third"))
    deliver(comment_deleted(version=4))

    assert moved == [(COMMENT, None, "first"), (COMMENT, "first", "third"), (COMMENT, "third", "")]


@pytest.mark.django_db
def test_a_projection_hears_nothing_of_a_row_that_did_not_move(moved):
    deliver(comment_updated(version=2, body="new"))
    deliver(comment_created(version=1, body="old"), comment_updated(version=2, body="again"))

    assert moved == [(COMMENT, None, "new")]


@pytest.mark.django_db
def test_new_rows_and_known_ones_of_a_large_batch_are_told_in_the_order_of_their_keys(moved):
    deliver(*(comment_created(UUID(int=number), body="old") for number in range(1, 1202, 2)))
    moved.clear()

    deliver(*(comment_updated(UUID(int=number), body="new") for number in range(1201, 0, -1)))

    assert moved == [(UUID(int=n), "old" if n % 2 else None, "new") for n in range(1, 1202)]
    assert set(CommentReplica.objects.values_list("body", flat=True)) == {"new"}


@pytest.mark.django_db
def test_what_a_projection_cannot_bear_is_parked_and_leaves_no_replica(moved):
    deliver(comment_created(body="first"))

    parked = deliver(
        comment_created(UUID(int=3)), comment_updated(body="poison"), comment_created(UUID(int=4))
    )

    assert (parked, ParkedEvent.objects.get().reason) == (1, "ValueError")
    assert CommentReplica.objects.get(pk=COMMENT).body == "first"
    assert CommentReplica.objects.count() == 3


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_known", [False, True])
def test_what_was_before_is_true_while_another_worker_moves_the_same_row(moved, is_known):
    if is_known:
        deliver(comment_created(version=1, body="first"))
    begun = threading.Event()

    def other_worker() -> None:
        try:
            begun.set()
            deliver(comment_updated(version=3, body="third"))
        finally:
            connection.close()

    thread = threading.Thread(target=other_worker)
    with transaction.atomic():
        deliver(comment_updated(version=2, body="second"))
        thread.start()
        until(is_blocked if connection.vendor == "postgresql" else begun.is_set)
    thread.join(20)

    assert moved[-2:] == [(COMMENT, "first" if is_known else None, "second"), (COMMENT, "second", "third")]


@pytest.mark.django_db(transaction=True)
def test_nobody_moves_a_row_after_it_was_read_as_what_was_before(moved):
    if connection.vendor == "sqlite":
        pytest.skip("on SQLite one transaction writes at a time")
    deliver(comment_created(version=1))
    free = []

    def look(execute, sql, *arguments):
        if "DO UPDATE" in sql:
            with ThreadPoolExecutor(1) as other:
                free.append(other.submit(is_free).result(10))
                other.submit(lambda: connection.close()).result(10)
        return execute(sql, *arguments)

    with connection.execute_wrapper(look):
        deliver(comment_updated(version=2))

    assert free == [False]
    assert is_free()


@transaction.atomic
def is_free() -> bool:
    """Whether somebody else, with a connection of their own, could change the row right now."""
    return CommentReplica.objects.select_for_update(skip_locked=True).filter(pk=COMMENT).exists()


def is_blocked() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED)
        return cursor.fetchone()[0] > 0
