from itertools import permutations
from uuid import uuid4

import pytest

from comments import commands
from comments.domain import Person
from comments.tests.events import POST, judged, post_deleted
from shared_events.catalogue import CommentDeleted, CommentJudged, CommentUpdated
from shared_events.testing import deliver, sealed, told

pytestmark = pytest.mark.django_db
BOB = Person("bob")


@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_a_verdict_takes_effect_and_the_outcome_is_told(comment, verdict):
    assert deliver(judged(comment, verdict)) == 0

    comment.refresh_from_db()
    event = told()[-1]
    assert isinstance(event, CommentUpdated)
    assert (comment.status, event.status) == (verdict, verdict)
    assert (comment.version, event.version, event.edition, event.body) == (2, 2, 1, "Hello")


def test_a_verdict_that_is_delivered_twice_takes_effect_once(comment):
    verdict = sealed(judged(comment, "approved"))

    deliver(verdict, verdict)
    deliver(verdict)

    comment.refresh_from_db()
    assert comment.version == 2
    assert len(told()) == 2


def test_a_verdict_that_is_told_again_takes_effect_once(comment):
    deliver(judged(comment, "approved"))
    deliver(judged(comment, "approved"))

    comment.refresh_from_db()
    assert comment.version == 2
    assert len(told()) == 2


@pytest.mark.parametrize("order", [*permutations((1, 2, 3))])
@pytest.mark.parametrize("at_once", [True, False])
def test_the_newest_verdict_holds_in_whatever_order_they_come(comment, order, at_once):
    verdicts = {1: "approved", 2: "rejected", 3: "approved"}
    events = [judged(comment, verdicts[version], version=version) for version in order]

    for batch in [events] if at_once else [[event] for event in events]:
        deliver(*batch)

    comment.refresh_from_db()
    assert (comment.status, comment.verdict_version) == ("approved", 3)
    assert told()[-1].status == "approved"


def test_a_verdict_that_confirms_the_last_one_is_remembered_and_not_told(comment):
    deliver(judged(comment, "approved", version=1))
    before = len(told())

    deliver(judged(comment, "approved", version=3))
    for version in (2, 3):
        deliver(judged(comment, "rejected", version=version))

    comment.refresh_from_db()
    assert (comment.status, comment.verdict_version, len(told())) == ("approved", 3, before)


def test_a_verdict_on_the_text_before_an_edit_changes_nothing(comment):
    late = judged(comment, "approved", version=7)
    edited = commands.edit_comment(comment_id=comment.id, by=BOB, body="Hello again")
    before = len(told())

    assert deliver(late) == 0

    edited.refresh_from_db()
    assert (edited.status, len(told())) == ("pending", before)


def test_the_first_verdict_on_a_new_text_counts_whatever_was_decided_on_the_old_one(comment):
    deliver(judged(comment, "rejected", version=7))
    edited = commands.edit_comment(comment_id=comment.id, by=BOB, body="Hello again")

    deliver(judged(edited, "approved", version=1))

    edited.refresh_from_db()
    assert (edited.status, edited.verdict_version) == ("approved", 1)


def test_a_verdict_does_not_resurrect_a_deleted_comment(comment):
    commands.delete_comment(comment_id=comment.id, by=BOB)

    assert deliver(judged(comment, "approved")) == 0

    comment.refresh_from_db()
    assert comment.deleted_at is not None
    assert told()[-1] == CommentDeleted(comment_id=comment.id, post_id=POST, version=2)


def test_a_verdict_on_a_comment_whose_post_was_deleted_shows_nothing(comment, anonymous, bob):
    deliver(post_deleted())

    assert deliver(judged(comment, "approved")) == 0

    comment.refresh_from_db()
    assert comment.status == "approved"
    assert anonymous.get(f"/comments/api/v1/posts/{POST}/comments/").status_code == 404
    assert anonymous.get(f"/comments/api/v1/comments/{comment.id}/").status_code == 404
    assert bob.get(f"/comments/api/v1/comments/{comment.id}/").json()["status"] == "approved"


def test_a_verdict_on_a_comment_nobody_wrote_is_parked_and_the_others_take_effect(comment):
    stray = CommentJudged(
        case_id=uuid4(),
        comment_id=uuid4(),
        version=1,
        edition=1,
        verdict="approved",
        reasons=(),
        judged_by="rules",
    )

    assert deliver(stray, judged(comment, "approved")) == 1

    comment.refresh_from_db()
    assert comment.status == "approved"
