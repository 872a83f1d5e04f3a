"""What must exist in the broker: exchanges, queues and bindings, derived from what is told and heard.

The arguments mean the same on RabbitMQ 3.10 and 4: https://www.rabbitmq.com/docs/quorum-queues
"""

import time
from collections.abc import Iterable
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker
from pika.exchange_type import ExchangeType

from shared_events import addresses, task_queue
from shared_events.catalogue import EVENTS, OWNERS, Event

EVENT_STORE = "event-store"

# A message is returned to its queue whenever a worker or a link dies, however innocent it is.
DELIVERY_LIMIT = 50

STARTING = (404, 541)  # not found, internal error: what a node says of queues that it has not opened yet


def exchange_of(service: str) -> str:
    """Where a service tells its events."""
    return f"{service}.events"


def queue_of(service: str) -> str:
    """Where the events wait that a service hears."""
    return f"{service}.events"


def dead_queue_of(service: str) -> str:
    """Where an event ends that was taken and never settled again and again."""
    return f"{service}.dead"


def queue_arguments(service: str) -> dict[str, Any]:
    """The arguments of a service's queue; RabbitMQ never changes those of a queue that exists."""
    return {
        "x-queue-type": "quorum",
        "x-delivery-limit": DELIVERY_LIMIT,
        "x-dead-letter-exchange": "",
        "x-dead-letter-routing-key": dead_queue_of(service),
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


def declare(channel: BlockingChannel, service: str, heard: Iterable[type[Event]]) -> None:
    """Make the broker as this service needs it; a second time changes nothing.

    Every exchange and the event store are declared by every service, so that it does not matter who is first.
    """
    _declare_exchanges(channel)
    _declare_event_store(channel)
    channel.queue_declare(dead_queue_of(service), durable=True, arguments={"x-queue-type": "quorum"})
    channel.queue_declare(queue_of(service), durable=True, arguments=queue_arguments(service))
    _bind(channel, service, set(heard))


def check(channel: BlockingChannel, service: str) -> None:
    """Raise pika's ChannelClosedByBroker if something of the service's topology is missing."""
    channel.queue_declare(queue_of(service), passive=True)
    channel.queue_declare(dead_queue_of(service), passive=True)
    channel.queue_declare(EVENT_STORE, passive=True)
    for owner in OWNERS:
        channel.exchange_declare(exchange_of(owner), passive=True)


def declare_task_queue(channel: BlockingChannel, name: str) -> None:
    """Make the queue of a service's own Celery tasks, and the exchange of its name that leads there.

    Celery itself declares neither: it would have to be a user who may.
    """
    channel.queue_declare(name, durable=True, arguments=task_queue.ARGUMENTS)
    channel.exchange_declare(name, ExchangeType.direct, durable=True)
    channel.queue_bind(name, name, routing_key=name)


def _declare_exchanges(channel: BlockingChannel) -> None:
    for owner in OWNERS:
        channel.exchange_declare(exchange_of(owner), ExchangeType.topic, durable=True)


def _declare_event_store(channel: BlockingChannel) -> None:
    arguments = {
        "x-queue-type": "stream",
        "x-max-age": "365D",
        "x-stream-max-segment-size-bytes": 100_000_000,
    }
    channel.queue_declare(EVENT_STORE, durable=True, arguments=arguments)
    for owner in OWNERS:
        channel.queue_bind(EVENT_STORE, exchange_of(owner), routing_key="#")


def _bind(channel: BlockingChannel, service: str, heard: set[type[Event]]) -> None:
    """Bind what is heard, and unbind every other event of the catalogue: it may have been heard before."""
    for event in EVENTS:
        place = (queue_of(service), exchange_of(event.owner()), event.type)
        if event in heard:
            channel.queue_bind(*place)
        else:
            channel.queue_unbind(*place)


def establish(
    url: str, service: str, heard: Iterable[type[Event]], *, tasks: str = "", within: float = 30
) -> None:
    """Declare what a service needs at a broker that may have just started; seconds bound the waiting.

    ``tasks`` is its queue of tasks, if it has any.

    A node takes connections a moment before its streams and quorum queues have found their leaders again, and
    answers 404 or 541 for them until then. Raises pika's ChannelClosedByBroker if that does not pass.
    """
    until = time.monotonic() + within
    connection = connect(url)
    try:
        while True:
            try:
                channel = connection.channel()
                declare(channel, service, heard)
                return declare_task_queue(channel, tasks) if tasks else None
            except ChannelClosedByBroker as refusal:
                if refusal.reply_code not in STARTING or time.monotonic() > until:
                    raise
                time.sleep(0.2)
    finally:
        connection.close()


def connect(url: str) -> pika.BlockingConnection:
    """A plain connection to the first node that answers, for declaring and looking."""
    return pika.BlockingConnection([pika.URLParameters(address) for address in addresses.each(url)])
