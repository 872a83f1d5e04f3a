"""A post and its newest comments as the JSON text that readers get, made from plain values.

A batch makes hundreds of these: a model's instance for each would take a third of its time.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple, Protocol
from uuid import UUID

import msgspec

NEWEST_COMMENTS = 5  # in a document; the others are read page by page


class Post(Protocol):
    """What a document takes of a post that is shown."""

    id: UUID
    author: str
    title: str
    body: str
    published_at: datetime | None


class Comment(NamedTuple):
    """What a document takes of a comment."""

    id: UUID
    author: str
    body: str
    written_at: datetime | None


class Document(NamedTuple):
    """The columns of a document, in the order of its model's."""

    id: UUID
    comment_count: int
    is_shown: bool
    author: str
    published_at: datetime | None
    text: str
    tag: str


def shown(post: Post, comment_count: int, newest: Sequence[Comment]) -> Document:
    """The document of a post that readers may see."""
    text = msgspec.json.encode(
        {
            "id": post.id,
            "author": post.author,
            "title": post.title,
            "body": post.body,
            "published_at": post.published_at,
            "comment_count": comment_count,
            "comments": [comment._asdict() for comment in newest],
        }
    )
    tag = blake2b(text, digest_size=12).hexdigest()
    return Document(post.id, comment_count, True, post.author, post.published_at, text.decode(), tag)


def not_shown(post: UUID, comment_count: int) -> Document:
    """The document of a post that is hidden, deleted or not here yet: it holds no text, and counts on."""
    return Document(post, comment_count, False, "", None, "", "")
