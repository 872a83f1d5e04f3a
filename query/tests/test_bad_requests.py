import struct
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest
from rest_framework.test import APIClient

from query.tests import visits
from query.tests.events import comment_updated, post_created
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


def cursor(to_newer: bytes, micros: int) -> str:
    """A cursor that is well made, whatever is in it."""
    return urlsafe_b64encode(to_newer + b"\0\0" + struct.pack(">q", micros) + bytes(16)).decode()


@pytest.fixture(autouse=True)
def a_post_with_a_comment():
    deliver(post_created(), comment_updated())


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("author=%00", "author"),
        ("author=a%00b", "author"),
        ("q=%00", "q"),
        ("q=a%00b", "q"),
        ("q=%20", "q"),
        ("q=" + "a" * 201, "q"),
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
        "a" * 36 + "a",
        "*" * 36,
        "%C3%A4" * 36,
        "=" * 36,
        "A" * 35 + "=",
        cursor(b"?", micros=2**63 - 1),
        cursor(b"?", micros=-(2**63)),
        quote(b64encode(b"p=2026-01-01 00:00:00+00:00").decode()),
    ],
)
@pytest.mark.parametrize("address", [visits.FEED, visits.comments_address()])
def test_a_forged_cursor_is_named_in_a_400(address, forged):
    answer = visits.get(f"{address}?cursor={forged}")

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["#/cursor"]


@pytest.mark.parametrize("micros", [-62_135_596_800_000_000, 253_402_300_799_999_999, 0])
@pytest.mark.parametrize("to_newer", [b"\0", b"\1", b"\xff"])
@pytest.mark.parametrize("address", [visits.FEED, visits.comments_address()])
def test_a_cursor_of_the_first_or_the_last_moment_there_is_harms_nobody(address, to_newer, micros):
    answer = visits.get(f"{address}?cursor={cursor(to_newer, micros)}")

    assert answer.status_code == 200
    assert {*answer.json()} == {"next", "previous", "results"}


@pytest.mark.parametrize(
    ("address", "there_are"),
    [
        (visits.FEED, "author, cursor, page_size, q"),
        (visits.comments_address(), "cursor, page_size"),
        (visits.page_address(), "none"),
    ],
)
@pytest.mark.parametrize(
    ("name", "place"), [("autor", "autor"), ("%00", "\0"), ("a.b", "a/b"), ("_method", "_method")]
)
def test_a_parameter_that_is_not_known_is_named_in_a_400(address, there_are, name, place):
    answer = visits.get(f"{address}?{name}=DELETE")

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)
    (error,) = answer.json()["errors"]
    assert error["pointer"] == f"#/{place}"
    assert error["detail"] == f"There is no such parameter; there are: {there_are}."


@pytest.mark.parametrize("address", [visits.FEED, visits.page_address(), visits.comments_address()])
def test_more_parameters_than_anybody_needs_are_refused(address):
    answer = visits.get(f"{address}?{'&'.join(['page_size=1'] * 2000)}")

    assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM)


def test_an_author_whom_nobody_could_be_named_has_written_nothing():
    assert visits.titles(author="a" * 100_000) == []


def test_everything_that_is_wrong_is_named_at_once():
    answer = visits.get(f"{visits.FEED}?page_size=abc&cursor=x&q=%00")

    assert {error["pointer"] for error in answer.json()["errors"]} == {"#/page_size", "#/cursor", "#/q"}


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
