"""Reads comments, and the posts they are about as far as these are known here."""

from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from comments import domain
from comments.domain import Person, Status
from comments.models import Comment, PostReplica


def comments_on(post_id: UUID, *, reader: Person | None) -> QuerySet[Comment]:
    """The approved comments on a post and the reader's own; raises NoSuchPost for one that is not shown."""
    if not PostReplica.objects.shows(post_id):
        raise domain.NoSuchPost
    readable = Q(status=Status.APPROVED)
    if reader is not None:
        readable |= _owned_by(reader.name)
    return existing_comments().filter(readable, post_id=post_id)


def comments_of(author: str) -> QuerySet[Comment]:
    return existing_comments().filter(_owned_by(author))


def readable_comment(comment_id: UUID, *, reader: Person | None) -> Comment:
    """A comment as this reader may see it; raises NoSuchComment for what they may not know of."""
    comment = existing_comments().filter(pk=comment_id).first()
    if comment is None or not domain.may_read(
        reader,
        owner=comment.owner,
        status=Status(comment.status),
        post_is_shown=PostReplica.objects.shows(comment.post_id),
    ):
        raise domain.NoSuchComment
    return comment


def comments_with_post_titles() -> QuerySet[Comment]:
    """Every comment with ``post_title``, which is None while its post is not known here."""
    title = PostReplica.objects.filter(pk=OuterRef("post_id")).values("title")
    return existing_comments().annotate(post_title=Subquery(title))


def existing_comments() -> QuerySet[Comment]:
    return Comment.objects.filter(deleted_at=None)


def _owned_by(name: str) -> Q:
    return Q(author=name, is_imported=False)
