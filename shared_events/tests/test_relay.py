import json
import threading
from urllib.parse import quote
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from shared_events import causation, handlers, outbox, topology
from shared_events.envelope import CONTENT_TYPE, unseal
from shared_events.models import OutboxEntry
from shared_events.relay.confirms import Unconfirmed
from shared_events.relay.lease import Lease
from shared_events.relay.loop import Relay
from shared_events.relay.wakeup import wakeup
from shared_events.tests.conftest import management
from shared_events.tests.events import post_created
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def tell(*events):
    with transaction.atomic(), causation.started_by("request-1"):
        outbox.append(*events)


def test_what_was_told_arrives_and_is_marked_only_then(carrier, channel, posts_queue):
    tell(post_created(version=1), post_created(version=2))
    assert OutboxEntry.objects.filter(published_at=None).count() == 2

    assert carrier.carry() == 2

    assert not OutboxEntry.objects.filter(published_at=None).exists()
    method, properties, body = channel.basic_get(posts_queue)
    assert (method.routing_key, properties.user_id, properties.correlation_id) == (
        "posts.post.created",
        "guest",
        "request-1",
    )
    assert (properties.content_type, properties.delivery_mode) == (CONTENT_TYPE, 2)
    envelope = unseal(body)
    assert properties.message_id == str(envelope.id)
    assert envelope.event() == post_created(version=1)


def test_an_empty_outbox_is_nothing_to_carry(carrier):
    assert carrier.carry() == 0


def test_without_a_topology_nothing_is_marked_and_all_arrives_after_it_is_declared(carrier, channel):
    tell(post_created())
    with pytest.raises(Unconfirmed):
        carrier.carry()
    assert OutboxEntry.objects.filter(published_at=None, set_aside_at=None).count() == 1

    topology.declare(channel, "query", {type(post_created())})
    carrier.carry()

    assert channel.queue_declare(topology.queue_of("query"), passive=True).method.message_count == 1


def test_every_event_is_confirmed_by_its_own_name_in_a_long_batch(carrier, channel, posts_queue):
    tell(*(post_created(UUID(int=number)) for number in range(1, 1201)))

    assert [carrier.carry(), carrier.carry()] == [1200, 0]

    until(lambda: channel.queue_declare(posts_queue, passive=True).method.message_count == 1200)


def test_nobody_looks_again_after_a_batch_that_was_not_full(carrier, posts_queue):
    tell(post_created())

    with CaptureQueriesContext(connection) as statements:
        assert carrier.carry() == 1

    assert [statement["sql"].split()[0] for statement in statements] == ["SELECT", "UPDATE"]
    assert not carrier.more_may_wait


def test_a_running_relay_survives_its_connection_being_closed(carrier, broker, channel, posts_queue):
    relay = Relay(carrier, Lease(), wakeup())
    thread = threading.Thread(target=run_and_close, args=[relay])
    thread.start()
    try:
        tell(post_created(version=1))
        until(lambda: OutboxEntry.objects.exclude(published_at=None).count() == 1)
        close_connections(broker)
        tell(post_created(version=2))
        until(lambda: OutboxEntry.objects.exclude(published_at=None).count() == 2, seconds=60)
    finally:
        relay.stopping.set()
        thread.join(10)
    assert not thread.is_alive()


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

    for name in until(found, seconds=60):
        management("DELETE", f"connections/{quote(name)}")


def test_what_is_heard_can_be_declared_twice(channel):
    for _ in range(2):
        topology.declare(channel, "posts", handlers.heard())

    topology.check(channel, "posts")
