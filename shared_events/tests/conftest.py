"""A virtual host of its own for each test of the real broker."""

import os
from collections.abc import Iterator
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pika
import pytest

from shared_events import handlers, topology
from shared_events.tests.management_api import management
from shared_events.tests.processes import WorkerProcess


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
