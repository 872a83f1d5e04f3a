from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from multiprocessing import get_context

import pytest
from django.test import RequestFactory
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from chassis.callers import address
from chassis.counters import Counters
from chassis.rates import Rate, rate
from chassis.testing import bearer

ECHO, WHO_AM_I = "/example/api/v1/echo/", "/example/api/v1/who-am-i/"
PROCESSES, THREADS, TIMES = 2, 4, 50


@pytest.fixture
def limits(settings, tmp_path):
    def set_to(*, reads: str, writes: str) -> None:
        settings.THROTTLE = {
            "READS": rate(reads),
            "WRITES": rate(writes),
            "COUNTERS": str(tmp_path / "requests.sqlite3"),
        }

    return set_to


def write(client: APIClient, **headers) -> int:
    return client.post(ECHO, {"text": "a"}, format="json", **headers).status_code


def test_who_asks_too_often_is_told_when_to_come_back(limits):
    limits(reads="off", writes="2/m")
    client = APIClient()

    assert [write(client) for _ in range(3)] == [200, 200, 429]
    answer = client.post(ECHO, {"text": "a"}, format="json")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "throttled"
    assert 50 < int(answer["Retry-After"]) <= 60


def test_reads_and_writes_are_counted_apart(limits):
    limits(reads="1/m", writes="1/m")
    client = bearer("alice")

    assert (client.get(WHO_AM_I).status_code, write(client)) == (200, 200)
    assert (client.get(WHO_AM_I).status_code, write(client)) == (429, 429)


def test_one_person_is_not_held_up_by_another(limits):
    limits(reads="1/m", writes="off")

    assert [bearer("alice").get(WHO_AM_I).status_code for _ in range(2)] == [200, 429]
    assert bearer("bruno").get(WHO_AM_I).status_code == 200


def test_a_forged_address_makes_nobody_somebody_else(limits):
    limits(reads="off", writes="3/m")

    answers = [write(APIClient(), HTTP_X_FORWARDED_FOR=f"10.0.0.{number}") for number in range(5)]

    assert answers == [200, 200, 200, 429, 429]


def spend(path: str) -> list[int]:
    counters = Counters(path)
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda _: counters.spend("someone", seconds=60)[0], range(TIMES)))


def test_all_threads_and_processes_count_together(tmp_path):
    path = str(tmp_path / "requests.sqlite3")
    with get_context("spawn").Pool(PROCESSES) as pool:
        seen = pool.map(spend, [path] * PROCESSES)

    assert sorted(chain(*seen)) == list(range(1, PROCESSES * TIMES + 1))


def test_a_window_ends(tmp_path):
    counters = Counters(str(tmp_path / "requests.sqlite3"))

    assert [counters.spend("someone", seconds=0)[0] for _ in range(3)] == [1, 1, 1]


def test_what_is_over_is_forgotten(tmp_path):
    counters = Counters(str(tmp_path / "requests.sqlite3"))
    for number in range(999):
        counters.spend(f"caller {number}", seconds=0)

    counters.spend("the thousandth", seconds=60)

    assert counters._connection().execute("SELECT who FROM spent").fetchall() == [("the thousandth",)]


@pytest.mark.parametrize(
    ("proxies", "connected", "forwarded", "found"),
    [
        (0, "192.0.2.1", None, "192.0.2.1"),
        (0, "192.0.2.1", "10.0.0.1", "192.0.2.1"),
        (1, "192.0.2.1", "198.51.100.7", "198.51.100.7"),
        (1, "192.0.2.1", "10.0.0.1, 198.51.100.7", "198.51.100.7"),
        (2, "192.0.2.1", "10.0.0.1, 198.51.100.7, 192.0.2.9", "198.51.100.7"),
        (1, "192.0.2.1", None, "192.0.2.1"),
        (1, "192.0.2.1", "no address", "192.0.2.1"),
        (1, "192.0.2.1", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "192.0.2.1", "::ffff:198.51.100.7", "198.51.100.7"),
        (0, "", None, ""),
    ],
)
def test_where_a_request_comes_from(monkeypatch, proxies, connected, forwarded, found):
    monkeypatch.setattr(api_settings, "NUM_PROXIES", proxies)
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}

    assert address(RequestFactory().get("/", REMOTE_ADDR=connected, **headers)) == found


@pytest.mark.parametrize(
    ("text", "read"), [("off", None), ("5/s", Rate(5, 1)), ("60/m", Rate(60, 60)), ("9/d", Rate(9, 86400))]
)
def test_how_often_is_read(text, read):
    assert rate(text) == read


@pytest.mark.parametrize("text", ["", "0/m", "-1/m", "60", "60/w", "60/minute", "ten/m", "٣/m"])
def test_what_says_nothing_of_how_often_is_refused(text):
    with pytest.raises(ValueError):
        rate(text)
