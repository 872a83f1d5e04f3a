"""The broker of the tests with the users of deploy/rabbitmq, in virtual hosts of their own."""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import pika

from deploy.local.environment import SERVICES
from deploy.rabbitmq import users
from shared_events import topology
from shared_events.catalogue import EVENTS
from shared_events.catalogue.event import Category

PASSWORD = "only for this test"
USERS = (*SERVICES, users.TOPOLOGY)
Channel = pika.adapters.blocking_connection.BlockingChannel


def ask(method: str, path: str, login: str = "", body: object = None) -> object:
    """One request to the management API, as the tests' own user unless another is named."""
    server = urlsplit(os.environ["AMQP_URL"])
    credentials = base64.b64encode((login or f"{server.username}:{server.password}").encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    url = f"{os.environ['RABBITMQ_MANAGEMENT_URL'].rstrip('/')}/api/{path}"
    with urlopen(Request(url, content, headers, method=method), timeout=10) as answer:
        return json.loads(answer.read() or b"null")


@contextmanager
def committed_users() -> Iterator[None]:
    """The users of deploy/rabbitmq/definitions.json, as long as the block lasts."""
    found = users.filled(dict.fromkeys(USERS, PASSWORD))["users"]
    for user in found:
        make(user)
    yield
    for user in found:
        ask("DELETE", f"users/{user['name']}")


def make(user: dict[str, object]) -> None:
    ask("PUT", f"users/{user['name']}", body={key: user[key] for key in ("password_hash", "tags")})


@contextmanager
def virtual_host() -> Iterator[str]:
    """A virtual host where they may do what the file says, with the topology of all services."""
    name = f"trust-{uuid4().hex}"
    ask("PUT", f"vhosts/{name}")
    for granted in json.loads(users.DEFINITIONS.read_text())["permissions"]:
        rights = {key: granted[key] for key in ("configure", "write", "read")}
        ask("PUT", f"permissions/{name}/{granted['user']}", body=rights)
    declare(url_of(users.TOPOLOGY, name))
    yield name
    ask("DELETE", f"vhosts/{name}")


def declare(url: str) -> None:
    """What all services need; each but query hears everything here."""
    general = [event for event in EVENTS if event.category is Category.GENERAL]
    connection = topology.connect(url)
    for service in SERVICES:
        topology.declare(connection.channel(), service, general if service == "query" else EVENTS)
    connection.close()


def url_of(user: str, vhost: str, password: str = PASSWORD) -> str:
    server = urlsplit(os.environ["AMQP_URL"])
    return f"amqp://{user}:{quote(password)}@{server.hostname}:{server.port}/{vhost}"


@contextmanager
def channel_of(user: str, vhost: str) -> Iterator[Channel]:
    """A channel with confirms on: a refusal is heard at once."""
    connection = topology.connect(url_of(user, vhost))
    channel = connection.channel()
    channel.confirm_delivery()
    yield channel
    if connection.is_open:
        connection.close()


def publish(channel: Channel, exchange: str, key: str, body: bytes = b"forged", **properties: object) -> None:
    channel.basic_publish(exchange, key, body, pika.BasicProperties(**properties))
