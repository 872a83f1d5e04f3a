import random

import pytest

from query.models import CommentReplica, PostDocument, PostReplica
from query.tests import visits
from query.tests.events import (
    comment_created,
    comment_deleted,
    comment_id,
    comment_updated,
    post_created,
    post_deleted,
    post_updated,
)
from shared_events.testing import deliver, sealed

pytestmark = pytest.mark.django_db


def rows() -> list[dict]:
    """What is kept, but for when it came."""
    kept = [*PostReplica.objects.order_by("id").values(), *CommentReplica.objects.order_by("id").values()]
    return [{name: value for name, value in row.items() if name != "applied_at"} for row in kept]


def history() -> list:
    """Messages about four posts and twelve comments, in the order in which they happened."""
    told = [post_created(number) for number in range(1, 5)]
    told += [comment_created(number, post=1 + number % 4) for number in range(1, 13)]
    told += [comment_updated(number, post=1 + number % 4) for number in range(1, 10)]
    told += [comment_updated(10, post=3, status="rejected"), comment_deleted(4, post=1)]
    told += [post_updated(1, title="Edited"), post_updated(2, status="hidden"), post_deleted(3)]
    told += [comment_updated(6, version=4, post=3)]
    return [sealed(event) for event in told]


def test_a_comment_that_comes_before_its_post_is_kept_and_shown_once_the_post_comes():
    assert deliver(comment_created(), comment_updated(body="Early")) == 0
    assert visits.feed() == []
    assert visits.get(visits.comments_address()).status_code == 404

    deliver(post_created())

    assert visits.comments() == ["Early"]
    assert visits.page()["comment_count"] == 1


def test_a_comment_and_its_post_in_one_batch_are_both_kept():
    assert deliver(comment_updated(), post_created()) == 0

    assert visits.comments() == ["Comment 1"]


def test_a_replay_of_everything_doubles_nothing():
    events = history()
    deliver(*events)
    kept, shown = rows(), visits.everything(posts=4)

    assert deliver(*events) == 0

    assert rows() == kept
    assert visits.everything(posts=4) == shown


def test_a_comment_approved_before_it_was_created_stays_approved():
    deliver(post_created())
    deliver(comment_updated(version=2))
    deliver(comment_created(version=1))

    assert visits.page()["comment_count"] == 1
    assert visits.comments() == ["Comment 1"]


def test_a_comment_rejected_before_it_was_created_is_never_shown():
    deliver(post_created())
    deliver(comment_updated(version=2, status="rejected"))
    deliver(comment_created(version=1))

    assert visits.comments() == []


def test_an_approval_heard_twice_counts_once():
    approval = sealed(comment_updated())
    deliver(post_created(), comment_created())
    deliver(approval, approval)
    deliver(approval)

    assert visits.feed()[0]["comment_count"] == 1


def test_a_comment_approved_after_its_post_was_deleted_brings_nothing_back():
    deliver(post_created(), comment_created())
    deliver(post_deleted())

    assert deliver(comment_updated()) == 0

    assert visits.feed() == []
    assert visits.get(visits.page_address()).status_code == 404
    assert visits.get(visits.comments_address()).status_code == 404


def test_a_late_update_does_not_bring_a_deleted_post_back():
    deliver(post_created(), post_deleted(version=3))
    deliver(post_updated(version=2))

    assert visits.feed() == []


def test_a_withdrawn_post_that_is_published_again_has_its_comments_again():
    deliver(post_created(), comment_updated(), post_deleted(version=2))
    assert visits.feed() == []

    deliver(post_created(version=3, title="Again"))

    assert visits.page()["title"] == "Again"
    assert visits.comments() == ["Comment 1"]


@pytest.mark.parametrize("seed", range(8))
def test_everything_three_times_in_any_order_ends_in_the_same_answers(seed):
    events = history()
    deliver(*events)
    kept, shown = rows(), visits.everything(posts=4)
    for model in (PostReplica, CommentReplica, PostDocument):
        model.objects.all().delete()
    chance = random.Random(seed)
    shuffled = chance.sample(events * 3, k=len(events) * 3)
    while shuffled:
        size = chance.randint(1, 9)
        assert deliver(*shuffled[:size]) == 0
        del shuffled[:size]

    assert rows() == kept
    assert visits.everything(posts=4) == shown


def test_the_counts_after_repeated_deliveries_equal_a_recount():
    deliver(*history() * 3)

    assert {post["title"]: post["comment_count"] for post in visits.feed()} == {"Edited": 1, "Post 4": 2}
    assert [len(visits.comments(number)) for number in (1, 4)] == [1, 2]


def test_a_deleted_comment_keeps_nothing_of_its_text():
    deliver(comment_updated(body="Sorry"), comment_deleted())

    tombstone = CommentReplica.objects.get(pk=comment_id(1))
    assert (tombstone.is_deleted, tombstone.body, tombstone.author, tombstone.status) == (True, "", "", "")
