from base64 import b64encode
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from query.tests import visits
from query.tests.events import comment_updated, post_created
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


def cursor(text: str) -> str:
    return quote(b64encode(text.encode()).decode())


@pytest.fixture(autouse=True)
def a_post_with_a_comment():
    deliver(post_created(), comment_updated())


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("author=%00", "author"),
        ("author=a%00b", "author"),
        ("page_size=abc", "page_size"),
        ("page_size=0", "page_size"),
        ("page_size=-5", "page_size"),
        ("page_size=1.5", "page_size"),
        ("page_size=%00", "page_size"),
        ("page_size=" + "9" * 5000, "page_size"),
    ],
)
def test_a_parameter_that_cannot_be_meant_is_named_in_a_400(query, place):
    answer = visits.get(f"{visits.FEED}?{query}")

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"#/{place}"]


@pytest.mark.parametrize(
    "forged",
    [
        "%00",
        "garbage",
        "%FF",
        "a",
        cursor("p=notadate"),
        cursor("p="),
        cursor("p=%00"),
        cursor("p=2026-01-01"),
        cursor("p=2026-01-01 00:00:00"),
        cursor("p=2026-13-45 00:00:00+00:00"),
        cursor("p=99999-01-01 00:00:00+00:00"),
        cursor("o=-1"),
        cursor("o=abc"),
        cursor("r=abc"),
        cursor("o=" + "9" * 5000),
        cursor("p=0001-01-01 00:00:00+14:00"),
        cursor("p=9999-12-31 23:59:59-14:00"),
        cursor("o=999999999"),
    ],
)
@pytest.mark.parametrize("address", [visits.FEED, visits.comments_address()])
def test_a_forged_cursor_is_never_our_fault(address, forged):
    answer = visits.get(f"{address}?cursor={forged}")

    # Some are harmless: a moment long ago is a page without results.
    assert answer.status_code in (200, 404)
    assert answer["Content-Type"] == ("application/json" if answer.status_code == 200 else PROBLEM)


@pytest.mark.parametrize("position", ["notadate", "", "\0", "2026-01-01", "2026-01-01 00:00:00"])
def test_a_cursor_that_names_no_moment_is_a_404(position):
    answer = visits.get(f"{visits.FEED}?cursor={cursor(f'p={quote(position)}')}")

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize(
    "name",
    [
        "not-a-uuid",
        "00000000-0000-0000-0000-00000000000g",
        "%00",
        "{00000000-0000-0000-0000-000000000001}",
        "00000000-0000-0000-0000-000000000002",
    ],
)
@pytest.mark.parametrize("rest", ["", "comments/"])
def test_a_malformed_or_unknown_id_is_a_404(name, rest):
    answer = visits.get(f"{visits.FEED}{name}/{rest}")

    assert (answer.status_code, answer["Content-Type"]) == (404, PROBLEM)


@pytest.mark.parametrize("address", [visits.FEED, visits.page_address(), visits.comments_address()])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
def test_nothing_can_be_written(address, method):
    answer = getattr(APIClient(), method)(address)

    assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)
    assert answer["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("token", ["Bearer expired", "Basic YTpi", "Bearer"])
def test_a_reader_whose_token_is_no_longer_valid_reads_on(token):
    answer = APIClient().get(visits.FEED, HTTP_AUTHORIZATION=token)

    assert answer.status_code == 200


def test_a_client_that_wants_something_else_is_told_so():
    answer = APIClient().get(visits.FEED, HTTP_ACCEPT="application/pdf")

    assert (answer.status_code, answer["Content-Type"]) == (406, PROBLEM)
