import json
import threading
from urllib.parse import quote
from uuid import UUID

import pytest
from django.db import connection, transaction

from shared_events import causation, handlers, outbox, topology
from shared_events.envelope import CONTENT_TYPE, unseal
from shared_events.models import OutboxEntry
from shared_events.relay.confirms import Unconfirmed
from shared_events.relay.leadership import leadership
from shared_events.relay.loop import Relay
from shared_events.relay.publisher import Publisher
from shared_events.tests.conftest import management
from shared_events.tests.events import post_created
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def relay(broker):
    publisher = Publisher(broker, name="relay under test")
    publisher.start()
    relay = Relay(publisher, leadership(), user="guest")
    yield relay
    relay.stopping.set()
    publisher.stop()


@pytest.fixture
def queue(channel):
    """A service that hears everything posts tells."""
    topology.declare(channel, "query", {kind for kind in topology.EVENTS if kind.owner() == "posts"})
    return topology.queue_of("query")


def tell(*events):
    with transaction.atomic(), causation.started_by("request-1"):
        outbox.append(*events)


def test_what_was_told_arrives_and_is_marked_only_then(relay, channel, queue):
    tell(post_created(version=1), post_created(version=2))
    assert OutboxEntry.objects.filter(published_at=None).count() == 2

    assert relay.carry() == 2

    assert not OutboxEntry.objects.filter(published_at=None).exists()
    method, properties, body = channel.basic_get(queue)
    assert (method.routing_key, properties.user_id, properties.correlation_id) == (
        "posts.post.created",
        "guest",
        "request-1",
    )
    assert (properties.content_type, properties.delivery_mode) == (CONTENT_TYPE, 2)
    envelope = unseal(body)
    assert properties.message_id == str(envelope.id)
    assert envelope.event() == post_created(version=1)


def test_an_empty_outbox_is_nothing_to_carry(relay):
    assert relay.carry() == 0


def test_without_a_topology_nothing_is_marked_and_all_arrives_after_it_is_declared(relay, channel):
    tell(post_created())
    with pytest.raises(Unconfirmed):
        relay.carry()
    assert OutboxEntry.objects.filter(published_at=None, set_aside_at=None).count() == 1

    topology.declare(channel, "query", {type(post_created())})
    relay.carry()

    assert channel.queue_declare(topology.queue_of("query"), passive=True).method.message_count == 1


def test_an_event_that_no_queue_takes_is_set_aside_with_the_reason(relay, channel):
    channel.exchange_declare(topology.exchange_of("posts"), "topic", durable=True)
    tell(post_created())

    assert relay.carry() == 1

    entry = OutboxEntry.objects.get()
    assert entry.published_at is None
    assert (entry.set_aside_at is not None, entry.set_aside_because) == (True, "no queue takes it")


def test_every_event_is_confirmed_by_its_own_name_in_a_long_batch(relay, channel, queue):
    tell(*(post_created(UUID(int=number)) for number in range(1, 1201)))

    assert [relay.carry(), relay.carry(), relay.carry(), relay.carry()] == [500, 500, 200, 0]

    until(lambda: channel.queue_declare(queue, passive=True).method.message_count == 1200)


def test_a_running_relay_survives_its_connection_being_closed(relay, broker, channel, queue):
    thread = threading.Thread(target=run_and_close, args=[relay])
    thread.start()
    try:
        tell(post_created(version=1))
        until(lambda: OutboxEntry.objects.exclude(published_at=None).count() == 1)
        close_connections(broker)
        tell(post_created(version=2))
        until(lambda: OutboxEntry.objects.exclude(published_at=None).count() == 2, seconds=30)
    finally:
        relay.stopping.set()
        thread.join(10)
    assert not thread.is_alive()


def test_only_one_of_two_relays_leads_and_the_other_follows_when_it_resigns():
    first, second = leadership(), leadership()
    try:
        assert first.lead()
        assert not second.lead()
        assert first.lead()
        first.resign()
        assert second.lead()
    finally:
        first.resign()
        second.resign()


def test_the_leader_wakes_when_something_is_told():
    leader = leadership()
    stopping = threading.Event()
    woken = threading.Event()
    assert leader.lead()
    leader.wait(0.01, stopping)

    def wait():
        leader.wait(30, stopping)
        woken.set()
        connection.close()

    thread = threading.Thread(target=wait)
    thread.start()
    tell(post_created())

    assert woken.wait(10)
    thread.join()
    leader.resign()


def run_and_close(relay):
    try:
        relay.run()
    finally:
        connection.close()


def close_connections(broker):
    """Cut the relay's connection, as an operator may do in the management UI."""
    place = f"vhosts/{broker.rpartition('/')[2]}/connections"

    def found():
        every = json.loads(management("GET", place))
        return [one["name"] for one in every if one.get("user_provided_name") == "relay under test"]

    for name in until(found, seconds=20):
        management("DELETE", f"connections/{quote(name)}")


def test_what_is_heard_can_be_declared_twice(channel):
    for _ in range(2):
        topology.declare(channel, "posts", handlers.heard())

    topology.check(channel, "posts")
