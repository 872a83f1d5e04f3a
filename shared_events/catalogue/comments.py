"""What comments tells: every comment, with where it stands in moderation."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec

from shared_events.catalogue.event import Category, Digests, Event, Version


class CommentState(Event, frozen=True, kw_only=True):
    """All that others may know of a comment; ``edition`` goes up when its text changes."""

    category: ClassVar[Category] = Category.GENERAL
    subject: ClassVar[str] = "comment_id"

    comment_id: UUID
    post_id: UUID
    edition: Version
    author: str
    body: str
    status: Literal["pending", "approved", "rejected"]
    written_at: Annotated[datetime, msgspec.Meta(tz=True)]


class CommentCreated(CommentState, frozen=True, kw_only=True):
    """A comment was written."""

    type: ClassVar[str] = "comments.comment.created"


class CommentUpdated(CommentState, frozen=True, kw_only=True):
    """A comment was edited, approved or rejected."""

    type: ClassVar[str] = "comments.comment.updated"


class CommentDeleted(Event, frozen=True, kw_only=True):
    """A comment was deleted by its author."""

    category: ClassVar[Category] = Category.GENERAL
    type: ClassVar[str] = "comments.comment.deleted"
    subject: ClassVar[str] = "comment_id"
    is_tombstone: ClassVar[bool] = True

    comment_id: UUID
    post_id: UUID


class CommentsDigested(Digests, frozen=True, kw_only=True):
    """All comments that were not deleted were digested, to be compared with copies of them."""

    type: ClassVar[str] = "comments.comment.digested"
