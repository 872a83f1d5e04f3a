"""Reads what anyone may see: published posts and their approved comments."""

from typing import Any
from uuid import UUID

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from query.models import CommentReplica, PostReplica
from query.models.replicas import APPROVED, PUBLISHED

Row = dict[str, Any]

POST = ("id", "author", "title", "body", "published_at", "comment_count")
COMMENT = ("id", "author", "body", "written_at")
NEWEST_COMMENT_FIRST = ("-written_at", "-id")
COMMENTS_IN_FEED = 3
COMMENTS_ON_PAGE = 50
NEWEST = tuple(f"newest_{place}" for place in range(COMMENTS_IN_FEED))


class NoSuchPost(Exception):
    """There is no such post, or none that anyone may see."""

    def __init__(self) -> None:
        super().__init__("There is no such post.")


def feed(*, author: str | None = None) -> QuerySet[PostReplica, Row]:
    """All published posts, or those of an author; ``with_comments`` completes a page of them."""
    posts = _published() if author is None else _published().filter(author=author)
    rows: QuerySet[PostReplica, Row] = posts.annotate(**_newest_ids()).values(*POST, *NEWEST)
    return rows


def with_comments(posts: list[Row]) -> list[Row]:
    """Posts of the feed with their newest comments: one statement, however many posts."""
    ids = {post["id"]: [post[name] for name in NEWEST if post[name]] for post in posts}
    chosen = _approved().filter(pk__in=[comment for newest in ids.values() for comment in newest])
    found = {comment["id"]: comment for comment in chosen.values(*COMMENT)}
    return [
        post | {"comments": [found[comment] for comment in ids[post["id"]] if comment in found]}
        for post in posts
    ]


def post_page(post_id: UUID) -> Row:
    """A published post with its newest comments; raises NoSuchPost."""
    post: Row | None = _published().filter(pk=post_id).values(*POST).first()
    if post is None:
        raise NoSuchPost
    newest = _comments_of(post_id).order_by(*NEWEST_COMMENT_FIRST)[:COMMENTS_ON_PAGE]
    return post | {"comments": list(newest)}


def comments_of(post_id: UUID) -> QuerySet[CommentReplica, Row]:
    """All approved comments of a published post; raises NoSuchPost."""
    if not PostReplica.objects.filter(status=PUBLISHED, pk=post_id).exists():
        raise NoSuchPost
    return _comments_of(post_id)


def _published() -> QuerySet[PostReplica]:
    counted = _of_outer_post().order_by().values("post_id").annotate(count=Count("*")).values("count")
    count = Coalesce(Subquery(counted), 0, output_field=IntegerField())
    return PostReplica.objects.filter(status=PUBLISHED).annotate(comment_count=count)


def _newest_ids() -> dict[str, Subquery]:
    # A window function would read all comments of a post to choose these few; each of these reads one.
    newest = _of_outer_post().order_by(*NEWEST_COMMENT_FIRST).values("pk")
    return {name: Subquery(newest[place : place + 1]) for place, name in enumerate(NEWEST)}


def _comments_of(post_id: UUID) -> QuerySet[CommentReplica, Row]:
    rows: QuerySet[CommentReplica, Row] = _approved().filter(post_id=post_id).values(*COMMENT)
    return rows


def _of_outer_post() -> QuerySet[CommentReplica]:
    return _approved().filter(post_id=OuterRef("pk"))


def _approved() -> QuerySet[CommentReplica]:
    return CommentReplica.objects.filter(status=APPROVED)
