import random

import pytest

from comments import commands, domain
from comments.models import Comment, PostReplica
from comments.tests.events import POST, judged, post_created, post_deleted, post_updated
from shared_events import handlers
from shared_events.catalogue import CommentJudged, PostCreated, PostDeleted, PostsDigested, PostUpdated
from shared_events.testing import deliver, sealed, told

pytestmark = pytest.mark.django_db
ADDRESS = f"/comments/api/v1/posts/{POST}/comments/"


def write():
    return commands.write_comment(post_id=POST, author="bob", body="Hello")


def test_the_service_hears_posts_and_verdicts_and_nothing_else():
    assert handlers.heard() == {PostCreated, PostUpdated, PostDeleted, PostsDigested, CommentJudged}


def test_a_post_is_kept_as_it_was_told():
    deliver(post_created(title="First"), post_updated(title="Second"))

    replica = PostReplica.objects.get()
    assert (replica.id, replica.title, replica.author, replica.status, replica.version) == (
        POST,
        "Second",
        "ann",
        "published",
        2,
    )


def test_a_title_is_as_long_as_its_owner_likes():
    assert deliver(post_created(title="x" * 1_000, author="y" * 1_000)) == 0


def test_a_comment_before_its_post_is_known_is_refused_and_welcome_afterwards(bob):
    assert bob.post(ADDRESS, {"body": "Hello"}, format="json").status_code == 404
    assert told() == []

    deliver(post_created())

    assert bob.post(ADDRESS, {"body": "Hello"}, format="json").status_code == 201


@pytest.mark.parametrize(
    "history",
    [
        [post_created(), post_updated(status="hidden")],
        [post_created(), post_deleted()],
        [post_deleted(), post_created()],
        [post_created(), post_deleted(version=2), post_updated(version=1)],
    ],
    ids=["hidden", "deleted", "deleted before it was created", "deleted before a late update"],
)
def test_nobody_comments_on_a_post_that_is_not_shown(history):
    deliver(*history)

    with pytest.raises(domain.NoSuchPost):
        write()

    assert told() == []
    assert not Comment.objects.exists()


def test_a_post_that_is_shown_again_takes_comments_again():
    deliver(post_created(), post_deleted(version=2), post_created(version=3))

    assert write().status == "pending"


def test_a_post_that_goes_takes_its_comments_out_of_sight_and_brings_them_back(approved, anonymous):
    address = f"/comments/api/v1/comments/{approved.id}/"
    for gone, back in [
        (post_updated(version=2, status="hidden"), post_updated(version=3)),
        (post_deleted(version=4), post_created(version=5)),
    ]:
        deliver(gone)
        assert anonymous.get(address).status_code == anonymous.get(ADDRESS).status_code == 404
        deliver(back)
        assert anonymous.get(address).status_code == anonymous.get(ADDRESS).status_code == 200


def test_a_post_deleted_while_a_comment_waits_leaves_the_comment_to_its_author(comment, bob):
    before = told()
    deliver(post_deleted())

    address = f"/comments/api/v1/comments/{comment.id}/"
    assert told() == before
    assert bob.get(address).json()["status"] == "pending"
    assert bob.delete(address).status_code == 204
    assert deliver(judged(comment, "approved"), post_deleted(version=4)) == 0


def test_a_replay_of_everything_in_any_order_doubles_nothing(comment):
    history = [
        sealed(event)
        for event in (
            post_created(),
            post_updated(title="Second"),
            judged(comment, "rejected", version=1),
            judged(comment, "approved", version=2),
        )
    ]
    deliver(*history)
    rows = (list(Comment.objects.values()), list(PostReplica.objects.values()), told())
    for seed in range(5):
        again = history * 3
        random.Random(seed).shuffle(again)
        deliver(*again)
    assert (list(Comment.objects.values()), list(PostReplica.objects.values()), told()) == rows
