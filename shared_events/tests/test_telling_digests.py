"""Digests of what a service owns: what they say, when they are told, and that one of many tells them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.db.models import QuerySet
from django.utils import timezone

from shared_events import digests
from shared_events.catalogue import PostsDigested
from shared_events.digests import digest
from shared_events.drift import telling
from shared_events.drift.models import DigestTelling
from shared_events.testing import told
from shared_events.tests.example.models import OwnPost

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def hourly(settings):
    settings.SHARED_EVENTS = {**settings.SHARED_EVENTS, "DIGESTS_EVERY": HOUR}


def owned(*ids, **fields):
    OwnPost.objects.bulk_create(OwnPost(id=key, **fields) for key in ids)


def long_ago():
    """The digests were told two hours before."""
    DigestTelling.objects.update_or_create(
        type=PostsDigested.type, defaults={"told_at": timezone.now() - 2 * HOUR}
    )


def test_a_digest_is_what_the_catalogue_says():
    key = UUID(int=(7 << 64) + 513)
    owned(key, version=3)

    count, found = digest(OwnPost.objects.all(), buckets=256)

    hashed = sha256(bytes.fromhex("00000000000000070000000000000201" + "0000000000000003")).hexdigest()
    assert count == 1
    assert {bucket: one for bucket, one in enumerate(found) if one} == {1: int(hashed[:12], 16)}


def test_of_several_rows_in_a_bucket_the_order_does_not_matter(monkeypatch):
    monkeypatch.setattr(digests, "ROWS_AT_ONCE", 2)
    ids = [uuid4() for _ in range(5)]
    alone = []
    for key in ids:
        owned(key)
        alone.append(digest(OwnPost.objects.filter(pk=key), buckets=1).digests[0])

    (together,) = digest(OwnPost.objects.all(), buckets=1).digests

    assert together == alone[0] ^ alone[1] ^ alone[2] ^ alone[3] ^ alone[4]


def test_what_others_do_not_know_of_is_not_in_it():
    owned(UUID(int=1))
    owned(UUID(int=2), is_told=False)

    call_command("digests")

    (event,) = told()
    assert isinstance(event, PostsDigested)
    assert event.count == 1
    assert [bucket for bucket, one in enumerate(event.digests) if one] == [1]


def test_each_is_newer_than_the_one_before_even_within_a_second():
    for _ in range(3):
        call_command("digests")

    versions = [event.version for event in told()]
    assert versions == sorted(set(versions))


def test_a_database_that_was_set_back_is_heard_all_the_same():
    call_command("digests")
    DigestTelling.objects.all().delete()
    call_command("digests")

    before, after = told()
    assert after.version >= before.version > 1_700_000_000, "it counts seconds, and not tellings"


def test_a_service_that_never_told_them_waits_for_its_turn(hourly):
    assert telling.tell_due() == 0
    assert told() == []


def test_they_are_told_once_they_are_due_and_not_again(hourly):
    long_ago()

    assert telling.tell_due() == 1
    assert telling.tell_due() == 0
    assert len(told()) == 1


def test_they_are_never_told_by_themselves_where_nobody_wants_it():
    long_ago()

    assert telling.tell_due() == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_that_see_at_once_that_it_is_time_one_tells(hourly, monkeypatch):
    long_ago()
    both, exists = Barrier(2), QuerySet.exists

    def exists_for_both(rows):
        answer = exists(rows)
        both.wait(30)
        return answer

    def ask(_):
        try:
            return telling.tell_due()
        finally:
            connections.close_all()

    monkeypatch.setattr(QuerySet, "exists", exists_for_both)
    with ThreadPoolExecutor(2) as workers:
        assert sorted(workers.map(ask, range(2))) == [0, 1]
    assert len(told()) == 1


def test_who_owns_nothing_has_nothing_to_tell(monkeypatch):
    monkeypatch.setattr("shared_events.management.commands.digests.DIGESTED", {})

    with pytest.raises(CommandError, match="posts owns nothing that others have copies of"):
        call_command("digests")
