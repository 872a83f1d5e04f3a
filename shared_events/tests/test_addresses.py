"""A broker of several nodes: every process goes to one that answers."""

from urllib.parse import urlsplit
from uuid import UUID

import pytest

from shared_events import addresses, handlers, topology
from shared_events.reconnecting import EagerConnection
from shared_events.testing import sealed
from shared_events.tests.events import comment_created
from shared_events.tests.example.models import CommentReplica
from shared_events.tests.processes import START, WorkerProcess, free_port, publish
from shared_events.tests.relays import RelayProcess, all_published, tell
from shared_events.tests.waiting import until

ONE, TWO = "amqp://a:b@one:5672/v", "amqp://a:b@two/v"


@pytest.mark.parametrize(
    ("text", "found"), [(ONE, [ONE]), (f"{ONE};{TWO}", [ONE, TWO]), (f" {ONE} ;\n{TWO}\n", [ONE, TWO])]
)
def test_addresses_are_read_in_their_order_and_without_blanks(text, found):
    assert addresses.each(addresses.checked(text)) == found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "not an AMQP address"),
        ("http://one", "not an AMQP address"),
        ("amqp://:5672/", "not an AMQP address"),
        ("amqp://one:0/", "not an AMQP address"),
        (f"{ONE};", "address 2 of 2 is not an AMQP address"),
        (f";{ONE}", "address 1 of 2 is not an AMQP address"),
        (f"{ONE};;{TWO}", "address 2 of 3 is not an AMQP address"),
        (f"{ONE},{TWO}", "address 1 of 1 is more than one: ; goes between two"),
        (f"{ONE};two:5672", "address 2 of 2 is not an AMQP address"),
        (f"{ONE};amqps://a:b@two/v", "different schemes"),
        (f"{ONE};amqp://other:b@two/v", "different users"),
        (f"{ONE};amqp://a:other@two/v", "different users"),
        (f"{ONE};amqp://a:b@two/other", "different virtual hosts"),
    ],
)
def test_what_cannot_be_one_broker_is_refused_with_its_reason(text, fault):
    with pytest.raises(ValueError, match=fault):
        addresses.checked(text)


@pytest.fixture
def nodes(broker) -> str:
    """A cluster whose first node is down."""
    return f"{at_port(broker, free_port())};{broker}"


def at_port(url: str, port: int) -> str:
    return url.replace(f":{urlsplit(url).port}/", f":{port}/")


def test_the_topology_is_declared_at_a_node_that_answers(nodes, channel):
    topology.establish(nodes, "posts", handlers.heard())

    topology.check(channel, "posts")


@pytest.mark.django_db(transaction=True)
def test_a_worker_hears_from_a_node_that_answers(nodes, channel, queue, tmp_path):
    worker = WorkerProcess(nodes, tmp_path)
    worker.start()
    try:
        publish(channel, sealed(comment_created(UUID(int=1))))
        until(lambda: CommentReplica.objects.count() == 1, seconds=START)
        assert worker.terminate() == 0
    finally:
        worker.kill()


@pytest.mark.django_db(transaction=True)
def test_a_relay_carries_to_a_node_that_answers(nodes, listener, tmp_path):
    relay = RelayProcess(nodes, tmp_path).start_and("leads")
    try:
        tell(3)
        until(all_published, seconds=START)
        until(listener.heard_all)
        assert relay.terminate() == 0
    finally:
        relay.kill()


def test_with_tls_each_node_has_to_prove_its_own_name():
    asked_for = {"server_hostname": "one", "cert_reqs": 2}
    connection = EagerConnection("amqps://a:b@one/v;amqps://a:b@two/v", ssl=asked_for)
    names = [connection.ssl["server_hostname"]]
    for _ in range(2):
        connection.maybe_switch_next()
        names.append(connection.ssl["server_hostname"])

    assert names == ["one", "two", "one"]
    assert connection.ssl["cert_reqs"] == 2
