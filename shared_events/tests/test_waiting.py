"""What a batch does that the database does not take."""

import logging
from types import SimpleNamespace

import pytest

from shared_events.worker import flight
from shared_events.worker.delivery import Delivery, Taken
from shared_events.worker.flight import ALARM_AFTER, LONGEST_PAUSE, Flight


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(flight, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


@pytest.fixture
def batch():
    return Flight([Taken(tag, Delivery(body=b"{}")) for tag in (1, 2)])


def alarms(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]


def test_it_waits_longer_each_time_up_to_a_limit(batch, clock):
    pauses = [batch.refused("away") for _ in range(20)]

    assert 0 < pauses[0] <= 0.2
    assert pauses[4] > pauses[0]
    assert LONGEST_PAUSE / 2 <= pauses[-1] <= LONGEST_PAUSE


def test_after_a_minute_it_is_an_alarm_and_then_at_growing_intervals(batch, clock, caplog):
    for _ in range(61):
        batch.refused("OperationalError: away")
        clock.now += 10

    said = alarms(caplog)
    assert [line.partition(" s for")[0] for line in said] == [
        f"2 events have waited {seconds}" for seconds in (60, 120, 240, 480)
    ]
    assert "OperationalError: away" in said[0]


def test_once_it_was_taken_the_next_wait_begins_anew(batch, clock, caplog):
    batch.died()
    batch.refused("away")
    clock.now += ALARM_AFTER - 1
    assert batch.waited == ALARM_AFTER - 1

    assert batch.advance()
    assert batch.waited == 0
    batch.refused("away")
    clock.now += ALARM_AFTER - 1
    batch.refused("away")

    assert alarms(caplog) == []


def test_what_dies_again_when_it_is_alone_is_put_aside_unless_that_dies_too(batch):
    batch.died()
    assert (len(batch.part), batch.parking) == (1, False)

    batch.died()
    assert batch.parking
    batch.died()
    assert not batch.parking

    batch.died()
    assert batch.advance()
    assert not batch.parking


def test_what_the_database_refuses_to_put_aside_is_tried_again(batch):
    batch.died()
    batch.died()

    batch.refused("away")

    assert not batch.parking
