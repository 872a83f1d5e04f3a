"""What somebody without a name or a password sees of this service."""

from typing import Any

from rest_framework.response import Response
from rest_framework.test import APIClient

from query.tests.events import post_id

FEED = "/query/api/v1/posts/"


def get(address: str, **parameters: Any) -> Response:
    return APIClient().get(address, parameters)


def page_address(number: int = 1) -> str:
    return f"{FEED}{post_id(number)}/"


def comments_address(number: int = 1) -> str:
    return f"{page_address(number)}comments/"


def feed(**parameters: Any) -> list[dict[str, Any]]:
    return _body(FEED, **parameters)["results"]


def titles(**parameters: Any) -> list[str]:
    return [post["title"] for post in feed(**parameters)]


def page(number: int = 1) -> dict[str, Any]:
    return _body(page_address(number))


def comments(number: int = 1) -> list[str]:
    return [comment["body"] for comment in _body(comments_address(number))["results"]]


def everything(posts: int) -> list[Any]:
    """All that can be read of this many posts, but for what names the request."""
    addresses = [address(n) for n in range(1, posts + 1) for address in (page_address, comments_address)]
    answers = [get(address) for address in [FEED, *addresses]]
    return [(answer.status_code, answer.json() | {"instance": ""}) for answer in answers]


def walk(address: str, **parameters: Any) -> list[dict[str, Any]]:
    """Every result of a list, page by page."""
    body = _body(address, **parameters)
    found = body["results"]
    while body["next"]:
        body = _body(body["next"])
        found += body["results"]
    return found


def _body(address: str, **parameters: Any) -> dict[str, Any]:
    answer = get(address, **parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()
