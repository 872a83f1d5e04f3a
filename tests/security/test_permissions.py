"""B. What somebody may do, and what they may know of."""

import re
from uuid import uuid4

import pytest

from deploy.local.environment import SERVICES
from deploy.local.state import REPOSITORY
from tests.security.harm import harmless
from tests.security.inventory import READS, WRITES, named
from tests.security.rows import (
    APPROVED,
    AUTHOR,
    COMMENTER,
    DRAFT,
    HIDDEN,
    PENDING,
    SECRET_WORD,
    SHOWN,
    STAFF,
)

POST, COMMENT = f"api/v1/posts/{SHOWN}/", f"api/v1/comments/{APPROVED}/"
# Nobody's roles count outside of moderation; the last one has the name of a member of the staff.
OTHERS = {"somebody": ("eve",), "moderator": ("mona", "moderator", "admin"), "staff": (STAFF,)}


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize(
    ("service", "method", "path"),
    [
        ("posts", "PATCH", POST),
        ("posts", "DELETE", POST),
        ("posts", "POST", f"{POST}publish/"),
        ("posts", "POST", f"{POST}withdraw/"),
        ("comments", "PATCH", COMMENT),
        ("comments", "DELETE", COMMENT),
    ],
)
def test_s17_s18_s25_what_another_wrote_is_theirs_to_change(site, service, method, path, who):
    answer = site.ask(
        service, method, path, {"title": "Mine", "body": "Mine"}, token=site.token(*OTHERS[who])
    )

    assert harmless(answer).status == 403, answer


def test_s18_a_comment_is_not_its_posts_authors_to_change(site):
    answer = site.ask("comments", "DELETE", COMMENT, token=site.token(AUTHOR))

    assert harmless(answer).status == 403


UNSHOWN = [
    ("posts", f"api/v1/posts/{DRAFT}/"),
    ("posts", f"api/v1/posts/{HIDDEN}/"),
    ("comments", f"api/v1/comments/{PENDING}/"),
    ("comments", f"api/v1/posts/{HIDDEN}/comments/"),
    ("comments", f"api/v1/posts/{DRAFT}/comments/"),
    ("query", f"api/v1/posts/{DRAFT}/"),
    ("query", f"api/v1/posts/{HIDDEN}/"),
    ("query", f"api/v1/posts/{HIDDEN}/comments/"),
    ("query", f"api/v1/posts/{DRAFT}/comments/"),
]


@pytest.mark.parametrize("who", ["nobody", *OTHERS])
@pytest.mark.parametrize(("service", "path"), UNSHOWN)
def test_s19_what_is_not_shown_is_as_if_it_were_not_there(site, service, path, who):
    token = site.token(*OTHERS[who]) if who in OTHERS else None
    absent = path.replace(str(DRAFT), str(uuid4())).replace(str(HIDDEN), str(uuid4()))

    answer = harmless(site.ask(service, "GET", path, token=token))

    assert answer.status == 404, answer
    told = {**answer.problem, "instance": ""}
    assert told == {**site.ask(service, "GET", absent, token=token).problem, "instance": ""}


@pytest.mark.parametrize("who", OTHERS)
@pytest.mark.parametrize(
    ("method", "path"), [("PATCH", ""), ("DELETE", ""), ("POST", "publish/"), ("POST", "withdraw/")]
)
@pytest.mark.parametrize("post_id", [DRAFT, HIDDEN], ids=["draft", "hidden"])
def test_s19_nobody_learns_of_a_draft_by_changing_it(site, post_id, method, path, who):
    answer = site.ask(
        "posts", method, f"api/v1/posts/{post_id}/{path}", {"title": "Mine"}, token=site.token(*OTHERS[who])
    )

    assert harmless(answer).status == 404, answer


def test_its_author_finds_a_draft(site):
    token = site.token(AUTHOR)

    assert site.ask("posts", "GET", f"api/v1/posts/{DRAFT}/", token=token).status == 200
    assert SECRET_WORD.encode() in site.ask("posts", "GET", "api/v1/posts/", token=token).body


SEARCHES = (
    "",
    f"?q={SECRET_WORD}",
    f"?search={SECRET_WORD}",
    f"?author={AUTHOR}",
    f"?author={COMMENTER}",
    "?status=draft",
)


@pytest.mark.parametrize("who", ["nobody", *OTHERS])
@pytest.mark.parametrize("route", [route for route in READS if route.permission != "moderator"], ids=named)
def test_s20_no_list_and_no_search_tells_of_what_is_not_shown(site, route, who):
    token = site.token(*OTHERS[who]) if who in OTHERS else None
    for search in SEARCHES:
        answer = site.ask(route.service, "GET", route.address + search, token=token)
        # The address of the next page repeats what was searched for.
        assert SECRET_WORD.encode() not in answer.body.replace(search[1:].encode() or b" ", b""), answer


def test_s20_counts_leave_out_what_is_not_shown(site):
    assert site.ask("query", "GET", f"api/v1/posts/{SHOWN}/").problem["comment_count"] == 1


