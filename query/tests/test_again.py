"""Pages that are sent again without the view: never one that no longer holds, and in nothing another."""

import pytest
from django.db import OperationalError, connection
from prometheus_client import REGISTRY
from rest_framework.test import APIClient

from chassis.rates import rate
from query.api import views
from query.tests import visits
from query.tests.events import comment_updated, post_created, post_deleted, post_updated
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db

CHANGES = [
    post_updated(title="Edited"),
    post_updated(status="hidden"),
    post_deleted(),
    post_created(3),
    comment_updated(version=3, body="Edited"),
]


@pytest.fixture(autouse=True)
def two_posts():
    deliver(post_created(1), post_created(2), comment_updated())


@pytest.fixture
def reader():
    """A client of one process for the whole test; another one's process has kept nothing."""
    return APIClient(raise_request_exception=False)


@pytest.fixture
def asleep(monkeypatch):
    """Call it, and no view answers any more."""
    return lambda: monkeypatch.setattr(views.Feed, "dispatch", None)


def told(answer) -> tuple:
    """All that an answer says, but for the id of its request; of a page for people, that it is one."""
    headers = {name: text for name, text in answer.headers.items() if name != "X-Request-ID"}
    form = answer.headers.get("Content-Type", "")
    if "html" in form:
        return answer.status_code, headers, "a page"
    return (
        answer.status_code,
        headers,
        answer.json() | {"instance": ""} if "problem" in form else answer.content,
    )


def test_who_asks_again_is_sent_the_same_and_no_text_is_read(reader, asleep, django_assert_num_queries):
    first = reader.get(visits.FEED)
    asleep()
    with django_assert_num_queries(1) as asked:
        second = reader.get(visits.FEED, HTTP_ACCEPT="application/json")

    assert first.status_code == 200 and told(second) == told(first)
    assert "text" not in asked[0]["sql"]
    assert second["X-Request-ID"] != first["X-Request-ID"]


def test_who_has_it_is_told_so_in_the_same_words(reader, asleep, django_assert_num_queries):
    tag = {"HTTP_IF_NONE_MATCH": reader.get(visits.FEED)["ETag"]}
    first = APIClient().get(visits.FEED, **tag)
    asleep()
    with django_assert_num_queries(1):
        second = reader.get(visits.FEED, **tag)

    assert first.status_code == 304 and told(second) == told(first)
    assert told(reader.get(visits.FEED, HTTP_IF_NONE_MATCH='"other"'))[0] == 200


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_changed_is_seen_at_once(reader, change):
    before = reader.get(visits.FEED)
    deliver(change)
    after = reader.get(visits.FEED)

    assert after.content != before.content
    assert after.content == visits.get(visits.FEED).content
    assert told(reader.get(visits.FEED)) == told(after)


@pytest.mark.parametrize("other", [{"HTTP_HOST": "localhost"}, {"QUERY_STRING": "page_size=1"}])
def test_an_answer_with_other_addresses_in_it_is_another(reader, other):
    assert reader.get(visits.FEED).content != reader.get(visits.FEED, **other).content


def test_so_is_one_that_came_another_way(reader):
    shown = [reader.get(visits.FEED, {"page_size": 1}, secure=secure).json() for secure in (False, True)]

    assert [page["next"].partition(":")[0] for page in shown] == ["http", "https"]


@pytest.mark.parametrize(
    ("method", "asked"),
    [
        ("head", {}),
        ("options", {}),
        ("post", {}),
        ("get", {"HTTP_TIDINGS_AFTER": "nonsense"}),
        ("get", {"HTTP_IF_MATCH": '"other"'}),
        ("get", {"HTTP_ACCEPT": "application/json; indent=4"}),
        ("get", {"HTTP_ACCEPT": "text/html"}),
        ("get", {"HTTP_ACCEPT": "image/png"}),
        ("get", {"HTTP_TRANSFER_ENCODING": "chunked"}),
        ("get", {"HTTP_HOST": "evil.example"}),
        ("get", {"QUERY_STRING": "format=html"}),
        ("get", {"QUERY_STRING": "page_size=none"}),
    ],
)
def test_whoever_asks_for_anything_else_is_answered_as_if_nothing_were_kept(reader, method, asked):
    plain = told(reader.get(visits.FEED))
    new, kept = (getattr(client, method)(visits.FEED, **asked) for client in (APIClient(), reader))

    assert told(kept) == told(new) != plain


def test_every_request_counts_once(reader, settings, tmp_path):
    counters = str(tmp_path / "requests.sqlite3")
    settings.THROTTLE = {"READS": rate("4/m"), "WRITES": None, "COUNTERS": counters}

    answers = [reader.get(visits.FEED), reader.get(visits.FEED)]
    deliver(CHANGES[0])
    answers += [reader.get(visits.FEED) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429, 429]
    assert answers[-1].json()["code"] == "throttled"
    assert 50 < int(answers[-1]["Retry-After"]) <= 60


def test_a_database_out_of_reach_is_a_problem(reader):
    def away(*_asked):
        raise OperationalError("the password is wrong")

    reader.get(visits.FEED)
    with connection.execute_wrapper(away):
        kept, new = reader.get(visits.FEED), APIClient().get(visits.FEED)

    assert (kept.status_code, kept["Retry-After"]) == (503, "2")
    assert [told(kept)[part] for part in (0, 2)] == [told(new)[part] for part in (0, 2)]
    assert kept["Content-Type"] == new["Content-Type"] == "application/problem+json"
    assert reader.get(visits.FEED).status_code == 200


def test_it_is_counted_under_its_route(reader, asleep):
    labels = {"method": "GET", "route": "/query/api/v1/posts/", "status": "200"}
    reader.get(visits.FEED)
    before = REGISTRY.get_sample_value("tidings_requests_total", labels)
    asleep()
    reader.get(visits.FEED)

    assert REGISTRY.get_sample_value("tidings_requests_total", labels) == before + 1
