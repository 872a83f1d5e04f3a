"""D. Too much of what is allowed."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.security.harm import harmless
from tests.security.rows import SHOWN
from tests.security.site import READS, WRITES, Answer, caller

POST = {"title": "A title", "body": "A body"}
TOO_MANY = 20


def times(count: int, ask) -> list[Answer]:
    """What is answered to requests of eight callers at once."""
    with ThreadPoolExecutor(8) as pool:
        return [harmless(answer) for answer in pool.map(ask, range(count))]


def passed(answers: list[Answer]) -> int:
    refused = [answer for answer in answers if answer.status == 429]
    assert all(0 < int(answer.headers["Retry-After"]) <= 60 for answer in refused), refused
    assert {answer.status for answer in answers} <= {200, 201, 429}, answers
    return len(answers) - len(refused)


def test_s72_s74_writes_of_one_person_are_limited_in_all_workers_together(site):
    token, other = site.anybody(), site.anybody()

    answers = times(
        WRITES + TOO_MANY, lambda _: site.ask("posts", "POST", "api/v1/posts/", POST, token=token)
    )

    assert passed(answers) == WRITES
    assert site.ask("posts", "POST", "api/v1/posts/", POST, token=other).status == 201


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP"])
def test_s73_reads_of_one_address_are_limited_whatever_it_claims(site, header):
    numbers, mine = itertools.count(1), caller()

    def read(_: int) -> Answer:
        claimed = f"10.0.0.{next(numbers)}"
        return site.ask(
            "posts",
            "GET",
            f"api/v1/posts/{SHOWN}/",
            headers={header: f"for={claimed}" if header == "Forwarded" else claimed},
            caller=mine,
        )

    assert passed(times(READS + TOO_MANY, read)) == READS


def test_s75_the_same_comment_again_and_again(site):
    token, path = site.anybody(), f"api/v1/posts/{SHOWN}/comments/"

    answers = times(100, lambda _: site.ask("comments", "POST", path, {"body": "Buy!"}, token=token))

    assert passed(answers) == WRITES
    shown = site.ask("comments", "GET", path, token=site.anybody()).problem["results"]
    assert not [comment for comment in shown if comment["body"] == "Buy!"]


HEADERS = ["X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Proto", "X-Forwarded-Prefix"]


@pytest.mark.parametrize("header", HEADERS, ids=lambda name: f"S78 {name}")
def test_header_that_would_change_an_address(site, header):
    answer = site.ask("posts", "GET", f"api/v1/posts/{SHOWN}/", headers={header: "evil.example"})

    assert harmless(answer).status == 200
    assert b"evil" not in answer.body
