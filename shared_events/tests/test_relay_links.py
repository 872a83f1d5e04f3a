"""A broker that is there and yet is not: cut, half-open, deaf connections; and a database that goes away."""

import threading
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlsplit

import pytest
from django.db import connection

from shared_events import topology
from shared_events.relay import publisher as publishing
from shared_events.relay.carrier import Carrier
from shared_events.relay.lease import Lease
from shared_events.relay.link import Link
from shared_events.relay.loop import Relay
from shared_events.relay.publisher import Publisher
from shared_events.relay.wakeup import wakeup
from shared_events.tests.processes import free_port
from shared_events.tests.proxy import proxy_to
from shared_events.tests.relays import RelayProcess, all_published, tell
from shared_events.tests.waiting import until

pytestmark = [
    pytest.mark.django_db(transaction=True),
    # A connection that never answers a farewell is left to the garbage collector with its socket.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def proxy(broker, monkeypatch):
    """Between the relay and the broker; the relay is as quick to give up as a test needs it to be."""
    monkeypatch.setattr(publishing, "SILENCE", 1.0)
    server = urlsplit(broker)
    with proxy_to(server.hostname, server.port) as proxy:
        yield proxy


@pytest.fixture
def relay(broker, proxy):
    """A relay that carries in a thread of its own, through the proxy."""
    server = urlsplit(broker)
    # Without heartbeats: a broker may send them, and yet answer nothing else.
    url = broker.replace(f":{server.port}/", f":{proxy.port}/") + "?stack_timeout=2&heartbeat=0"
    with carrying(url) as relay:
        yield relay


@contextmanager
def carrying(url):
    publisher = Publisher(url, name="relay under test")
    relay = Relay(Carrier(publisher, user="guest"), Lease(), wakeup())
    publisher.start()

    def run():
        relay.run()
        connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    yield relay
    relay.stopping.set()
    thread.join(10)
    publisher.stop()
    assert not thread.is_alive()


def test_f24_connections_that_are_reset_again_and_again_lose_nothing(relay, proxy, listener):
    cuts = 0
    for _ in range(10):
        tell(30)
        until(lambda: proxy.reset(), seconds=60)
        cuts += 1

    until(all_published, seconds=60)
    until(listener.heard_all)
    assert cuts == 10


def test_f25_a_half_open_connection_is_given_up_and_replaced(relay, proxy, listener):
    tell(1)
    until(all_published, seconds=60)
    known = proxy.accepted

    proxy.freeze()
    tell(20)
    until(lambda: proxy.accepted > known, seconds=60)
    proxy.heal()

    until(all_published, seconds=60)
    until(listener.heard_all)


def test_f26_what_the_broker_confirmed_and_nobody_heard_is_sent_again(relay, proxy, listener):
    tell(1)
    until(all_published, seconds=60)

    proxy.down = False
    tell(20)
    until(lambda: listener.listen().total() >= 21, seconds=60)
    assert not all_published()
    proxy.heal()

    until(all_published, seconds=60)
    until(listener.heard_all)
    assert listener.repeated >= 20


def test_a_connection_whose_channel_is_never_opened_is_given_up_and_replaced(
    relay, proxy, listener, monkeypatch
):
    tell(1)
    until(all_published, seconds=20)
    monkeypatch.setattr(Link, "_connected", deaf_once(proxy, Link._connected))

    proxy.reset()
    until(lambda: not proxy.down, seconds=20)
    known = proxy.accepted
    tell(20)
    until(lambda: proxy.accepted > known, seconds=20)
    proxy.heal()

    until(all_published, seconds=30)
    until(listener.heard_all)


def deaf_once(proxy, connected):
    """What a link does once it is connected, after the broker has fallen silent the first time."""
    calls = count()

    def connected_to_the_deaf(link, connection):
        if next(calls) == 0:
            proxy.down = False
        connected(link, connection)

    return connected_to_the_deaf


def test_a_node_that_falls_silent_is_left_for_the_next(broker, proxy, listener):
    server = urlsplit(broker)
    first = broker.replace(f":{server.port}/", f":{proxy.port}/")
    with carrying(f"{first};{broker}"):
        tell(1)
        until(all_published, seconds=20)
        assert proxy.accepted == 1

        proxy.freeze()
        tell(20)

        until(all_published, seconds=30)
        until(listener.heard_all)


def test_a_connection_over_which_events_are_refused_is_replaced(relay, proxy, listener, channel, monkeypatch):
    monkeypatch.setattr(publishing, "RENEWED_AFTER", 0.5)
    tell(1)
    until(all_published, seconds=20)
    full = {"x-max-length": 0, "x-overflow": "reject-publish"}
    channel.queue_declare("full", durable=True, arguments=full)
    channel.queue_bind("full", topology.exchange_of("posts"), routing_key="#")
    known = proxy.accepted

    tell(1)
    until(lambda: proxy.accepted > known, seconds=20)
    assert not all_published()
    channel.queue_delete("full")

    until(all_published, seconds=30)
    until(listener.heard_all)


def test_a_database_that_ends_every_session_costs_the_relay_nothing_but_a_new_one(broker, tmp_path, listener):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no sessions that someone else could end")
    relay = RelayProcess(broker, tmp_path).start_and("leads")
    try:
        for _ in range(3):
            tell(1)
            until(all_published, seconds=60)
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                    "WHERE pid <> pg_backend_pid() AND datname = current_database() "
                    "AND usename = current_user"
                )
                assert cursor.fetchone()[0] >= 2  # what carries, and what listens
            tell(20)
            until(all_published, seconds=60)
        until(listener.heard_all)
        assert relay.terminate() == 0
    finally:
        relay.kill()


def test_why_the_broker_cannot_be_reached_is_said(caplog):
    publisher = Publisher(f"amqp://guest:guest@127.0.0.1:{free_port()}/", name="relay under test")
    publisher.start()
    until(lambda: "Connection refused" in caplog.text)
    publisher.stop()
