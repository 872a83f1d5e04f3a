"""A virtual host of its own for each test of the real broker."""

import os
from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import pika
import pytest
from django.conf import settings as django_settings

from shared_events import topology


def management(method: str, path: str, body: bytes | None = None) -> bytes:
    """Ask RabbitMQ's management API."""
    url = os.environ["RABBITMQ_MANAGEMENT_URL"].rstrip("/")
    broker = urlsplit(django_settings.SHARED_EVENTS["AMQP_URL"])
    login = b64encode(f"{broker.username}:{broker.password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
    with urlopen(
        Request(f"{url}/api/{path}", method=method, headers=headers, data=body), timeout=10
    ) as answer:
        return answer.read()


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
