"""A broker that goes again and again, or that takes back what was delivered: hearing resumes each time."""

import re
from pathlib import Path

import psycopg
import pytest

from tests.assembly import until
from tests.outage.marked import in_query, parked

pytestmark = pytest.mark.parametrize("assembly", ["postgres"], indirect=True)

RESTARTS = 10
RESUMED_WITHIN = 30  # seconds after the broker takes connections again
TIMEOUT_SECONDS = 3


def change(url, statement):
    with psycopg.connect(url, autocommit=True) as session:
        session.execute(statement)


def test_f21_hearing_resumes_after_each_of_ten_restarts_in_a_row(assembly):
    assembly.post("restart 0")
    until(lambda: in_query(assembly, "restart") == 1)
    broker = assembly.system.broker

    for number in range(1, RESTARTS + 1):
        broker.kill()
        broker.start()
        assembly.post(f"restart {number}")
        broker.wait()
        until(
            lambda heard=number + 1: in_query(assembly, "restart") == heard,
            seconds=RESUMED_WITHIN,
            saying=assembly.differences,
        )

    assembly.quiet()
    assert parked(assembly) == 0


def test_f17_a_batch_that_outlasts_the_broker_s_patience_is_delivered_again_and_lost_to_nobody(assembly):
    worker = assembly.running["query.worker"]
    usual = assembly.rabbitmqctl("eval", "application:get_env(rabbit, consumer_timeout, undefined).").strip()
    limit = f"application:set_env(rabbit, consumer_timeout, {TIMEOUT_SECONDS * 1000})"
    assembly.rabbitmqctl("eval", f"{limit}, application:set_env(rabbit, channel_tick_interval, 500).")
    worker.stop()  # a channel keeps the patience with which it was opened
    worker.start()
    url = assembly.database_urls()["query"]
    change(url, "ALTER TABLE query_postreplica RENAME TO away")
    try:
        posts = assembly.posts(20, "patience")
        until(lambda: refusals(worker.log) >= 2)
    finally:
        change(url, "ALTER TABLE away RENAME TO query_postreplica")
        usual_limit = f"application:set_env(rabbit, consumer_timeout, {usual.strip('{ok,}')})."
        assembly.rabbitmqctl("eval", usual_limit)

    until(lambda: in_query(assembly, "patience") == len(posts), saying=assembly.differences)
    assembly.quiet()
    assert worker.alive()
    assert parked(assembly) == 0


def refusals(log: Path) -> int:
    """How often the broker has closed the worker's channel, since it got no ack in time."""
    return len(re.findall("PRECONDITION_FAILED - delivery acknowledgement", log.read_text()))