FORGED = {
    "id": str(uuid4()),
    "url": "http://evil.example/",
    "author": "somebody else",
    "author_id": "somebody else",
    "status": "approved",
    "moderation_state": "approved",
    "edition": 7,
    "version": 7,
    "is_deleted": True,
    "is_imported": True,
    "deleted_at": "2026-01-01T00:00:00Z",
    "created_at": "2001-01-01T00:00:00Z",
    "written_at": "2001-01-01T00:00:00Z",
    "published_at": "2001-01-01T00:00:00Z",
    "post_id": str(HIDDEN),
    "comment_count": 7,
}


@pytest.mark.parametrize(
    ("service", "path", "status"),
    [("posts", "api/v1/posts/", "published"), ("comments", f"api/v1/posts/{SHOWN}/comments/", "pending")],
)
def test_s21_s22_what_a_service_decides_is_not_taken_from_the_body(site, service, path, status):
    token, text = site.token("frank"), {"title": "T", "body": "B"}
    forged = {name: value for name, value in FORGED.items() if (service, name) != ("posts", "status")}

    made = harmless(site.ask(service, "POST", path, forged | text, token=token)).problem
    address = made["url"].split(f"/{service}/", 1)[1]
    changed = harmless(site.ask(service, "PATCH", address, FORGED | {"body": "C"}, token=token))
    stored = site.ask(service, "GET", address, token=token).problem

    assert (made["author"], made["status"], made["version"], made["edition"]) == ("frank", status, 1, 1)
    assert changed.status in (200, 400), changed
    kept = {name for name in FORGED if name in stored and stored[name] == FORGED[name]}
    assert not kept, stored
    assert (stored["author"], stored["status"]) == ("frank", status)


@pytest.mark.parametrize(
    ("route", "method"),
    [(route, "GET") for route in READS if route.permission == "moderator"]
    + [(route, method) for route, method in WRITES if route.permission == "moderator"],
    ids=named,
)
def test_s24_moderation_is_for_moderators(site, route, method):
    answer = site.ask(route.service, method, route.address, {}, token=site.token(STAFF, "admin", "author"))

    assert harmless(answer).status == 403, answer


def test_s26_nobody_decides_on_their_own_text(site):
    moderator = site.token(COMMENTER, "moderator")
    held = site.ask("moderation", "GET", "api/v1/cases/?state=held", token=moderator).problem["results"][0]

    path = f"api/v1/cases/{held['id']}/approve/"
    answer = site.ask("moderation", "POST", path, {"version": held["version"]}, token=moderator)

    assert (held["author"], harmless(answer).status) == (COMMENTER, 403)


@pytest.mark.parametrize(
    "name", ["X-HTTP-Method-Override", "X-Method-Override"], ids=lambda name: f"S27 {name}"
)
def test_method_in_a_header(site, name):
    answer = site.ask("posts", "POST", POST, {}, token=site.token(AUTHOR), headers={name: "DELETE"})

    assert harmless(answer).status == 405
    assert site.ask("posts", "GET", POST).status == 200


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND", "PUT", "FOO", "get"], ids=lambda name: f"S28 {name}")
@pytest.mark.parametrize("path", [POST, "livez", "api/v1/", "", "nothing/"])
def test_method(site, method, path):
    answer = harmless(site.ask("posts", method, path))

    # Who may not write learns so before they learn how.
    assert answer.status in ({400, 404} if path == "nothing/" else {400, 401, 405}), answer
    assert answer.body and b"TRACE" not in answer.body.replace(b'Method \\"TRACE\\" not allowed', b"")


def test_s29_nobody_is_told_how_to_write_who_may_not(site):
    answer = site.ask("posts", "OPTIONS", POST)

    assert answer.status in (200, 401, 405)
    assert "actions" not in answer.problem


POST_FIELDS = {"url", "id", "author", "title", "body", "published_at"}
OWNED = {"status", "edition", "version", "created_at"}
COMMENT_FIELDS = {"id", "author", "body", "written_at"}
ALLOWED = {
    ("posts", POST): POST_FIELDS | OWNED,
    ("comments", COMMENT): COMMENT_FIELDS | OWNED | {"url", "post_id"},
    ("query", POST): POST_FIELDS | {"comment_count", "comments", "comments_url", "version"},
}


@pytest.mark.parametrize(("service", "path"), ALLOWED)
def test_s30_anybody_is_shown_what_is_meant_for_them_and_no_more(site, service, path):
    shown = site.ask(service, "GET", path).problem

    assert shown.keys() <= ALLOWED[service, path]
    for comment in shown.get("comments", []):
        assert comment.keys() <= COMMENT_FIELDS


@pytest.mark.parametrize("service", SERVICES)
def test_s30_no_serializer_shows_whatever_a_row_has(service):
    sources = [path.read_text() for path in (REPOSITORY / service).rglob("*.py")]

    assert sources and not [text for text in sources if re.search(r"fields = .__all__", text)]


@pytest.mark.parametrize("post_id", [HIDDEN, DRAFT, uuid4()], ids=["S32 hidden", "S32 draft", "S32 none"])
def test_comment_on_what_is_not_shown(site, post_id):
    answer = site.ask(
        "comments", "POST", f"api/v1/posts/{post_id}/comments/", {"body": "Hi"}, token=site.anybody()
    )

    assert harmless(answer).status == 404
