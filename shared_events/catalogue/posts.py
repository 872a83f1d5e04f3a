"""What posts tells: posts that anyone but their author may see."""

from datetime import datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec

from shared_events.catalogue.event import Category, Digests, Event, Version


class PostState(Event, frozen=True, kw_only=True):
    """All that others may know of a post; ``edition`` goes up when its text changes."""

    category: ClassVar[Category] = Category.GENERAL
    subject: ClassVar[str] = "post_id"

    post_id: UUID
    edition: Version
    author: str
    title: str
    body: str
    status: Literal["published", "hidden"]
    published_at: Annotated[datetime, msgspec.Meta(tz=True)]


class PostCreated(PostState, frozen=True, kw_only=True):
    """A post became visible to others."""

    type: ClassVar[str] = "posts.post.created"


class PostUpdated(PostState, frozen=True, kw_only=True):
    """A visible post was edited, hidden or shown again."""

    type: ClassVar[str] = "posts.post.updated"


class PostDeleted(Event, frozen=True, kw_only=True):
    """A post was deleted or withdrawn: there is nothing left to show."""

    category: ClassVar[Category] = Category.GENERAL
    type: ClassVar[str] = "posts.post.deleted"
    subject: ClassVar[str] = "post_id"
    is_tombstone: ClassVar[bool] = True

    post_id: UUID


class PostsDigested(Digests, frozen=True, kw_only=True):
    """All posts that others know of were digested, to be compared with copies of them."""

    type: ClassVar[str] = "posts.post.digested"
