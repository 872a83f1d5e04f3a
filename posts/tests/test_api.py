from base64 import b64encode
from urllib.parse import urlencode
from uuid import uuid4

import pytest

from shared_events.models import OutboxEntry
from shared_events.testing import told

POSTS = "/posts/api/v1/posts/"
TEXT = {"title": "Title", "body": "Body"}


def written(client, **fields) -> str:
    answer = client.post(POSTS, TEXT | fields, format="json")
    assert answer.status_code == 201
    return answer["Location"]


def faults(answer) -> list[tuple[str, str]]:
    assert answer["Content-Type"] == "application/problem+json"
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


def test_a_post_is_published_at_once_and_lies_where_it_says(alice, anyone):
    answer = alice.post(POSTS, TEXT, format="json")

    post = answer.json()
    assert answer.status_code == 201
    assert (post["author"], post["status"], post["version"], post["edition"]) == ("alice", "published", 1, 1)
    assert anyone.get(answer["Location"]).json() == post


def test_a_draft_is_published_and_withdrawn(alice, anyone):
    draft = written(alice, status="draft")
    assert anyone.get(draft).status_code == 404

    assert alice.post(f"{draft}publish/").json()["status"] == "published"
    assert anyone.get(draft).status_code == 200

    assert alice.post(f"{draft}withdraw/").json()["status"] == "draft"
    assert anyone.get(draft).status_code == 404


def test_a_post_is_edited_and_deleted(alice, anyone):
    post = written(alice)

    edited = alice.patch(post, {"title": "Another title"}, format="json").json()
    assert (edited["title"], edited["body"], edited["edition"]) == ("Another title", "Body", 2)
    assert alice.delete(post).status_code == 204
    assert alice.get(post).status_code == alice.delete(post).status_code == 404


def test_authors_list_their_own_posts_newest_first(alice, bruno):
    for title in ("one", "two", "three"):
        written(alice, title=title)
    written(bruno)

    first = alice.get(POSTS, {"page_size": 2}).json()
    second = alice.get(first["next"]).json()
    assert [post["title"] for post in first["results"] + second["results"]] == ["three", "two", "one"]
    assert second["next"] is None


def test_anonymous_people_only_read(alice, anyone):
    post = written(alice)
    answers = [
        anyone.get(POSTS),
        anyone.post(POSTS, TEXT, format="json"),
        anyone.patch(post, TEXT, format="json"),
        anyone.delete(post),
        anyone.post(f"{post}publish/"),
        anyone.post(f"{post}withdraw/"),
    ]

    assert {answer.status_code for answer in answers} == {401}
    assert all(answer["WWW-Authenticate"] for answer in answers)


@pytest.mark.parametrize(("status", "expected"), [("published", 403), ("draft", 404)])
def test_what_others_wrote_is_left_alone(alice, bruno, status, expected):
    post = written(alice, status=status)
    answers = [
        bruno.patch(post, TEXT, format="json"),
        bruno.delete(post),
        bruno.post(f"{post}publish/"),
        bruno.post(f"{post}withdraw/"),
    ]

    assert {answer.status_code for answer in answers} == {expected}


@pytest.mark.parametrize(
    "post_id", [uuid4(), "7", "not-a-uuid", "0" * 32, "%00", f"{uuid4()}".upper(), "{x}"]
)
def test_a_post_that_is_not_there_is_not_found(alice, post_id):
    for address in (f"{POSTS}{post_id}/", f"{POSTS}{post_id}/publish/"):
        answer = alice.post(address) if address.endswith("publish/") else alice.get(address)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"title": ""}, "#/title", "blank"),
        ({"title": " \n "}, "#/title", "blank"),
        ({"title": None}, "#/title", "null"),
        ({"title": "t" * 201}, "#/title", "max_length"),
        ({"title": 7}, "#/title", "invalid"),
        ({"title": True}, "#/title", "invalid"),
        ({"title": ["t"]}, "#/title", "invalid"),
        ({"title": "a\x00b"}, "#/title", "null_characters_not_allowed"),
        ({"body": ""}, "#/body", "blank"),
        ({"body": "b" * 50_001}, "#/body", "max_length"),
        ({"body": {}}, "#/body", "invalid"),
        ({"status": "hidden"}, "#/status", "invalid_choice"),
        ({"status": 1}, "#/status", "invalid_choice"),
        ({"status": []}, "#/status", "invalid_choice"),
    ],
)
def test_a_field_with_a_fault_is_named(alice, fields, pointer, code):
    post = written(alice)

    assert faults(alice.post(POSTS, TEXT | fields, format="json")) == [(pointer, code)]
    assert "status" in fields or faults(alice.patch(post, fields, format="json")) == [(pointer, code)]
    assert len(told()) == 1


def test_missing_fields_are_named_all_at_once(alice):
    assert faults(alice.post(POSTS, {}, format="json")) == [("#/title", "required"), ("#/body", "required")]


@pytest.mark.parametrize("body", ["[]", "null", '"x"', "1", "{", ""])
def test_a_body_that_is_no_object_is_a_bad_request(alice, body):
    assert alice.post(POSTS, body, content_type="application/json").status_code == 400


def test_the_longest_text_fits_however_it_is_escaped(alice):
    post = written(alice, title="\N{ORANGE HEART}" * 200, body="\N{ORANGE HEART}" * 50_000)

    assert alice.get(post).json()["title"] == "\N{ORANGE HEART}" * 200


def test_nobody_sets_what_is_not_theirs_to_set(alice):
    forged = {
        "id": str(uuid4()),
        "author": "bruno",
        "version": 9,
        "edition": 9,
        "published_at": None,
        "url": "x",
    }
    answer = alice.post(POSTS, TEXT | forged, format="json")
    again = alice.patch(answer["Location"], forged | {"status": "draft"}, format="json")

    assert again.json() == answer.json()
    assert (answer.json()["author"], answer.json()["version"]) == ("alice", 1)


def test_a_page_has_a_largest_size(alice):
    for _ in range(101):
        written(alice)

    assert len(alice.get(POSTS, {"page_size": "1000000000"}).json()["results"]) == 100


@pytest.mark.parametrize("page_size", ["0", "-5", "abc", "1e3"])
def test_a_page_size_that_is_none_is_refused(alice, page_size):
    answer = alice.get(POSTS, {"page_size": page_size})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"].endswith("page_size")


@pytest.mark.parametrize(
    "position",
    [
        "not a date",
        "\x00",
        "",
        "2026-13-01",
        "2026-11-20",
        "2026-11-20 10:00:00",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_a_forged_cursor_is_not_found(alice, position):
    cursor = b64encode(urlencode({"p": position}).encode()).decode()

    assert alice.get(POSTS, {"cursor": cursor}).status_code == 404


def test_the_id_of_the_request_goes_with_its_events(alice):
    alice.post(POSTS, TEXT, format="json", headers={"x-request-id": "from-the-gateway"})

    assert OutboxEntry.objects.get().headers["correlation_id"] == "from-the-gateway"
