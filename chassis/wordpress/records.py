"""What a WordPress export holds, as values: posts, comments, and the reasons why something is left out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import NAMESPACE_URL, UUID, uuid5

PostKind = Literal["post", "page"]
PostStatus = Literal["published", "draft"]
CommentStatus = Literal["approved", "pending"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedPost:
    """A post or page as its author wrote it; nothing is rendered, shortened or judged."""

    id: UUID
    wordpress_id: int
    kind: PostKind
    author: str
    title: str
    body: str
    status: PostStatus
    written_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedComment:
    """A comment, whatever it answered: threads are flat."""

    id: UUID
    wordpress_id: int
    post_id: UUID
    author: str
    body: str
    status: CommentStatus
    written_at: datetime


class LeftOut(StrEnum):
    """Why an item or a comment does not come; the value is fit to follow its count."""

    MENU = "menu entries"
    ATTACHMENT = "attachments"
    PAGE = "pages"
    OTHER_KIND = "items of other kinds"
    PRIVATE = "private posts"
    PROTECTED = "posts behind a password"
    TRASHED = "posts in the trash"
    OTHER_STATUS = "posts of unknown status"
    EMPTY = "posts without title and text"
    WITHOUT_ID = "posts without an id"
    PINGBACK = "pingbacks"
    TRACKBACK = "trackbacks"
    OTHER_COMMENT = "comments of other kinds"
    SPAM = "spam comments"
    TRASHED_COMMENT = "comments in the trash"
    OTHER_COMMENT_STATUS = "comments of unknown status"
    EMPTY_COMMENT = "comments without text"
    COMMENT_WITHOUT_ID = "comments without an id"
    ORPHANED = "comments, pingbacks and trackbacks of what was left out"


@dataclass(frozen=True, kw_only=True, slots=True)
class Totals:
    """How much will come out of an export, and how much will not."""

    posts: int
    comments: int
    left_out: Mapping[LeftOut, int]


def post_id(site: str, wordpress_id: int) -> UUID:
    """The same id wherever and however often a site's post or page is read."""
    return uuid5(NAMESPACE_URL, f"{_address(site)}#post-{wordpress_id}")


def comment_id(site: str, wordpress_id: int) -> UUID:
    """The same id wherever and however often a site's comment is read."""
    return uuid5(NAMESPACE_URL, f"{_address(site)}#comment-{wordpress_id}")


def _address(site: str) -> str:
    """A site stays itself when it moves to https, or is written with another case, port or last slash."""
    bare = re.sub(r"^([a-z][a-z0-9+.-]*:)?//", "", site.strip(), flags=re.IGNORECASE)
    host, _, path = bare.partition("/")
    host = re.sub(r":(80|443)?$", "", host.lower())
    return f"{host}/{path}".rstrip("/")
