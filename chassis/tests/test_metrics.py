import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from shared_events import gauges

pytestmark = pytest.mark.django_db


def asked():
    """Every number that Prometheus is told, by its name and labels."""
    answer = Client().get("/example/metrics")
    assert answer.status_code == 200
    families = text_string_to_metric_families(answer.content.decode())
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


def test_requests_are_counted_by_their_route_and_not_by_what_strangers_ask_for():
    route = "/example/api/v1/broken/<str:fault>/"
    before = asked().get(("tidings_requests_total", "GET", route, "500"), 0)
    for _ in range(2):
        Client(raise_request_exception=False).get("/example/api/v1/broken/code/")
    for number in range(3):
        Client().get(f"/example/stranger-{number}")

    after = asked()
    assert after["tidings_requests_total", "GET", route, "500"] == before + 2
    assert after["tidings_request_seconds_count", "GET", route] >= 2
    assert not [key for key in after if "stranger" in str(key)]


def test_what_waits_in_the_database_is_told():
    found = asked()

    assert found["tidings_database_answers",] == 1
    assert found["shared_events_outbox_waiting_seconds",] == 0
    assert found["shared_events_parked", "dead"] == 0


def test_a_database_that_is_away_is_a_number_like_any_other(monkeypatch):
    def away():
        raise DatabaseError

    monkeypatch.setattr(gauges, "SOURCES", [away])

    assert asked()["tidings_database_answers",] == 0


def test_nobody_asks_through_a_gateway():
    headers = {"x-forwarded-for": "203.0.113.7"}

    assert Client().get("/example/metrics", headers=headers).status_code == 404


def test_asking_costs_a_handful_of_statements(django_assert_max_num_queries):
    with transaction.atomic(), django_assert_max_num_queries(5):
        asked()
