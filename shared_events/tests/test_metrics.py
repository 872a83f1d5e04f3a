import os
import signal
import socket
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from django.core.management import CommandError, call_command

from shared_events import topology
from shared_events.models import ParkedEvent
from shared_events.tests.engines import on_one_engine
from shared_events.tests.example.models import Answer
from shared_events.tests.processes import START, free_port, judged, publish
from shared_events.tests.relays import RelayProcess, tell
from shared_events.tests.waiting import until
from shared_events.worker.delivery import Delivery

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def port():
    return free_port()


def asked(port):
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return dict(line.rsplit(" ", 1) for line in lines if line.startswith("shared_events_"))


@on_one_engine
def test_prometheus_learns_what_a_worker_applied_and_parked(idle_worker, channel, port):
    began = time.time()
    idle_worker.start(METRICS_PORT=str(port))
    publish(channel, *judged(range(1, 4)), Delivery(body=b"{"))
    until(lambda: Answer.objects.count() == 3 and ParkedEvent.objects.exists(), seconds=START)

    until(lambda: asked(port)["shared_events_worker_parked_total"] == "1.0")
    assert asked(port)["shared_events_worker_applied_total"] == "3.0"
    assert asked(port)["shared_events_worker_lag_seconds_count"] != "0.0"
    until(lambda: float(asked(port)["shared_events_worker_sign_of_life_timestamp_seconds"]) > began)
    assert asked(port)["shared_events_worker_waiting_seconds"] == "0.0"
    assert asked(port)["shared_events_worker_stale_total"] == "0.0"


@on_one_engine
def test_prometheus_learns_what_a_relay_published_and_set_aside(broker, channel, port, tmp_path):
    channel.exchange_declare(topology.exchange_of("posts"), "topic", durable=True)
    relay = RelayProcess(broker, tmp_path)
    relay.start(METRICS_PORT=str(port))
    try:
        until(lambda: relay.said("leads"), seconds=START)
        tell(2)
        until(lambda: asked(port)["shared_events_relay_set_aside_total"] == "2.0")
        channel.queue_declare("all")
        channel.queue_bind("all", topology.exchange_of("posts"), "#")
        tell(3)
        until(lambda: float(asked(port)["shared_events_relay_published_total"]) >= 3)
        assert asked(port)["shared_events_relay_leads"] == "1.0"
        assert asked(port)["shared_events_relay_alarmed"] == "0.0"
        until(lambda: asked(port)["shared_events_relay_waiting_seconds"] == "0.0")
    finally:
        relay.kill()


@on_one_engine
def test_a_pool_process_that_is_left_over_does_not_keep_the_port(idle_worker, channel, port):
    idle_worker.start(METRICS_PORT=str(port))
    publish(channel, *judged([1]))
    until(Answer.objects.exists, seconds=START)
    os.kill(idle_worker.pool_process(), signal.SIGSTOP)

    idle_worker.kill_its_main_process()

    with pytest.raises(URLError, match="refused"):
        asked(port)


def test_a_port_that_is_taken_is_named_before_anything_is_heard(settings):
    for command in ("worker", "relay"):
        refuses_a_port_that_is_taken(settings, command)


def refuses_a_port_that_is_taken(settings, command):
    with socket.socket() as taken:
        taken.bind(("0.0.0.0", 0))
        taken.listen()
        settings.SHARED_EVENTS = {**settings.SHARED_EVENTS, "METRICS_PORT": taken.getsockname()[1]}

        with pytest.raises(CommandError, match=r"METRICS_PORT .* give every process a port of its own"):
            call_command(command)
