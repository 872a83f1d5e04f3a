"""RabbitMQ's management API, at the broker of the tests."""

import os
from base64 import b64encode
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from django.conf import settings


def management(method: str, path: str, body: bytes | None = None) -> bytes:
    """Ask RabbitMQ's management API."""
    url = os.environ["RABBITMQ_MANAGEMENT_URL"].rstrip("/")
    broker = urlsplit(settings.SHARED_EVENTS["AMQP_URL"])
    login = b64encode(f"{broker.username}:{broker.password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": "application/json"}
    with urlopen(
        Request(f"{url}/api/{path}", method=method, headers=headers, data=body), timeout=10
    ) as answer:
        return answer.read()
