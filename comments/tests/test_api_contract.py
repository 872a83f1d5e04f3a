"""What a client may count on besides the addresses: tags, keys."""

import pytest

from comments.models import Comment
from comments.tests.events import POST, judged
from shared_events.testing import deliver

pytestmark = pytest.mark.django_db
ON_POST, COMMENTS = f"/comments/api/v1/posts/{POST}/comments/", "/comments/api/v1/comments/"


def test_a_comment_is_not_sent_again_until_it_changes(comment, bob):
    address = f"{COMMENTS}{comment.id}/"
    known = {"if-none-match": bob.get(address)["ETag"]}
    assert bob.get(address, headers=known).status_code == 304

    deliver(judged(comment, "approved"))
    assert bob.get(address, headers=known).json()["status"] == "approved"


def test_a_comment_is_changed_only_as_it_was_seen(comment, bob):
    address, seen = f"{COMMENTS}{comment.id}/", {"if-match": '"1"'}

    assert bob.patch(address, {"body": "First"}, format="json", headers=seen)["ETag"] == '"2"'
    for answer in (
        bob.patch(address, {"body": "Second"}, format="json", headers=seen),
        bob.delete(address, headers=seen),
    ):
        assert (answer.status_code, answer["Content-Type"]) == (412, "application/problem+json")
    assert Comment.objects.get().body == "First"


def test_a_comment_sent_again_under_its_key_is_written_once(post, bob):
    headers = {"idempotency-key": "a-key"}
    answers = [bob.post(ON_POST, {"body": "Hello"}, format="json", headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].content == answers[1].content
    assert Comment.objects.count() == 1
