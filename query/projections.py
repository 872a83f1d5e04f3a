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
from django.db.models import Count, OuterRef, Subquery

from query.models import CommentReplica, PostDocument, PostReplica
from query.models.replicas import APPROVED, PUBLISHED
from shared_events import upsert
from shared_events.projections import Moves, projects

NEWEST_COMMENTS = 5  # in a document; the others are read page by page
POST = ("id", "author", "title", "body", "published_at")
COMMENT = ("id", "author", "body", "written_at")
NONE: Mapping[UUID, PostReplica] = {}

Row = dict[str, Any]


@projects(PostReplica, CommentReplica)
def renew_documents(moves: Moves) -> None:
    """Bring documents up to the posts and comments that moved."""
    moved = {after.id: after for _, after in moves.get(PostReplica, ())}
    gained: Counter[UUID] = Counter()
    for before, after in moves.get(CommentReplica, ()):
        for comment, step in ((before, -1), (after, 1)):
            if comment is not None and comment.status == APPROVED:
                gained[comment.post_id] += step
    # A comment that was edited gains nothing, and yet its post has to be renewed.
    renew(moved.keys() | gained.keys(), gained, moved=moved)


@transaction.atomic(savepoint=False)  # what fails here fails with its batch
def renew(
    posts: Collection[UUID],
    gained: Mapping[UUID, int],
    *,
    moved: Mapping[UUID, PostReplica] = NONE,
    recount: bool = False,
) -> None:
    """Make the documents of these posts anew, which have gained so many approved comments.

    The comments of a document that is new are counted, and with ``recount`` those of all. Posts that this
    transaction has ``moved`` are not read again.
    """
    known = _locked(posts)
    made = _made({*posts} - {document.id for document in known}, moved)
    # Who was quicker to make one has locked it until now: a deadlock over these few would be tried again.
    known += _locked({*posts} - {document.id for document in known} - made)
    kept = {document.id: _state(document) for document in known}
    _count(known, gained, recount=recount)
    _fill(known, moved)
    upsert.written(PostDocument, _rows(one for one in known if _state(one) != kept[one.id]))


def _made(posts: Collection[UUID], moved: Mapping[UUID, PostReplica]) -> set[UUID]:
    """Insert the documents that nobody else has made meanwhile; returns whose they are.

    A comment that is committed after its post's were counted here has either made the document before, or
    waits until this one is there, and is added to it.
    """
    documents = [PostDocument(id=post) for post in sorted(posts)]
    _count(documents, {}, recount=True)
    _fill(documents, moved)
    return upsert.absent(PostDocument, _rows(documents))


def _locked(posts: Collection[UUID]) -> list[PostDocument]:
    locked = PostDocument.objects.select_for_update().filter(pk__in=posts).order_by("pk")
    return list(locked.defer("text")) if posts else []


def _rows(documents: Iterable[PostDocument]) -> list[list[Any]]:
    names = [field.attname for field in PostDocument._meta.local_concrete_fields]
    return [[getattr(document, name) for name in names] for document in documents]


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


def _fill(documents: Collection[PostDocument], moved: Mapping[UUID, PostReplica]) -> None:
    posts = _shown_posts([document.id for document in documents], moved)
    commented = [document.id for document in documents if document.comment_count and document.id in posts]
    comments = _newest_comments(commented) if commented else {}
    for document in documents:
        post = posts.get(document.id)
        document.is_shown = post is not None
        document.author = post["author"] if post else ""
        document.published_at = post["published_at"] if post else None
        document.text = _text(post, document, comments.get(document.id, [])) if post else ""
        document.tag = blake2b(document.text.encode(), digest_size=12).hexdigest() if post else ""


def _text(post: Row, document: PostDocument, comments: list[Row]) -> str:
    counted = {"comment_count": document.comment_count, "comments": comments}
    return msgspec.json.encode(post | counted).decode()


def _shown_posts(ids: Collection[UUID], moved: Mapping[UUID, PostReplica]) -> dict[UUID, Row]:
    """Those of the posts that readers may see, as they are after what has moved."""
    others = [key for key in ids if key not in moved]
    read = PostReplica.objects.filter(status=PUBLISHED, pk__in=others).values(*POST) if others else []
    shown = {row["id"]: dict(row) for row in read}
    for key, post in moved.items():
        if post.status == PUBLISHED:
            shown[key] = {name: getattr(post, name) for name in POST}
    return shown


def _newest_comments(posts: Collection[UUID]) -> dict[UUID, list[Row]]:
    """Of each post its newest comments: two statements, however many there are."""
    newest = _newest()
    rows = PostReplica.objects.filter(pk__in=posts).annotate(**newest).values_list("pk", *newest)
    chosen = {post: [key for key in keys if key] for post, *keys in rows}
    wanted = [key for keys in chosen.values() for key in keys]
    found = {row["id"]: row for row in CommentReplica.objects.filter(pk__in=wanted).values(*COMMENT)}
    return {post: [found[key] for key in keys if key in found] for post, keys in chosen.items()}


def _newest() -> dict[str, Subquery]:
    # A window function would read all comments of a post to choose these few.
    of_post = _approved().filter(post_id=OuterRef("pk")).order_by("-written_at", "-id").values("pk")
    return {f"newest_{place}": Subquery(of_post[place : place + 1]) for place in range(NEWEST_COMMENTS)}


def _approved() -> Any:
    return CommentReplica.objects.filter(status=APPROVED)
