import os
import signal
import time
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from prometheus_client import REGISTRY

from shared_events.models import ParkedEvent
from shared_events.tests.engines import on_one_engine
from shared_events.tests.example.models import Answer
from shared_events.tests.processes import START, judged, publish, rename
from shared_events.tests.waiting import until
from shared_events.worker import liveness

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(settings, tmp_path) -> Path:
    settings.SHARED_EVENTS = {**settings.SHARED_EVENTS, "LIVENESS_PATH": str(tmp_path / "alive")}
    return tmp_path / "alive"


def probe(within: float = liveness.STALE_AFTER) -> str:
    """What `alive` says: an answer, or the fault with which it exits."""
    out = StringIO()
    try:
        call_command("alive", within=within, stdout=out)
    except CommandError as fault:
        return f"fault: {fault}"
    return out.getvalue()


@on_one_engine
def test_a_worker_with_nothing_to_do_is_alive(worker, path):
    until(lambda: "got somewhere" in probe(), seconds=START)
    began = time.time()

    # Longer than the worker goes without asking the broker, twice.
    until(lambda: path.stat().st_mtime > began + 2 * liveness.ASK_EVERY, seconds=START)

    assert "got somewhere" in probe(within=10)


@on_one_engine
def test_a_worker_whose_pool_hangs_while_messages_wait_is_stale_until_it_goes_on(worker, channel, path):
    publish(channel, *judged([1]))
    until(Answer.objects.exists, seconds=START)
    os.kill(worker.pool_process(), signal.SIGSTOP)
    publish(channel, *judged(range(2, 12)))

    found = until(lambda: (said := probe(within=5)).startswith("fault") and said, seconds=START)
    assert "has got nowhere for" in found and "restart it" in found

    os.kill(worker.pool_process(), signal.SIGCONT)
    until(lambda: Answer.objects.count() == 11)
    until(lambda: "got somewhere" in probe(within=5))


def test_a_worker_that_waits_for_its_database_is_alive_and_parks_nothing(worker, channel, path):
    publish(channel, *judged([1]))
    until(Answer.objects.exists, seconds=START)
    rename("example_answer", "away")
    publish(channel, *judged(range(2, 12)))
    try:
        until(lambda: worker.log.read_text().count("trying again") >= 5, seconds=START)
        assert "got somewhere" in probe(within=10)
    finally:
        rename("away", "example_answer")

    until(lambda: Answer.objects.count() == 11, seconds=START)
    assert not ParkedEvent.objects.exists()


class Lane:
    """A queue to which nothing has happened for long."""

    answered_at = 0.0

    def __init__(self, ready=0, flight=None):
        self.ready = lambda: ready
        self.flight = flight


WAITING = "shared_events_worker_waiting_seconds"  # by which WorkerWaitsForDatabase is an alarm
WAITS = SimpleNamespace(paused=True, waited=900.0)
IN_THE_POOL = SimpleNamespace(paused=False, waited=0.0)


@pytest.mark.parametrize(
    ("state", "goes_stale"),
    [({}, False), ({"ready": 5}, True), ({"flight": WAITS}, False), ({"flight": IN_THE_POOL}, True)],
    ids=["nothing to do", "gets nothing", "waits for the database", "no answer"],
)
def test_what_counts_as_a_sign_of_life(path, monkeypatch, state, goes_stale):
    clock = SimpleNamespace(time=lambda: clock.now, now=time.time() - 1000)
    monkeypatch.setattr(liveness, "time", clock)
    watched = liveness.Liveness(path, [Lane(), Lane(**state)])
    watched.connected()

    clock.now += 1000
    watched.tick()

    assert ("has got nowhere for 1000 s" in probe()) is goes_stale
    waits_for_the_database = state.get("flight") is WAITS
    assert REGISTRY.get_sample_value(WAITING) == (WAITS.waited if waits_for_the_database else 0.0)


def test_a_worker_that_is_just_writing_its_first_word_gets_nowhere_yet(path):
    path.touch()

    assert "has been connecting" in probe()


def test_a_probe_says_that_no_worker_is_there(path):
    assert f"no worker of posts runs with {path}" in probe()


@on_one_engine
def test_a_worker_that_ended_as_it_was_asked_leaves_no_sign(worker, path):
    until(lambda: "got somewhere" in probe(), seconds=START)

    assert worker.terminate() == 0

    assert "no worker of posts runs" in probe()


def test_a_worker_without_a_broker_is_alive_for_long_and_not_for_ever(path):
    path.write_text(liveness.CONNECTING)
    os.utime(path, (time.time() - 600,) * 2)
    assert "has been connecting to the broker for 600 s" in probe()

    os.utime(path, (time.time() - 1000,) * 2)
    assert "no broker for 1000 s" in probe()


def test_a_file_that_cannot_be_written_is_named_before_anything_is_heard(settings, tmp_path):
    path = tmp_path / "absent" / "alive"
    settings.SHARED_EVENTS = {**settings.SHARED_EVENTS, "LIVENESS_PATH": str(path)}

    with pytest.raises(CommandError, match=f"LIVENESS_PATH {path} cannot be written .No such file"):
        call_command("worker")
