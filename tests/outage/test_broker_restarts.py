"""A broker that goes again and again, or that takes back what was delivered: hearing resumes each time."""

import re
import subprocess
from pathlib import Path

import psycopg
import pytest

from deploy.local import broker as local
from deploy.local import node_files
from tests.assembly import until
from tests.comparison import select

pytestmark = pytest.mark.parametrize("assembly", ["postgres"], indirect=True, scope="module")

RESTARTS = 10
TIMEOUT_SECONDS = 3


def ask_node(broker: local.Broker, expression: str) -> str:
    """Evaluate an Erlang expression on the private node."""
    program = local.server()
    assert program is not None
    done = subprocess.run(
        [str(program.with_name("rabbitmqctl")), "eval", expression],
        env=node_files.variables(broker.folder, broker.ports),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def count(assembly, service, statement):
    return select(assembly.database_urls()[service], f"SELECT count(*) FROM {statement}")[0][0]


def change(url, statement):
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(statement)


def in_query(assembly, marker):
    return count(assembly, "query", f"query_postreplica WHERE title LIKE '{marker} %'")


def test_hearing_resumes_after_each_of_ten_restarts_in_a_row(assembly):
    assembly.post("restart 0")
    until(lambda: in_query(assembly, "restart") == 1)
    broker = assembly.system.broker

    for number in range(1, RESTARTS + 1):
        broker.kill()
        broker.start()
        assembly.post(f"restart {number}")
        broker.wait()
        until(lambda heard=number + 1: in_query(assembly, "restart") == heard, saying=assembly.differences)

    assembly.quiet()
    assert not any(count(assembly, service, "shared_events_parkedevent") for service in assembly.system.urls)


def test_a_batch_that_outlasts_the_broker_s_patience_is_delivered_again_and_lost_to_nobody(assembly):
    worker, broker = assembly.running["query.worker"], assembly.system.broker
    usual = ask_node(broker, "application:get_env(rabbit, consumer_timeout, undefined).").strip()
    limit = f"application:set_env(rabbit, consumer_timeout, {TIMEOUT_SECONDS * 1000})"
    ask_node(broker, f"{limit}, application:set_env(rabbit, channel_tick_interval, 500).")
    worker.stop()  # a channel keeps the patience with which it was opened
    worker.start()
    url = assembly.database_urls()["query"]
    change(url, "ALTER TABLE query_postreplica RENAME TO away")
    try:
        posts = assembly.posts(20, "patience")
        until(lambda: refusals(worker.log) >= 2, seconds=60)
    finally:
        change(url, "ALTER TABLE away RENAME TO query_postreplica")
        ask_node(broker, f"application:set_env(rabbit, consumer_timeout, {usual.strip('{ok,}')}).")

    until(lambda: in_query(assembly, "patience") == len(posts), seconds=60, saying=assembly.differences)
    assembly.quiet()
    assert worker.alive()
    assert count(assembly, "query", "shared_events_parkedevent") == 0


def refusals(log: Path) -> int:
    """How often the broker has closed the worker's channel, since it got no ack in time."""
    return len(re.findall("PRECONDITION_FAILED - delivery acknowledgement", log.read_text()))
