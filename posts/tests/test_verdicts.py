from uuid import uuid4

import pytest

from posts import commands, domain
from posts.domain import Person
from posts.models import Post
from shared_events.catalogue import PostCreated, PostJudged, PostUpdated
from shared_events.models import ParkedEvent
from shared_events.testing import deliver, told

ALICE = Person("alice")


@pytest.fixture
def post() -> Post:
    return commands.create_post(author="alice", title="Title", body="Body", publish=True)


def judged(post: Post, verdict: str, *, edition: int = 1, version: int = 1) -> PostJudged:
    return PostJudged(
        case_id=uuid4(),
        post_id=post.id,
        edition=edition,
        verdict=verdict,
        reasons=("oranges",),
        judged_by="rules",
        version=version,
    )


def states(post: Post) -> list[tuple[str, int]]:
    """What others know of the post, one state after the other."""
    return [(event.status, event.version) for event in told() if isinstance(event, PostCreated | PostUpdated)]


def test_a_rejected_post_is_hidden_and_told(post):
    deliver(judged(post, "rejected"))

    assert states(post) == [("published", 1), ("hidden", 2)]


def test_an_approved_post_stays_as_it_is(post):
    deliver(judged(post, "approved"))

    assert states(post) == [("published", 1)]


def test_a_verdict_delivered_twice_takes_effect_once(post):
    rejected = judged(post, "rejected")
    deliver(rejected, rejected)
    deliver(rejected)

    assert states(post) == [("published", 1), ("hidden", 2)]


def test_a_verdict_overruled_by_a_person_shows_the_post_again(post):
    deliver(judged(post, "rejected"))
    deliver(judged(post, "approved", version=2))

    assert states(post) == [("published", 1), ("hidden", 2), ("published", 3)]


def test_a_late_verdict_does_not_undo_a_newer_one(post):
    deliver(judged(post, "approved", version=2))
    deliver(judged(post, "rejected", version=1))

    assert states(post) == [("published", 1)]


def test_a_verdict_on_an_older_text_changes_nothing(post):
    commands.edit_post(post_id=post.id, by=ALICE, body="Without oranges")
    deliver(judged(post, "rejected", edition=1, version=5))

    assert states(post) == [("published", 1), ("published", 2)]


def test_a_new_text_is_judged_anew_whatever_the_number_of_the_last_verdict(post):
    deliver(judged(post, "rejected", version=5))
    commands.edit_post(post_id=post.id, by=ALICE, body="Without oranges")
    deliver(judged(post, "approved", edition=2, version=1))

    assert states(post) == [("published", 1), ("hidden", 2), ("hidden", 3), ("published", 4)]


def test_a_hidden_post_can_only_be_edited_or_deleted(post):
    deliver(judged(post, "rejected"))

    for command in (commands.publish_post, commands.withdraw_post):
        with pytest.raises(domain.NotNow):
            command(post_id=post.id, by=ALICE)
    commands.delete_post(post_id=post.id, by=ALICE)
    assert told()[-1].is_tombstone


def test_a_verdict_on_a_withdrawn_post_is_told_to_nobody(post):
    commands.withdraw_post(post_id=post.id, by=ALICE)
    deliver(judged(post, "rejected"))

    with pytest.raises(domain.NotNow):
        commands.publish_post(post_id=post.id, by=ALICE)
    commands.edit_post(post_id=post.id, by=ALICE, body="Without oranges")
    assert states(post) == [("published", 1)]
    commands.publish_post(post_id=post.id, by=ALICE)
    assert states(post) == [("published", 1), ("published", 5)]


def test_a_verdict_does_nothing_to_a_deleted_post(post):
    deliver(judged(post, "rejected"))
    commands.delete_post(post_id=post.id, by=ALICE)
    deliver(judged(post, "approved", version=2), judged(post, "rejected", version=3))

    post.refresh_from_db()
    assert (post.status, post.version) == ("draft", 3)
    assert told()[-1].is_tombstone


def test_a_verdict_on_a_post_that_never_was_is_parked(post):
    assert deliver(judged(Post(), "rejected"), judged(post, "rejected")) == 1

    assert "There is no such post." in ParkedEvent.objects.get().message
    assert states(post) == [("published", 1), ("hidden", 2)]
