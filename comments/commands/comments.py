"""Changes comments one at a time."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from uuid_utils.compat import uuid7

from comments import domain
from comments.domain import Person, Status
from comments.models import Comment, PostReplica
from shared_events import outbox
from shared_events.catalogue import CommentCreated, CommentDeleted, CommentUpdated

Seen = Collection[int] | None  # the versions that the change may start from; any, if none are named


@transaction.atomic
def write_comment(*, post_id: UUID, author: str, body: str, comment_id: UUID | None = None) -> Comment:
    """Comment on a post that is shown; only its author sees the comment until it is approved."""
    domain.check_text(body)
    if not PostReplica.objects.shows(post_id):
        raise domain.NoSuchPost
    comment = Comment(
        id=comment_id or uuid7(), post_id=post_id, author=author, body=body, status=Status.PENDING
    )
    comment.save(force_insert=True)
    outbox.append(CommentCreated(**whole_state(comment)))
    return comment


@transaction.atomic
def edit_comment(*, comment_id: UUID, by: Person, body: str | None = None, seen: Seen = None) -> Comment:
    """Change the text, which then waits for its own verdict; the same text makes no new edition."""
    comment = _comment_to_change(comment_id, by=by, seen=seen)
    if body is None or body == comment.body:
        return comment
    domain.check_text(body)
    comment.body, comment.status = body, Status.PENDING
    comment.edition, comment.verdict_version = comment.edition + 1, 0
    _save_next_version(comment)
    outbox.append(CommentUpdated(**whole_state(comment)))
    return comment


@transaction.atomic
def delete_comment(*, comment_id: UUID, by: Person, seen: Seen = None) -> None:
    """Empty a comment for good."""
    comment = _comment_to_change(comment_id, by=by, seen=seen)
    comment.body, comment.status, comment.deleted_at = "", Status.PENDING, timezone.now()
    _save_next_version(comment)
    outbox.append(CommentDeleted(comment_id=comment.id, post_id=comment.post_id, version=comment.version))


@transaction.atomic(savepoint=False)  # what fails here fails with its event
def take_verdict(*, comment_id: UUID, edition: int, approved: bool, version: int) -> None:
    """Do what moderation decided about a text; a verdict on an older text changes nothing."""
    comment = _locked(comment_id)
    if comment.deleted_at or not domain.takes_effect(
        edition=edition,
        version=version,
        current_edition=comment.edition,
        last_version=comment.verdict_version,
    ):
        return
    status, comment.verdict_version = Status(comment.status), version
    comment.status = domain.status_after_verdict(approved=approved)
    if comment.status == status:
        comment.save(update_fields=["verdict_version"])
        return
    _save_next_version(comment)
    outbox.append(CommentUpdated(**whole_state(comment)))


def _locked(comment_id: UUID) -> Comment:
    comment = Comment.objects.select_for_update().filter(pk=comment_id).first()
    if comment is None:
        raise domain.NoSuchComment
    return comment


def _comment_to_change(comment_id: UUID, *, by: Person, seen: Seen) -> Comment:
    comment = _locked(comment_id)
    if comment.deleted_at:
        raise domain.NoSuchComment
    domain.check_may_change(
        by,
        owner=comment.owner,
        status=Status(comment.status),
        post_is_shown=PostReplica.objects.shows(comment.post_id),
    )
    domain.check_seen(seen, version=comment.version)
    return comment


def _save_next_version(comment: Comment) -> None:
    comment.version += 1
    comment.save()


def whole_state(comment: Comment) -> dict[str, Any]:
    """The whole state, as both events carry it."""
    return {
        "comment_id": comment.id,
        "post_id": comment.post_id,
        "version": comment.version,
        "edition": comment.edition,
        "author": comment.author,
        "body": comment.body,
        "status": str(comment.status),
        "written_at": comment.written_at,
    }
