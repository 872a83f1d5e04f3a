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
from django.db import connection

from moderation.config.celery import app
from moderation.models import Case
from moderation.tasks import judge_waiting_cases
from moderation.tests.events import comment_created
from shared_events.testing import deliver, told
from shared_events.tests.conftest import broker
from shared_events.tests.processes import database_url, free_port
from shared_events.tests.waiting import until

__all__ = ["broker"]

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

    until(lambda: not Case.objects.filter(state="waiting").exists(), seconds=30)
    assert len(told()) == 250

    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        said = answer.read().decode()
    assert 'tidings_tasks_total{state="SUCCESS",task="moderation.judge_waiting_cases"}' in said

    worker.terminate()
    assert worker.wait(20) == 0


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
