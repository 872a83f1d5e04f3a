"""What the broker does not take from a publisher: its own counts, and a connection once a user is revoked."""

import contextlib
import json
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from pika.exceptions import (
    AMQPConnectionError,
    ConnectionClosedByBroker,
    ProbableAccessDeniedError,
    ProbableAuthenticationError,
)

from deploy.rabbitmq import users
from shared_events import topology
from tests.assembly import until
from tests.trust.broker import PASSWORD, Channel, ask, channel_of, make, publish, url_of
from tests.trust.hearing import new, tell

LEAVER = "leaver"
RIGHTS = ("configure", "write", "read")


def test_s120_the_broker_counts_deliveries_itself(vhost, posts):
    with channel_of("posts", vhost) as hearing:
        publish(posts, "posts.events", "posts.post.created", headers={"x-delivery-count": 1_000_000})
        for count in range(3):
            method, _, _ = until(lambda: (got := hearing.basic_get("posts.events"))[0] and got)
            assert method.redelivered == (count > 0)
            hearing.basic_nack(method.delivery_tag, requeue=True)
        assert hearing.queue_declare("posts.dead", passive=True).method.message_count == 0


@pytest.fixture
def leaver(vhost) -> Iterator[Channel]:
    """A channel of somebody who may do what comments may, and whom the broker has counted."""
    make({"name": LEAVER, "password_hash": users.password_hash(PASSWORD), "tags": []})
    committed = json.loads(users.DEFINITIONS.read_text())["permissions"]
    rights = next(one for one in committed if one["user"] == "comments")
    ask("PUT", f"permissions/{vhost}/{LEAVER}", body={name: rights[name] for name in RIGHTS})
    connection = topology.connect(url_of(LEAVER, vhost))
    until(lambda: connections_of(LEAVER, vhost))
    yield connection.channel()
    with contextlib.suppress(AMQPConnectionError):
        connection.close()
    make({"name": LEAVER, "password_hash": "", "tags": []})
    ask("DELETE", f"users/{LEAVER}")


def connections_of(user: str, vhost: str) -> list[str]:
    return [one["name"] for one in ask("GET", f"vhosts/{vhost}/connections") if one.get("user") == user]


def is_cut_off(channel: Channel) -> bool:
    try:
        channel.connection.process_data_events(0.1)
    except ConnectionClosedByBroker:
        return True
    return False


def test_s121_whose_rights_are_taken_is_cut_off_and_does_not_come_back(vhost, leaver):
    with without_rights(LEAVER, vhost):
        # An open channel remembers what it was allowed: rights alone end nothing that is under way.
        for name in connections_of(LEAVER, vhost):
            ask("DELETE", f"connections/{quote(name)}")

        until(lambda: is_cut_off(leaver))
        with pytest.raises(ProbableAccessDeniedError):
            topology.connect(url_of(LEAVER, vhost))


def test_s121_whose_user_is_deleted_is_cut_off_and_not_let_in_again(vhost, leaver):
    ask("DELETE", f"users/{LEAVER}")

    until(lambda: is_cut_off(leaver))
    with pytest.raises(ProbableAuthenticationError):
        topology.connect(url_of(LEAVER, vhost))


def test_s121_a_worker_that_is_revoked_waits_and_goes_on_when_it_is_let_in_again(
    heard_vhost, hearer, comments
):
    hearer.applies_the_next(comments)
    name = until(lambda: connections_of("query", heard_vhost))[0]
    told_meanwhile, body = new()

    with without_rights("query", heard_vhost):
        ask("DELETE", f"connections/{quote(name)}")
        until(lambda: "NOT_ALLOWED" in hearer.said(), seconds=60, saying=hearer.said)
        tell(comments, body)
        assert not hearer.holds(told_meanwhile)

    hearer.wait_for(told_meanwhile)


@contextlib.contextmanager
def without_rights(user: str, vhost: str) -> Iterator[None]:
    """Nothing is allowed to a user, as long as the block lasts; what is open stays open."""
    rights = ask("GET", f"permissions/{vhost}/{user}")
    ask("DELETE", f"permissions/{vhost}/{user}")
    try:
        yield
    finally:
        ask("PUT", f"permissions/{vhost}/{user}", body={name: rights[name] for name in RIGHTS})
