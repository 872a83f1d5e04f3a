"""A virtual host of its own for each test of the real broker."""

import os
from collections.abc import Iterator
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pika
import pytest

from shared_events import handlers, topology
from shared_events.catalogue import EVENTS
from shared_events.relay.carrier import Carrier
from shared_events.relay.publisher import Publisher
from shared_events.tests.management_api import management
from shared_events.tests.processes import WorkerProcess
from shared_events.tests.relays import Listener


@pytest.fixture
def broker(settings) -> Iterator[str]:
    """The URL of an empty virtual host, which the package uses meanwhile."""
    if "RABBITMQ_MANAGEMENT_URL" not in os.environ:
        pytest.fail("needs a broker: run `python3 manage.py test shared_events`")
    name = f"test-{uuid4().hex}"
    server = urlsplit(settings.SHARED_EVENTS["AMQP_URL"])
    management("PUT", f"vhosts/{name}")
    management("PUT", f"permissions/{name}/{server.username}", b'{"configure":".*","write":".*","read":".*"}')
    url = f"amqp://{server.netloc}/{quote(name)}"
    settings.SHARED_EVENTS = {**settings.SHARED_EVENTS, "AMQP_URL": url}
    yield url
    management("DELETE", f"vhosts/{name}")


@pytest.fixture
def channel(broker) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    connection = topology.connect(broker)
    yield connection.channel()
    if connection.is_open:
        connection.close()


@pytest.fixture
def queue(channel) -> str:
    """The queue of the example, declared and bound."""
    topology.declare(channel, "posts", handlers.heard())
    return topology.queue_of("posts")


@pytest.fixture
def idle_worker(broker, queue, tmp_path, transactional_db) -> Iterator[WorkerProcess]:
    """A worker that the test starts itself."""
    worker = WorkerProcess(broker, tmp_path)
    yield worker
    worker.kill()


@pytest.fixture
def worker(idle_worker) -> WorkerProcess:
    """A worker at work."""
    idle_worker.start()
    return idle_worker


@pytest.fixture
def posts_queue(channel) -> str:
    """The queue of a service that hears everything posts tells."""
    topology.declare(channel, "query", {kind for kind in EVENTS if kind.owner() == "posts"})
    return topology.queue_of("query")


@pytest.fixture
def listener(channel, posts_queue) -> Listener:
    return Listener(channel, posts_queue)


@pytest.fixture
def carrier(broker) -> Iterator[Carrier]:
    publisher = Publisher(broker, name="relay under test")
    publisher.start()
    yield Carrier(publisher, user="guest")
    publisher.stop()
