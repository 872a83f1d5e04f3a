"""Renews the documents of all posts that a batch has touched, at a cost that no number of comments changes.

Every transaction that moves what readers see locks the documents concerned, in the order of their keys,
before it counts or reads comments. So whoever holds a document sees every change that was made before, and
makes all that come after wait: count and newest comments are true, however many workers there are.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Subquery

from query.models import CommentReplica, PostDocument, PostReplica
from query.models.replicas import APPROVED, PUBLISHED
from shared_events.projections import Moves, projects

NEWEST_COMMENTS = 5  # in a document; the others are read page by page
POST = ("id", "author", "title", "body", "published_at")
COMMENT = ("id", "author", "body", "written_at")
WRITTEN = ("comment_count", "is_shown", "author", "published_at", "text", "tag")

Row = dict[str, Any]


@projects(PostReplica, CommentReplica)
def renew_documents(moves: Moves) -> None:
    """Bring documents up to the posts and comments that moved."""
    touched = {after.id for _, after in moves.get(PostReplica, ())}
    gained: Counter[UUID] = Counter()
    for before, after in moves.get(CommentReplica, ()):
        for comment, step in ((before, -1), (after, 1)):
            if comment is not None and comment.status == APPROVED:
                gained[comment.post_id] += step
    # A comment that was edited gains nothing, and yet its post has to be renewed.
    renew(touched | gained.keys(), gained)


@transaction.atomic
def renew(posts: Collection[UUID], gained: Mapping[UUID, int], *, recount: bool = False) -> None:
    """Make the documents of these posts anew, which have gained so many approved comments.

    The comments of a document that is new are counted, and with ``recount`` those of all.
    """
    documents = _locked(sorted(posts))
    kept = {document.id: _state(document) for document in documents}
    _count(documents, gained, recount=recount)
    _fill(documents)
    _write([document for document in documents if _state(document) != kept[document.id]])


def _locked(posts: list[UUID]) -> list[PostDocument]:
    PostDocument.objects.bulk_create([PostDocument(id=post) for post in posts], ignore_conflicts=True)
    locked = PostDocument.objects.select_for_update().filter(pk__in=posts).order_by("pk")
    return list(locked.defer("text"))


def _state(document: PostDocument) -> tuple[Any, ...]:
    return document.comment_count, document.is_shown, document.tag


def _count(documents: Iterable[PostDocument], gained: Mapping[UUID, int], *, recount: bool) -> None:
    new = {document.id for document in documents if recount or document.comment_count is None}
    counted = _approved().filter(post_id__in=new).values_list("post_id").annotate(Count("pk"))
    counts = dict(counted.order_by()) if new else {}
    for document in documents:
        if document.id in new:
            document.comment_count = counts.get(document.id, 0)
        else:
            document.comment_count = (document.comment_count or 0) + gained.get(document.id, 0)


def _fill(documents: Collection[PostDocument]) -> None:
    posts = _shown_posts([document.id for document in documents])
    for document in documents:
        post = posts.get(document.id)
        document.is_shown = post is not None
        document.author = post["author"] if post else ""
        document.published_at = post["published_at"] if post else None
        document.text = _text(post | {"comment_count": document.comment_count}) if post else ""
        document.tag = blake2b(document.text.encode(), digest_size=12).hexdigest() if post else ""


def _text(post: Row) -> str:
    return msgspec.json.encode(post).decode()


def _shown_posts(ids: Collection[UUID]) -> dict[UUID, Row]:
    """Published posts with their newest comments: two statements, however many posts and comments."""
    newest = _newest()
    posts = PostReplica.objects.filter(status=PUBLISHED, pk__in=ids).annotate(**newest).values(*POST, *newest)
    chosen = {post["id"]: [post.pop(place) for place in newest] for post in posts}
    wanted = [comment for comments in chosen.values() for comment in comments if comment]
    found = {row["id"]: row for row in CommentReplica.objects.filter(pk__in=wanted).values(*COMMENT)}
    return {
        post["id"]: post | {"comments": [found[key] for key in chosen[post["id"]] if key in found]}
        for post in posts
    }


def _newest() -> dict[str, Subquery]:
    # A window function would read all comments of a post to choose these few.
    of_post = _approved().filter(post_id=OuterRef("pk")).order_by("-written_at", "-id").values("pk")
    return {f"newest_{place}": Subquery(of_post[place : place + 1]) for place in range(NEWEST_COMMENTS)}


def _approved() -> Any:
    return CommentReplica.objects.filter(status=APPROVED)


def _write(documents: list[PostDocument]) -> None:
    PostDocument.objects.bulk_create(
        documents, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )


def to_build(*, after: UUID | None, everything: bool, limit: int) -> list[UUID]:
    """The next posts that have no document yet, or with ``everything`` the next of all, by their ids."""
    posts = _to_build(everything) if after is None else _to_build(everything).filter(pk__gt=after)
    return list(posts.order_by("pk").values_list("pk", flat=True)[:limit])


def count_to_build(*, everything: bool) -> int:
    return int(_to_build(everything).count())


def _to_build(everything: bool) -> Any:
    posts = PostReplica.objects.all()
    document = PostDocument.objects.filter(pk=OuterRef("pk"), comment_count__isnull=False)
    return posts if everything else posts.filter(~Exists(document))
