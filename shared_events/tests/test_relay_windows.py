"""Each window in which a relay can die or freeze, opened on purpose."""

import threading
import time

import pytest
from django.db import connection, connections, transaction

from shared_events import outbox
from shared_events.models import OutboxEntry, RelayLease
from shared_events.relay.carrier import Carrier
from shared_events.relay.publisher import Publisher
from shared_events.tests.events import post_created
from shared_events.tests.relays import RelayProcess, all_published, seconds_until_published, tell
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

TAKES_OVER_WITHIN = 5  # seconds


@pytest.fixture
def relays(broker, tmp_path):
    """Makes relay processes, and ends them."""
    made = []

    def make(name):
        made.append(RelayProcess(broker, tmp_path, name))
        return made[-1]

    yield make
    for relay in made:
        relay.kill()


def test_f01_killed_after_the_confirm_and_before_the_mark_it_is_sent_twice_and_never_lost(relays, listener):
    tell(20)
    relay = relays("relay")
    relay.start(armed="relay.after_confirm=kill@1")
    until(relay.died, seconds=60)
    assert OutboxEntry.objects.filter(published_at=None).count() == 20
    assert listener.listen().total() == 20

    relay.start()

    until(all_published, seconds=60)
    assert listener.heard_all()
    assert listener.repeated == 20


def test_f02_killed_after_sending_and_before_any_confirm_all_of_it_is_sent_again(relays, listener):
    tell(20)
    relay = relays("relay")
    relay.start(armed="relay.after_send=kill@1")
    until(relay.died, seconds=60)
    assert OutboxEntry.objects.filter(published_at=None).count() == 20
    until(lambda: listener.listen().total() == 20)

    relay.start()

    until(all_published, seconds=60)
    until(listener.heard_all)
    assert listener.repeated == 20


def test_f03_killed_with_rows_in_hand_under_load_the_next_leads_within_five_seconds(relays, listener):
    first = relays("first").start_and("leads", armed="relay.after_claim=kill@10")
    relays("second").start_and("stands by")
    stop = threading.Event()

    def write():
        while not stop.wait(0.01):  # SQLite's writers do not queue: a tight loop would shut the relay out
            tell(1)
        connection.close()

    writing = threading.Thread(target=write)
    writing.start()
    try:
        until(first.died, seconds=60)
        before = OutboxEntry.objects.exclude(published_at=None).count()
        died = time.monotonic()
        until(lambda: OutboxEntry.objects.exclude(published_at=None).count() > before, seconds=60)
        assert time.monotonic() - died < TAKES_OVER_WITHIN
    finally:
        stop.set()
        writing.join()

    until(all_published, seconds=60)
    until(listener.heard_all)


def test_f04_three_relays_at_once_publish_everything_once(relays, listener):
    relays("first").start_and("leads")
    for name in ("second", "third"):
        relays(name).start_and("stands by")

    for _ in range(30):
        tell(10)

    until(all_published, seconds=60)
    until(listener.heard_all)
    assert listener.repeated == 0


def test_f05_a_frozen_leader_is_replaced_and_does_no_harm_when_it_goes_on(relays, listener):
    zombie = relays("zombie").start_and("leads", armed="relay.after_claim=stop@20")
    relays("second").start_and("stands by")
    until(lambda: tell(1) and zombie.reached("relay.after_claim", hit=20), seconds=60)

    in_hand = OutboxEntry.objects.count()  # at most

    assert seconds_until_published() < TAKES_OVER_WITHIN
    zombie.thaw()
    until(lambda: zombie.log.read_text().count("stands by") == 1, seconds=60)
    listener.listen()
    known = listener.repeated
    tell(50)

    until(all_published, seconds=60)
    until(listener.heard_all)
    assert listener.repeated == known <= in_hand  # what it had in hand, and nothing that was told later


def test_one_that_is_asked_to_stop_lets_another_lead_at_once(relays, listener):
    first = relays("first").start_and("leads")
    relays("second").start_and("stands by")
    leader = RelayLease.objects.get().holder

    assert first.terminate() == 0
    assert RelayLease.objects.get().holder != leader  # and not only when its lease is over
    tell(1)

    until(all_published)


def test_f06_a_lower_id_that_is_committed_later_is_not_missed(broker, listener):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time: ids are committed in their order")
    publisher = Publisher(broker, name="relay under test")
    publisher.start()
    carrier = Carrier(publisher, user="guest")
    inserted, go_on = threading.Event(), threading.Event()

    def slow_writer():
        with transaction.atomic():
            outbox.append(post_created())
            inserted.set()
            go_on.wait(20)
        connections.close_all()

    writing = threading.Thread(target=slow_writer)
    writing.start()
    assert inserted.wait(20)
    tell(1)
    assert carrier.carry() == 1
    go_on.set()
    writing.join()

    assert carrier.carry() == 1

    lower, higher = OutboxEntry.objects.order_by("id")
    assert lower.published_at > higher.published_at
    until(listener.heard_all)
    publisher.stop()
