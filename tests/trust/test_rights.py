"""What the broker lets each service do: its own, and nothing of another's."""

import base64
import json
import os
import subprocess
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from pika.exceptions import ChannelClosedByBroker

from deploy.local.environment import SERVICES
from deploy.rabbitmq import users
from shared_events import topology
from shared_events.catalogue import EVENTS
from tests.trust.broker import PASSWORD, ask, channel_of, publish
from tests.trust.hearing import DJANGO, environment_of

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


QUEUES = [place(service) for service in SERVICES for place in (topology.queue_of, topology.dead_queue_of)]


def waiting(vhost: str) -> dict[str, int]:
    """How many messages each queue holds, and that each is there."""
    with channel_of(users.TOPOLOGY, vhost) as channel:
        return {name: channel.queue_declare(name, passive=True).method.message_count for name in QUEUES}


@pytest.mark.parametrize("probe", PROBES)
def test_posts_is_refused_when_it(probe, posts, vhost):
    code, attempt = PROBES[probe]
    before = waiting(vhost)

    with pytest.raises(ChannelClosedByBroker) as refusal:
        attempt(posts)

    assert refusal.value.reply_code == code
    assert waiting(vhost) == before


def test_s103_moderation_may_not_even_declare_the_queue_of_its_tasks(vhost):
    """Through the dead letters of one's own queue the broker itself would publish, and ask nobody's leave."""
    with channel_of("moderation", vhost) as channel, pytest.raises(ChannelClosedByBroker) as refusal:
        channel.queue_declare("moderation.judging", arguments={"x-message-ttl": 1})

    assert refusal.value.reply_code == 403


@pytest.mark.parametrize("user", ["posts", "comments", "moderation"])
def test_every_teller_may_tell_its_own_under_its_own_name(user, vhost):
    mine = next(event.type for event in EVENTS if event.owner() == user)

    with channel_of(user, vhost) as channel:
        publish(channel, f"{user}.events", mine, user_id=user)


@pytest.mark.parametrize("user", SERVICES)
def test_every_service_may_hear_with_its_own_queues(user, vhost):
    with channel_of(user, vhost) as channel:
        channel.basic_get(topology.queue_of(user))
        channel.basic_get(topology.dead_queue_of(user))


def test_query_may_tell_nothing(vhost):
    with channel_of("query", vhost) as channel, pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        publish(channel, "posts.events", "posts.post.created")


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
    assert ask("GET", f"policies/{vhost}") == ask("GET", f"operator-policies/{vhost}") == []


def test_s122_the_users_have_the_tags_of_the_committed_file(users_made):
    committed = {one["name"]: one["tags"] for one in json.loads(users.DEFINITIONS.read_text())["users"]}

    assert {name: ask("GET", f"users/{name}")["tags"] for name in committed} == committed


def test_only_one_user_may_declare_anything():
    committed = json.loads(users.DEFINITIONS.read_text())["permissions"]

    configure = {one["user"]: one["configure"] for one in committed}
    assert configure.pop(users.TOPOLOGY) == ".*"
    assert set(configure.values()) == {"^$"}


def test_who_may_not_declare_is_told_so_with_the_mend(vhost, tmp_path):
    environment = environment_of(vhost, tmp_path, f"sqlite:///{tmp_path / 'query.sqlite3'}")

    done = subprocess.run([*DJANGO, "topology"], env=environment, capture_output=True, text=True)

    assert done.returncode == 1
    assert "AMQP_TOPOLOGY_URL" in done.stderr and "refused for user 'query'" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_password_is_committed():
    assert "password" not in users.DEFINITIONS.read_text()


def test_a_password_hash_is_salted_and_of_the_kind_that_rabbitmq_checks():
    first, second = users.password_hash("secret"), users.password_hash("secret")

    assert first != second
    assert len(base64.b64decode(first)) == 4 + 32
