from threading import Thread

import pytest
from django.db import connection, transaction

from comments import commands
from comments.domain import Person
from comments.tests.events import POST, judged, post_created
from shared_events.testing import deliver, told
from shared_events.tests.waiting import until

BOB = Person("bob")


@pytest.mark.skipif(
    "connection.vendor == 'sqlite'",
    reason="SQLite lets one transaction write at a time: these two cannot meet; runs on PostgreSQL",
)
@pytest.mark.django_db(transaction=True)
def test_an_edit_and_a_verdict_at_the_same_moment_make_two_versions():
    deliver(post_created())
    comment = commands.write_comment(post_id=POST, author="bob", body="Hello")
    verdict = Thread(target=deliver_elsewhere, args=[judged(comment, "approved")])

    with transaction.atomic():
        commands.edit_comment(comment_id=comment.id, by=BOB, body="Hello again")
        verdict.start()
        until(somebody_waits_for_us)
    verdict.join()

    comment.refresh_from_db()
    assert (comment.body, comment.edition, comment.status) == ("Hello again", 2, "pending")
    assert [(event.version, event.status) for event in told()] == [(1, "pending"), (2, "pending")]


def deliver_elsewhere(*events):
    try:
        deliver(*events)
    finally:
        connection.close()


def somebody_waits_for_us():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks "
            "WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return cursor.fetchone()[0]
