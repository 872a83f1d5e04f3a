"""Reads what anyone may see: published posts and their approved comments, one statement each."""

from query.queries.comments import Comment, comments_of
from query.queries.documents import (
    Document,
    NoSuchPost,
    feed,
    feed_marks,
    marks_of,
    post_page,
    post_tag,
)
from query.queries.pages import Page, Position

__all__ = [
    "Comment",
    "Document",
    "NoSuchPost",
    "Page",
    "Position",
    "comments_of",
    "feed",
    "feed_marks",
    "marks_of",
    "post_page",
    "post_tag",
]
