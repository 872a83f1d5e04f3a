"""Each window in which a worker can die, opened on purpose by a failpoint."""

import os
import random
import signal
import time
from contextlib import ExitStack
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import connection

from shared_events.models import InboxEntry, ParkedEvent
from shared_events.testing import sealed
from shared_events.tests.engines import on_one_engine, on_postgresql
from shared_events.tests.events import comment_updated
from shared_events.tests.example.models import Answer, CommentReplica
from shared_events.tests.processes import START, WorkerProcess, judged, publish, settled
from shared_events.tests.proxy import proxy_to
from shared_events.tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ended_well(broker, queue):
    """Waits until all is answered and acknowledged: once each, and with nothing parked."""

    def check(*, events: int) -> None:
        until(lambda: Answer.objects.count() >= events, seconds=2 * START)
        until(lambda: settled(broker, queue), seconds=START)
        assert Answer.objects.count() == InboxEntry.objects.count() == events
        assert not ParkedEvent.objects.exists()

    return check


def test_f10_killed_before_the_commit_it_has_done_nothing_and_does_it_again(idle_worker, channel, ended_well):
    publish(channel, *judged(range(1, 50)))
    idle_worker.start(armed="worker.before_commit=stop@1")
    until(lambda: idle_worker.reached("worker.before_commit"), seconds=START)

    idle_worker.kill()
    assert not Answer.objects.exists()
    idle_worker.start()

    ended_well(events=49)


def test_f11_killed_after_the_commit_and_before_the_ack_it_has_done_it_once(idle_worker, channel, ended_well):
    publish(channel, *judged(range(1, 50)))
    idle_worker.start(armed="worker.before_ack=kill@1")

    assert idle_worker.wait() == -9
    answered = Answer.objects.count()
    assert answered > 0
    idle_worker.start()

    ended_well(events=49)


@pytest.mark.parametrize("window", ["worker.before_commit", "worker.after_commit"])
def test_f12_a_pool_process_that_is_killed_takes_nothing_with_it(idle_worker, channel, ended_well, window):
    publish(channel, *judged(range(1, 50)))
    idle_worker.start(armed=f"{window}=kill@1")

    ended_well(events=49)
    assert idle_worker.reached(window)
    assert idle_worker.terminate() == 0


@on_one_engine
def test_a_pool_process_killed_while_idle_is_replaced(worker, channel, ended_well):
    publish(channel, *judged([1]))
    until(Answer.objects.exists, seconds=START)

    os.kill(worker.pool_process(), signal.SIGKILL)
    publish(channel, *judged(range(2, 50)))

    ended_well(events=49)


@on_one_engine
def test_an_event_whose_handler_hangs_is_found_and_parked(idle_worker, channel, broker, queue):
    publish(channel, *judged(range(1, 6)), *judged([99], judged_by="gate"), *judged(range(6, 11)))
    idle_worker.start(TASK_TIME_LIMIT="1")

    until(lambda: Answer.objects.count() == 10 and ParkedEvent.objects.exists(), seconds=60)
    until(lambda: settled(broker, queue), seconds=START)
    assert ParkedEvent.objects.get().reason == "kills_its_process"
    assert Answer.objects.count() == 10


def test_f14_asked_to_stop_it_commits_and_acknowledges_a_slow_batch_within_ten_seconds(
    idle_worker, channel, queue, ended_well
):
    publish(channel, *judged(range(1, 50)))
    idle_worker.start(armed="worker.before_commit=sleep:3@1")
    until(lambda: idle_worker.reached("worker.before_commit"), seconds=START)
    began = time.monotonic()

    idle_worker.ask_to_stop()

    assert idle_worker.wait() == 0
    assert time.monotonic() - began < 10
    left = 49 - Answer.objects.count()
    assert left < 49
    until(lambda: channel.queue_declare(queue, passive=True).method.message_count == left)


@on_one_engine
def test_f15_killed_after_it_was_asked_to_stop_in_vain_it_has_done_nothing(idle_worker, channel, ended_well):
    publish(channel, *judged(range(1, 50)))
    idle_worker.start(armed="worker.before_commit=stop@1")
    until(lambda: idle_worker.reached("worker.before_commit"), seconds=START)
    idle_worker.ask_to_stop()
    until(lambda: idle_worker.said("gave back"), seconds=START)

    idle_worker.kill()
    assert not Answer.objects.exists()
    idle_worker.start()

    ended_well(events=49)


@on_one_engine
def test_a_broker_that_takes_questions_and_answers_none_is_left_for_another_connection(
    broker, queue, channel, ended_well, tmp_path
):
    server = urlsplit(broker)
    with proxy_to(server.hostname, server.port) as proxy, ExitStack() as ending:
        worker = WorkerProcess(broker.replace(f":{server.port}/", f":{proxy.port}/"), tmp_path)
        ending.callback(worker.kill)
        worker.start(READ_TIMEOUT="2")
        publish(channel, *judged([1]))
        ended_well(events=1)

        connections, proxy.down = proxy.accepted, False
        until(lambda: proxy.accepted > connections, seconds=START)
        proxy.down = True
        publish(channel, *judged([2]))

        ended_well(events=2)


def test_f19_two_workers_on_one_queue_lose_no_update(worker, broker, channel, ended_well, tmp_path):
    (tmp_path / "second").mkdir()
    second = WorkerProcess(broker, tmp_path / "second")
    second.start()
    versions = [(UUID(int=1 + number % 5), 1 + number // 5) for number in range(1500)]
    told = [sealed(comment_updated(key, version=version, body=f"{version}")) for key, version in versions]
    told += judged(range(1, 200)) + random.sample(told, 200)
    random.shuffle(told)
    try:
        publish(channel, *told)

        ended_well(events=199)
        assert second.terminate() == 0
    finally:
        second.kill()
    held = CommentReplica.objects.values_list("version", "body")
    assert list(held) == [(300, "300")] * 5


def terminate_connections():
    """What an administrator does, or a database that fails over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone()[0] > 0


@on_postgresql
def test_a_worker_whose_database_connections_are_ended_goes_on_with_new_ones(worker, channel, ended_well):
    publish(channel, *judged([1]))
    until(Answer.objects.exists, seconds=START)
    terminate_connections()
    publish(channel, *judged([2], judged_by="gate"), *judged(range(3, 50)))
    until(worker.reached_the_gate, seconds=START)

    terminate_connections()
    worker.open_the_gate()

    ended_well(events=49)
    assert worker.said("have waited 0 s for the database")
