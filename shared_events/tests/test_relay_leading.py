import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from shared_events import outbox
from shared_events.models import RelayLease
from shared_events.relay import lease as leases
from shared_events.relay.lease import Lease
from shared_events.relay.wakeup import wakeup
from shared_events.tests.events import post_created

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked_every_time(monkeypatch):
    """A lease that asks the database on every call."""
    monkeypatch.setattr(leases, "RENEW_AFTER", 0)


def test_only_one_of_two_relays_leads_and_the_other_follows_when_it_lets_go(asked_every_time):
    first, second = Lease(), Lease()

    assert [first.hold(), second.hold(), first.hold()] == [True, False, True]

    first.release()
    assert [second.hold(), first.hold()] == [True, False]


def test_a_leader_that_says_nothing_for_the_time_of_its_lease_is_replaced(asked_every_time):
    frozen, next_ = Lease(), Lease()
    assert frozen.hold()
    RelayLease.objects.update(until=timezone.now() - timedelta(milliseconds=1))

    assert next_.hold()
    assert not frozen.hold()


def test_a_leader_renews_its_lease_before_it_ends(asked_every_time):
    leader = Lease()
    assert leader.hold()
    nearly_over = timezone.now() + timedelta(seconds=1)
    RelayLease.objects.update(until=nearly_over)

    assert leader.hold()

    assert RelayLease.objects.get().until > nearly_over
    assert leases.LASTS.total_seconds() / 2 > leases.RENEW_AFTER


def test_a_leader_asks_the_database_no_more_than_once_a_second(django_assert_num_queries):
    leader = Lease()
    leader.hold()

    with django_assert_num_queries(0):
        assert leader.hold()


def test_letting_go_takes_nothing_from_another_leader(asked_every_time):
    RelayLease.objects.create(pk=leases.ONLY, holder=uuid4(), until=timezone.now() + timedelta(minutes=1))
    stranger = Lease()

    stranger.release()

    assert not stranger.hold()


def test_the_leader_wakes_when_something_is_told():
    looking, woken = threading.Event(), threading.Event()

    def wait():
        # In one thread, as in a relay: SQLite counts the changes that this connection has seen.
        waiting, stopping = wakeup(), threading.Event()
        waiting.listen()
        waiting.wait(0.01, stopping)
        looking.set()
        waiting.wait(120, stopping)
        woken.set()
        waiting.close()
        connection.close()

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    assert looking.wait(60)
    with transaction.atomic():
        outbox.append(post_created())

    assert woken.wait(60)
    thread.join()


def test_nothing_told_wakes_nobody():
    waiting = wakeup()
    waiting.listen()
    waiting.wait(0.01, threading.Event())
    started = time.monotonic()

    waiting.wait(0.3, threading.Event())

    assert time.monotonic() - started >= 0.3
    waiting.close()
