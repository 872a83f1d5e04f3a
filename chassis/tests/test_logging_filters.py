import logging
from types import SimpleNamespace

import pytest
from rest_framework.test import APIClient

from chassis.logging import filters, requests
from chassis.logging.filters import MOST_ALIKE, MOST_KINDS, WINDOW, Sampled


@pytest.fixture
def clock(monkeypatch):
    clock = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(filters, "time", SimpleNamespace(monotonic=lambda: clock.now))
    return clock


def line(text: str = "%s went wrong", *values: object, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("shop", level, __file__, 1, text, values, None)


def test_s80_lines_of_one_kind_are_told_so_often_and_counted_beyond(clock):
    sampled = Sampled()

    assert sum(sampled.filter(line("%s went wrong", number)) for number in range(10_000)) == MOST_ALIKE
    assert sampled.filter(line("something else"))
    assert sampled.filter(line("%s went wrong", 1, level=logging.ERROR))

    clock.now += WINDOW
    later, last = line("%s went wrong", 7), line("%s went wrong", 8)
    assert sampled.filter(later) and sampled.filter(last)
    assert (
        later.getMessage()
        == f"7 went wrong [{10_000 - MOST_ALIKE} lines were left out before: too many of a kind]"
    )
    assert last.getMessage() == "8 went wrong"


def test_s80_lines_that_are_never_alike_are_bounded_as_well(clock):
    sampled = Sampled()

    told = sum(sampled.filter(line(f"{number} went wrong")) for number in range(10_000))

    assert told == MOST_KINDS + MOST_ALIKE


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["view", "readyz"])
def test_a_database_that_is_away_is_said_once_and_is_no_fault_of_ours(caplog, monkeypatch, place):
    if place == "view":
        answer = APIClient().get("/example/api/v1/broken/database/")
    else:
        monkeypatch.setattr("chassis.health._pending_migrations", lambda: 1)
        answer = APIClient().get("/example/readyz")

    assert answer.status_code == 503
    faults = [record.levelname for record in caplog.records if record.name != requests.log.name]
    assert faults == ["WARNING"]


def test_a_request_that_was_not_refused_always_has_its_line(clock):
    sampled = Sampled()

    assert sum(sampled.filter(asked(201)) for _ in range(10 * MOST_ALIKE)) == 10 * MOST_ALIKE
    assert sum(sampled.filter(asked(422)) for _ in range(10 * MOST_ALIKE)) == MOST_ALIKE


def asked(status: int) -> logging.LogRecord:
    record = line("%s %s", "POST", "/shop/", level=logging.INFO)
    record.status = status
    return record
