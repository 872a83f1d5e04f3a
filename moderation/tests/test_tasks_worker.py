import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from types import SimpleNamespace
from urllib.request import urlopen
from uuid import UUID

import psycopg
import pytest
from celery.fixups.django import DjangoWorkerFixup
from django.db import connection, transaction
from kombu import Connection
from kombu.utils.imports import symbol_by_name

from moderation.config.celery import app
from moderation.config.settings import TASKS
from moderation.models import Case
from moderation.tasks import judge_waiting_cases
from moderation.tests.events import comment_created
from shared_events import configuration, topology
from shared_events.testing import deliver, told
from shared_events.tests.conftest import broker
from shared_events.tests.management_api import management
from shared_events.tests.processes import database_url, free_port
from shared_events.tests.waiting import until
from shared_events.worker.app import event_app

__all__ = ["broker"]

HINTS = 8

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="another process cannot see this test's SQLite: see PostgreSQL"
    ),
]


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def worker(broker, tmp_path, port):
    """The command `tasks` in a process of its own, on a broker that nobody gives hints to."""
    topology.establish(broker, "moderation", [], tasks=configuration.task_queue())
    command = [sys.executable, "-m", "django", "tasks"]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "AMQP_URL": broker,
        "METRICS_PORT": str(port),
    }
    with (tmp_path / "worker.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    yield process
    with suppress(ProcessLookupError):  # it ended in order, and its pool with it
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def test_what_waits_is_judged_by_the_clock_when_every_hint_was_lost(worker, port):
    deliver(*(comment_created(UUID(int=number)) for number in range(10, 260)))

    until(lambda: not Case.objects.filter(state="waiting").exists(), seconds=60)
    assert len(told()) == 250

    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        said = answer.read().decode()
    assert 'tidings_tasks_total{state="SUCCESS",task="moderation.judge_waiting_cases"}' in said

    worker.terminate()
    assert worker.wait(60) == 0


def test_the_queue_of_hints_is_on_every_node_of_the_broker_and_no_other_is_declared(worker, broker, caplog):
    def queues():
        found = json.loads(management("GET", f"queues/{broker.rpartition('/')[2]}"))
        return {one["name"]: one["type"] for one in found}

    until(queues, seconds=30)
    for number in range(10, 15):  # the second and what follows are to be judged a little later
        deliver(comment_created(UUID(int=number)))
    until(lambda: not Case.objects.filter(state="waiting").exists(), seconds=30)

    declared = {topology.queue_of("moderation"), topology.dead_queue_of("moderation")}
    assert queues() == dict.fromkeys({TASKS, *declared}, "quorum") | {topology.EVENT_STORE: "stream"}
    assert not caplog.records


def test_neither_who_gives_a_hint_nor_the_judge_declares_anything():
    for one in (app, event_app("moderation")):
        queue = one.amqp.queues[TASKS]
        assert queue.no_declare and queue.exchange.no_declare
        assert "delayed" not in str(symbol_by_name(one.conf.worker_consumer).Blueprint.default_steps)


def test_a_task_finds_the_connection_that_the_last_one_left():
    fixup = DjangoWorkerFixup(app)
    fixup.worker = SimpleNamespace(pool_cls="prefork")
    task = SimpleNamespace(request=SimpleNamespace(is_eager=False))
    connection.ensure_connection()
    kept = connection.connection

    fixup.on_task_postrun(sender=task)
    fixup.on_task_prerun(sender=task)

    assert connection.connection is kept


def test_a_connection_that_ended_between_two_tasks_is_replaced():
    connection.ensure_connection()
    with psycopg.connect(database_url(), autocommit=True) as other:
        [[pid]] = connection.cursor().execute("SELECT pg_backend_pid()").fetchall()
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])

    judge_waiting_cases.apply(throw=True)


def test_at_most_one_more_hint_stands_between_a_worker_that_is_asked_to_stop_and_its_end(worker, broker):
    deliver(comment_created(UUID(int=10)))

    with Connection(broker) as hints, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE moderation_rule IN ACCESS EXCLUSIVE MODE")
        until(a_round_is_held_up, seconds=60)
        for _ in range(HINTS):
            judge_waiting_cases.apply_async(connection=hints)
        # What the worker has taken it must finish, a round of the judge each, before it may end. A queue
        # counts what was just published a moment later.
        until(lambda: waiting(hints) >= HINTS - 1, seconds=60)
        worker.terminate()
    assert worker.wait(60) == 0


def a_round_is_held_up():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'moderation_rule'::regclass")
        return cursor.fetchone()


def waiting(hints):
    return hints.default_channel.queue_declare(TASKS, passive=True).message_count
