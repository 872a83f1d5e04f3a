import os
import signal
from collections.abc import Callable, Iterator

import pika
import pytest

from deploy.local import marked, ports
from deploy.local.broker import PART, Broker
from deploy.local.trouble import Trouble

FIRST_PORT = ports.free_base(range(15))


@pytest.fixture(scope="module")
def kept_broker(tmp_path_factory) -> Iterator[Broker]:
    """A node with one message in a quorum queue and one in a stream, which every restart must keep."""
    broker = Broker(tmp_path_factory.mktemp("broker"), first_port=FIRST_PORT)
    broker.start()
    broker.wait()
    leave_messages(broker)
    # RabbitMQ 3.10 forgets queues declared in the last second before a kill, but not before an orderly stop.
    broker.stop()
    yield broker
    broker.kill()


@pytest.fixture
def broker(kept_broker) -> Broker:
    kept_broker.start()
    kept_broker.wait()
    return kept_broker


def leave_messages(broker: Broker) -> None:
    with pika.BlockingConnection(pika.URLParameters(broker.amqp_url)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for kind in ("quorum", "stream"):
            channel.queue_declare(kind, durable=True, arguments={"x-queue-type": kind})
            channel.basic_publish("", kind, b"kept", pika.BasicProperties(delivery_mode=2))


def has_kept(broker: Broker) -> bool:
    """Whether the message of the quorum queue is there and the stream can be declared again."""
    with pika.BlockingConnection(pika.URLParameters(broker.amqp_url)) as connection:
        channel = connection.channel()
        method, _, body = channel.basic_get("quorum", auto_ack=False)
        return method is not None and body == b"kept" and is_whole(channel)


def is_whole(channel: pika.adapters.blocking_connection.BlockingChannel) -> bool:
    try:
        channel.queue_declare("stream", durable=True, arguments={"x-queue-type": "stream"})
    except pika.exceptions.ChannelClosedByBroker:
        return False
    return True


def running(broker: Broker) -> list[marked.Found]:
    return marked.find(PART, broker.folder)


def kill_everything(broker: Broker) -> None:
    for found in running(broker):
        found.send(signal.SIGKILL)


@pytest.mark.parametrize("end", [Broker.stop, Broker.kill, kill_everything])
def test_it_starts_again_with_all_it_kept_however_it_ended(broker, end: Callable[[Broker], None]):
    end(broker)
    assert marked.until(lambda: not running(broker), 5), "epmd and the port programs end as well"

    broker.start()
    broker.wait()

    assert marked.until(lambda: has_kept(broker), 10)


def test_the_node_of_a_killed_owner_is_adopted_and_can_be_stopped(broker):
    before = {found.pid for found in running(broker)}
    heir = Broker(broker.folder, first_port=FIRST_PORT)

    heir.start()
    heir.wait()

    assert {found.pid for found in running(heir)} == before
    heir.stop()
    assert running(heir) == []


def test_what_a_crashed_node_left_behind_is_ended_before_a_new_one_starts(broker):
    (node,) = [found for found in running(broker) if found.program == "beam.smp"]
    os.kill(node.pid, signal.SIGKILL)

    broker.start()
    broker.wait()

    assert [found.program for found in running(broker)].count("epmd") == 1


def test_nothing_of_a_system_broker_is_used(broker):
    environment = marked.environment_of(running(broker)[0].pid)

    assert f"HOME={broker.folder}/home".encode() in environment
    assert f"ERL_EPMD_PORT={broker.ports['epmd']}".encode() in environment
    assert not any(b"/var/lib/rabbitmq" in variable for variable in environment)


def test_a_node_that_cannot_start_says_why_and_leaves_nothing(tmp_path, monkeypatch):
    broker = Broker(tmp_path, first_port=FIRST_PORT + 10)
    broken = "listeners.tcp.local = nonsense\n{amqp}{management}\n"
    monkeypatch.setattr("deploy.local.node_files.CONFIGURATION", broken)
    broker.start()

    with pytest.raises(Trouble, match="RabbitMQ did not start"):
        broker.wait()

    assert running(broker) == []
