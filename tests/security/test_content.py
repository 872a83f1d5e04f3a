"""F. Text that would rather be something else."""

import time

import pytest

from tests.security.harm import harmless
from tests.security.people import staff

SCRIPTS = {
    "S91 a script": "<script>alert(1)</script>",
    "S91 a picture that is none": '"><img src=x onerror=alert(1)>',
    "S91 a drawing": "<svg/onload=alert(1)>",
    "S91 an end of a script": "</script><script>alert(1)</script>",
    "S91 a link": '<a href="javascript:alert(1)">here</a>',
    "S91 mutating": '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "S91 a template": "{{ 7|add:7 }}{% debug %}${7*7}",
    "S93 right to left": "abc\u202egnp.exe",
    "S93 of no width": "pass\u200bword",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_content(site, name):
    text, token = SCRIPTS[name], site.anybody()

    made = harmless(site.ask("posts", "POST", "api/v1/posts/", {"title": text, "body": text}, token=token))
    path = made.problem["url"].split("/posts/", 1)[1]
    told = site.ask("posts", "GET", path, token=token)

    assert made.status == 201
    assert (told.problem["title"], told.problem["body"]) == (text, text)
    assert (told.headers["Content-Type"], told.headers["X-Content-Type-Options"]) == (
        "application/json",
        "nosniff",
    )
    page = site.ask("posts", "GET", path, token=token, headers={"Accept": "text/html"})
    assert page.headers["Content-Type"].startswith("text/html")
    assert_inert(page.body.decode(), text)
    person = staff(site, "posts")
    for place in ("admin/posts/post/", f"admin/posts/post/{made.problem['id']}/change/"):
        assert_inert(person.look(place).text, text)


def assert_inert(page: str, text: str) -> None:
    """No mark of the text has become one of the page."""
    assert "alert(1)" in page or "alert(1)" not in text
    assert "<" not in text or text not in page
    for mark in ("<script>alert", "<img src=x", "<svg/onload", 'href="javascript:', "14$"):
        assert mark not in page, page[max(0, page.find(mark) - 200) : page.find(mark) + 200]


BOMBS = {
    "S94 brackets": "[" * 5_000,
    "S94 quotes": "> " * 2_500,
    "S94 for a pattern": "a" * 4_999 + "!",
    "S94 for another pattern": "http://" * 700,
}


@pytest.mark.parametrize("name", BOMBS)
def test_bomb(site, name):
    token = site.anybody()
    began = time.monotonic()
    answer = site.ask("posts", "POST", "api/v1/posts/", {"title": "Bomb", "body": BOMBS[name]}, token=token)
    path = answer.problem["url"].split("/posts/", 1)[1]
    page = site.ask("posts", "GET", path, token=token, headers={"Accept": "text/html"})

    assert (answer.status, page.status) == (201, 200)
    assert time.monotonic() - began < 3
