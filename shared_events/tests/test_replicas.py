import random
from uuid import UUID

import pytest
from django.db import connection

from shared_events.models import ParkedEvent
from shared_events.testing import deliver, sealed
from shared_events.tests.events import COMMENT, LONG_AGO, comment_created, comment_deleted, comment_updated
from shared_events.tests.example.models import CommentReplica

pytestmark = pytest.mark.django_db


def test_a_replica_takes_the_fields_it_names():
    deliver(comment_created(body="Hello"))

    replica = CommentReplica.objects.get(pk=COMMENT)
    assert (replica.author, replica.body, replica.version, replica.is_deleted) == ("bob", "Hello", 1, False)


def test_a_late_event_does_not_undo_a_newer_one():
    deliver(comment_updated(version=2, body="new"))
    deliver(comment_created(version=1, body="old"))

    assert CommentReplica.objects.get(pk=COMMENT).body == "new"


def test_within_a_batch_the_highest_version_wins_in_any_order():
    deliver(comment_updated(version=3, body="newest"), comment_created(version=1), comment_updated(version=2))

    assert CommentReplica.objects.get(pk=COMMENT).body == "newest"


def test_an_event_with_the_same_version_changes_nothing():
    deliver(comment_created(version=1, body="first"))
    deliver(comment_created(version=1, body="second"))

    assert CommentReplica.objects.get(pk=COMMENT).body == "first"


def test_a_deletion_leaves_an_emptied_tombstone():
    deliver(comment_created(version=1, body="secret"))
    deliver(comment_deleted(version=2))

    replica = CommentReplica.objects.get(pk=COMMENT)
    assert (replica.is_deleted, replica.body, replica.author, replica.version) == (True, "", "", 2)


def test_a_late_update_does_not_resurrect_what_was_deleted():
    deliver(comment_deleted(version=3))
    deliver(comment_updated(version=2))

    assert CommentReplica.objects.get(pk=COMMENT).is_deleted


def test_what_is_told_again_after_a_deletion_lives_again():
    deliver(comment_deleted(version=3))
    deliver(comment_created(version=4, body="back"))

    replica = CommentReplica.objects.get(pk=COMMENT)
    assert (replica.is_deleted, replica.body) == (False, "back")


def test_everything_three_times_in_any_order_and_split_ends_in_the_same_rows():
    history = [
        message
        for number in range(1, 6)
        for message in (
            sealed(comment_created(UUID(int=number), version=1)),
            sealed(comment_updated(UUID(int=number), version=2, status="approved")),
            sealed(comment_updated(UUID(int=number), version=3, body="edited")),
        )
    ] + [sealed(comment_deleted(UUID(int=1), version=4))]
    expected = None
    for seed in range(10):
        CommentReplica.objects.all().delete()
        shuffled = history * 3
        random.Random(seed).shuffle(shuffled)
        while shuffled:
            size = random.Random(len(shuffled)).randint(1, 7)
            deliver(*shuffled[:size])
            del shuffled[:size]
        rows = list(
            CommentReplica.objects.order_by("id").values("id", "version", "body", "status", "is_deleted")
        )
        expected = expected or rows
        assert rows == expected
    assert [row["version"] for row in expected] == [4, 3, 3, 3, 3]


def test_a_text_too_long_for_its_column_is_refused_and_not_cut():
    parked = deliver(comment_created(author="a" * 201, body="fits"), comment_created(UUID(int=9)))

    if connection.vendor == "postgresql":  # SQLite knows no lengths
        assert parked == 1
        assert ParkedEvent.objects.get().reason == "DataError"
        assert list(CommentReplica.objects.values_list("pk", flat=True)) == [UUID(int=9)]
    else:
        assert CommentReplica.objects.get(pk=COMMENT).author == "a" * 201


def test_every_kind_of_value_arrives_as_it_was_told():
    told = comment_created(body='{"\\quoted", NULL}', written_at=LONG_AGO)
    deliver(told, comment_deleted(UUID(int=9), version=9_999_999_999))

    living, deleted = CommentReplica.objects.order_by("id")
    assert (living.post_id, living.body, living.written_at) == (told.post_id, told.body, LONG_AGO)
    assert (deleted.version, deleted.written_at, deleted.body) == (9_999_999_999, None, "")


def test_a_batch_of_nothing_but_tombstones_is_applied():
    deliver(comment_deleted(UUID(int=8)), comment_deleted(UUID(int=9)))

    assert CommentReplica.objects.filter(is_deleted=True, written_at=None).count() == 2


def test_a_batch_larger_than_one_statement_is_applied_whole():
    deliver(*(comment_created(UUID(int=number)) for number in range(1, 1202)))

    assert CommentReplica.objects.count() == 1201
