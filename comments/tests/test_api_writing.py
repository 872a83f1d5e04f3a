import json
from base64 import b64encode
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from comments.models import Comment
from comments.tests.events import POST
from shared_events.testing import told

pytestmark = pytest.mark.django_db
ON_POST, COMMENTS = f"/comments/api/v1/posts/{POST}/comments/", "/comments/api/v1/comments/"
JSON, PROBLEM = "application/json", "application/problem+json"

UNWRITABLE = {
    "absent": {},
    "empty": {"body": ""},
    "blank": {"body": " \t\n"},
    "too long": {"body": "x" * 5_001},
    "null": {"body": None},
    "a number": {"body": 7},
    "a list": {"body": ["Hello"]},
    "with NUL": {"body": "a\0b"},
    "half a character": {"body": "\ud800"},
}


def refused(answer, status):
    assert (answer.status_code, answer["Content-Type"]) == (status, PROBLEM)
    assert answer.json()["status"] == status
    return answer.json()


def test_a_new_comment_is_pending_and_says_where_it_is(post, bob):
    answer = bob.post(ON_POST, {"body": "Hello"}, format="json")

    assert answer.status_code == 201
    assert (answer.json()["status"], answer.json()["post_id"]) == ("pending", str(POST))
    assert bob.get(answer["Location"]).json() == answer.json()


def test_who_writes_and_what_becomes_of_it_is_not_for_the_body_to_say(post, bob):
    wanted = {"body": "Hello", "author": "ann", "status": "approved", "version": 9, "post_id": str(uuid4())}

    comment = bob.post(ON_POST, wanted, format="json").json()

    assert (comment["author"], comment["status"], comment["version"]) == ("bob", "pending", 1)
    assert comment["post_id"] == str(POST)


def test_a_comment_may_be_as_long_as_is_said_in_any_script(post, bob):
    answer = bob.post(ON_POST, {"body": "🍊" * 5_000}, format="json")

    assert answer.status_code == 201
    assert told()[-1].body == "🍊" * 5_000


def test_an_edit_sends_an_approved_comment_back_to_moderation(approved, bob, anonymous):
    answer = bob.patch(f"{COMMENTS}{approved.id}/", {"body": "Hello again"}, format="json")

    assert (answer.status_code, answer.json()["status"], answer.json()["edition"]) == (200, "pending", 2)
    refused(anonymous.get(f"{COMMENTS}{approved.id}/"), 404)


def test_a_deleted_comment_is_gone(comment, bob):
    address = f"{COMMENTS}{comment.id}/"

    assert bob.delete(address).status_code == 204
    refused(bob.delete(address), 404)
    refused(bob.patch(address, {"body": "Hello"}, format="json"), 404)


def test_a_person_who_is_logged_in_writes_under_their_user_name(post):
    session = APIClient()
    session.force_login(User.objects.create_user("dora"))

    assert session.post(ON_POST, {"body": "Hello"}, format="json").json()["author"] == "dora"


@pytest.mark.parametrize("wanted", UNWRITABLE.values(), ids=UNWRITABLE)
def test_a_text_that_cannot_be_a_comment_is_refused_by_name(post, bob, wanted):
    problem = refused(bob.post(ON_POST, json.dumps(wanted), content_type=JSON), 400)

    assert [error["pointer"] for error in problem["errors"]] == ["#/body"]
    assert not Comment.objects.exists()


@pytest.mark.parametrize("wanted", list(UNWRITABLE.values())[1:], ids=list(UNWRITABLE)[1:])
def test_nor_may_a_comment_become_such_a_text(comment, bob, wanted):
    address = f"{COMMENTS}{comment.id}/"
    problem = refused(bob.patch(address, json.dumps(wanted), content_type=JSON), 400)

    assert [error["pointer"] for error in problem["errors"]] == ["#/body"]
    comment.refresh_from_db()
    assert comment.version == 1


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b'"Hello"', b"null", b"\xff", b"[" * 5_000])
def test_what_is_no_object_is_refused(post, bob, raw):
    refused(bob.post(ON_POST, raw, content_type=JSON), 400)


def test_anonymous_writes_are_refused_before_anything_else(approved, anonymous):
    one = f"{COMMENTS}{approved.id}/"
    for answer in (
        anonymous.post(ON_POST, {"body": "Hello"}, format="json"),
        anonymous.post(ON_POST.replace(str(POST), str(uuid4())), {}, format="json"),
        anonymous.patch(one, {"body": "Hello"}, format="json"),
        anonymous.delete(one),
        anonymous.get(COMMENTS),
    ):
        refused(answer, 401)
        assert answer["WWW-Authenticate"] == 'Bearer realm="comments"'
    assert len(told()) == 2


def test_what_another_wrote_is_forbidden_if_it_may_be_read_and_else_unknown(approved, bob, carol):
    approved_address = f"{COMMENTS}{approved.id}/"
    pending_address = bob.post(ON_POST, {"body": "Hello"}, format="json")["Location"]
    before = told()

    for address, status in ((approved_address, 403), (pending_address, 404)):
        refused(carol.patch(address, {"body": "Mine"}, format="json"), status)
        refused(carol.delete(address), status)
    assert told() == before


@pytest.mark.parametrize("post_id", [str(uuid4()), "7", "not-a-uuid", "%00", str(POST)[:-1], "../posts"])
def test_an_unknown_post_is_not_found(post, bob, anonymous, post_id):
    address = f"/comments/api/v1/posts/{post_id}/comments/"

    refused(anonymous.get(address), 404)
    refused(bob.post(address, {"body": "Hello"}, format="json"), 404)


@pytest.mark.parametrize("comment_id", [str(uuid4()), "7", "not-a-uuid", "%00"])
def test_an_unknown_comment_is_not_found(post, bob, comment_id):
    address = f"{COMMENTS}{comment_id}/"

    refused(bob.get(address), 404)
    refused(bob.patch(address, {"body": "Hello"}, format="json"), 404)
    refused(bob.delete(address), 404)


@pytest.mark.parametrize("position", [b"p=yesterday", b"p=\0", b"p=99999-01-01", b"o=-1", b"\xff"])
def test_a_cursor_that_somebody_made_up_is_not_found(post, anonymous, position):
    refused(anonymous.get(ON_POST, {"cursor": b64encode(position).decode()}), 404)


def test_what_cannot_be_done_here_is_said_so(comment, bob):
    refused(bob.put(f"{COMMENTS}{comment.id}/", {"body": "Hello"}, format="json"), 405)
    refused(bob.delete(ON_POST), 405)
    refused(bob.post(COMMENTS, {"body": "Hello"}, format="json"), 405)
    refused(bob.post(ON_POST, "body=Hello", content_type="text/plain"), 415)
