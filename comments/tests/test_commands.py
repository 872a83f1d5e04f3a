import pytest
from django.db import transaction

from comments import commands, domain
from comments.domain import Person
from comments.models import Comment
from comments.tests.events import POST
from shared_events.catalogue import CommentCreated, CommentDeleted, CommentUpdated
from shared_events.testing import told

pytestmark = pytest.mark.django_db
BOB, CAROL, STAFF = Person("bob"), Person("carol"), Person("root", is_staff=True)


def test_a_new_comment_is_told_whole(post):
    comment = commands.write_comment(post_id=post, author="bob", body="Hello")

    assert told() == [
        CommentCreated(
            comment_id=comment.id,
            version=1,
            post_id=POST,
            edition=1,
            author="bob",
            body="Hello",
            status="pending",
            written_at=comment.written_at,
        )
    ]


def test_an_edit_is_told_as_a_new_edition_that_waits_for_its_own_verdict(approved):
    commands.edit_comment(comment_id=approved.id, by=BOB, body="Hello again")

    event = told()[-1]
    assert isinstance(event, CommentUpdated)
    assert (event.version, event.edition, event.body, event.status) == (3, 2, "Hello again", "pending")
    assert event.written_at == approved.written_at


def test_the_same_text_is_no_edition_and_keeps_its_verdict(approved):
    before = len(told())

    commands.edit_comment(comment_id=approved.id, by=BOB, body="Hello")
    commands.edit_comment(comment_id=approved.id, by=BOB)

    approved.refresh_from_db()
    assert (approved.version, approved.edition, approved.status) == (2, 1, "approved")
    assert len(told()) == before


def test_a_deletion_is_told_as_a_tombstone_and_leaves_an_emptied_row(comment):
    commands.delete_comment(comment_id=comment.id, by=BOB)

    assert told()[-1] == CommentDeleted(comment_id=comment.id, post_id=POST, version=2)
    comment.refresh_from_db()
    assert (comment.body, comment.version) == ("", 2)
    assert comment.deleted_at is not None


def test_what_is_deleted_stays_deleted(comment):
    commands.delete_comment(comment_id=comment.id, by=BOB)
    before = len(told())

    with pytest.raises(domain.NoSuchComment):
        commands.delete_comment(comment_id=comment.id, by=BOB)
    with pytest.raises(domain.NoSuchComment):
        commands.edit_comment(comment_id=comment.id, by=STAFF, body="Back again")
    assert len(told()) == before


def test_a_write_that_is_rolled_back_tells_nothing(post):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        commands.write_comment(post_id=post, author="bob", body="Hello")
        _ = 1 / 0

    assert told() == []
    assert not Comment.objects.exists()


@pytest.mark.parametrize("body", ["", "  \n", "x" * 5_001])
def test_no_comment_has_a_text_that_cannot_be_one(comment, body):
    with pytest.raises(domain.Unwritable):
        commands.write_comment(post_id=comment.post_id, author="bob", body=body)
    with pytest.raises(domain.Unwritable):
        commands.edit_comment(comment_id=comment.id, by=BOB, body=body)


def test_nobody_else_may_change_a_comment_but_the_staff(approved):
    with pytest.raises(domain.NotYours):
        commands.edit_comment(comment_id=approved.id, by=CAROL, body="Mine")
    with pytest.raises(domain.NotYours):
        commands.delete_comment(comment_id=approved.id, by=CAROL)

    commands.delete_comment(comment_id=approved.id, by=STAFF)


def test_an_author_may_still_edit_what_was_rejected(comment):
    commands.take_verdict(comment_id=comment.id, edition=1, approved=False, version=1)

    edited = commands.edit_comment(comment_id=comment.id, by=BOB, body="Sorry")

    assert (edited.status, edited.edition) == ("pending", 2)
