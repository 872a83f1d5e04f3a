"""What the broker lets each service do: its own, and nothing of another's."""

import base64
import json
import os
from collections.abc import Callable, Iterator
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from deploy.rabbitmq import users
from shared_events import topology
from shared_events.catalogue import EVENTS

SERVICES = ("posts", "comments", "moderation", "query")
PASSWORD = "only for this test"


def ask(method: str, path: str, login: str = "", body: object = None) -> object:
    """One request to the management API, as the tests' own user unless another is named."""
    server = urlsplit(os.environ["AMQP_URL"])
    credentials = base64.b64encode((login or f"{server.username}:{server.password}").encode()).decode()
    headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    url = f"{os.environ['RABBITMQ_MANAGEMENT_URL'].rstrip('/')}/api/{path}"
    with urlopen(Request(url, content, headers, method=method), timeout=10) as answer:
        return json.loads(answer.read() or b"null")


def declare_everything(url: str) -> None:
    connection = topology.connect(url)
    for service in SERVICES:
        topology.declare(connection.channel(), service, EVENTS)
    connection.close()


@pytest.fixture(scope="module")
def vhost() -> Iterator[str]:
    """A virtual host with the users of deploy/rabbitmq and the topology of all services."""
    if "RABBITMQ_MANAGEMENT_URL" not in os.environ:
        pytest.fail("needs a broker: run `python3 manage.py test system`")
    name = f"trust-{uuid4().hex}"
    definitions = users.filled(dict.fromkeys((*SERVICES, users.TOPOLOGY), PASSWORD))
    ask("PUT", f"vhosts/{name}")
    for user in definitions["users"]:
        ask("PUT", f"users/{user['name']}", body={key: user[key] for key in ("password_hash", "tags")})
    for granted in definitions["permissions"]:
        rights = {key: granted[key] for key in ("configure", "write", "read")}
        ask("PUT", f"permissions/{name}/{granted['user']}", body=rights)
    declare_everything(url_of(users.TOPOLOGY, name))
    yield name
    ask("DELETE", f"vhosts/{name}")
    for user in definitions["users"]:
        ask("DELETE", f"users/{user['name']}")


def url_of(user: str, vhost: str) -> str:
    server = urlsplit(os.environ["AMQP_URL"])
    return f"amqp://{user}:{quote(PASSWORD)}@{server.hostname}:{server.port}/{vhost}"


@pytest.fixture
def posts(vhost: str) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    """A channel of the user posts, with confirms on: a refusal is heard at once."""
    connection = topology.connect(url_of("posts", vhost))
    channel = connection.channel()
    channel.confirm_delivery()
    yield channel
    if connection.is_open:
        connection.close()


def publish(channel, exchange: str, key: str, **properties: object) -> None:
    channel.basic_publish(exchange, key, b"forged", pika.BasicProperties(**properties))


PROBES: dict[str, tuple[int, Callable]] = {
    "S98 tells as comments": (403, lambda c: publish(c, "comments.events", "comments.comment.created")),
    "S101 writes into another's queue": (403, lambda c: publish(c, "", "query.events")),
    "S102 takes from another's queue": (403, lambda c: c.basic_get("comments.events")),
    "S102 hears with another's queue": (403, lambda c: c.basic_consume("query.events", print)),
    "S102 empties another's queue": (403, lambda c: c.queue_purge("query.events")),
    "S102 deletes another's queue": (403, lambda c: c.queue_delete("query.events")),
    "S102 unbinds another's queue": (
        403,
        lambda c: c.queue_unbind("query.events", "posts.events", "posts.post.created"),
    ),
    "S103 declares a queue": (403, lambda c: c.queue_declare("posts.secret", durable=True)),
    "S103 declares a nameless queue": (403, lambda c: c.queue_declare("", exclusive=True)),
    "S103 declares an exchange": (403, lambda c: c.exchange_declare("posts.other", "topic")),
    "S103 deletes its own exchange": (403, lambda c: c.exchange_delete("posts.events")),
    "S105 binds exchange to exchange": (
        403,
        lambda c: c.exchange_bind("comments.events", "posts.events", "#"),
    ),
    "S106 hears what it has not subscribed": (
        403,
        lambda c: c.queue_bind("posts.events", "comments.events", "comments.comment.created"),
    ),
    "S107 names another user": (
        406,
        lambda c: publish(c, "posts.events", "posts.post.created", user_id="comments"),
    ),
    "reads the event store": (403, lambda c: c.basic_get(topology.EVENT_STORE)),
}


@pytest.mark.parametrize("probe", PROBES)
def test_posts_is_refused_when_it(probe, posts):
    code, attempt = PROBES[probe]

    with pytest.raises(ChannelClosedByBroker) as refusal:
        attempt(posts)

    assert refusal.value.reply_code == code


@pytest.mark.parametrize("user", ["posts", "comments", "moderation"])
def test_every_teller_may_tell_its_own_under_its_own_name(user, vhost):
    connection = topology.connect(url_of(user, vhost))
    channel = connection.channel()
    channel.confirm_delivery()
    mine = next(event.type for event in EVENTS if event.owner() == user)

    channel.basic_publish(f"{user}.events", mine, b"{}", pika.BasicProperties(user_id=user), mandatory=True)

    connection.close()


@pytest.mark.parametrize("user", SERVICES)
def test_every_service_may_hear_with_its_own_queues(user, vhost):
    connection = topology.connect(url_of(user, vhost))
    channel = connection.channel()

    channel.basic_get(topology.queue_of(user))
    channel.basic_get(topology.dead_queue_of(user))

    connection.close()


def test_query_may_tell_nothing(vhost):
    connection = topology.connect(url_of("query", vhost))
    channel = connection.channel()
    channel.confirm_delivery()

    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        publish(channel, "posts.events", "posts.post.created")

    connection.close()


def test_s111_a_service_user_has_no_say_in_the_management_api(vhost):
    with pytest.raises(HTTPError) as refusal:
        ask("GET", "overview", login=f"posts:{PASSWORD}")

    refusal.value.close()
    assert refusal.value.code == 401


def test_s122_the_broker_grants_what_the_committed_file_says_and_no_more(vhost):
    granted = {
        one["user"]: (one["configure"], one["write"], one["read"])
        for one in ask("GET", f"vhosts/{vhost}/permissions")
    }
    committed = {
        one["user"]: (one["configure"], one["write"], one["read"])
        for one in json.loads(users.DEFINITIONS.read_text())["permissions"]
    }

    own = urlsplit(os.environ["AMQP_URL"]).username
    assert {user: rights for user, rights in granted.items() if user != own} == committed
    assert ask("GET", f"vhosts/{vhost}/topic-permissions") == []


def test_only_one_user_may_declare_anything_but_its_own_task_queue():
    committed = json.loads(users.DEFINITIONS.read_text())["permissions"]

    configure = {one["user"]: one["configure"] for one in committed}
    assert configure.pop(users.TOPOLOGY) == ".*"
    assert configure.pop("moderation") == r"^moderation\.tasks$"
    assert set(configure.values()) == {"^$"}


def test_no_password_is_committed():
    assert "password" not in users.DEFINITIONS.read_text()


def test_a_password_hash_is_salted_and_of_the_kind_that_rabbitmq_checks():
    first, second = users.password_hash("secret"), users.password_hash("secret")

    assert first != second
    assert len(base64.b64decode(first)) == 4 + 32
