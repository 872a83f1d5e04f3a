"""Renews the documents of all posts that a batch has touched, at a cost that no number of comments changes.

Every transaction that moves what readers see locks the documents concerned, in the order of their keys,
before it counts or reads comments. So whoever holds a document sees every change that was made before, and
makes all that come after wait: count and newest comments are true, however many workers there are.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, Subquery

from query.models import CommentReplica, PostDocument, PostReplica
from query.models.replicas import APPROVED, PUBLISHED
from query.projections import document
from query.projections.document import NEWEST_COMMENTS, Comment, Document, Post
from shared_events import upsert
from shared_events.projections import Moves, projects

POST = ("id", "author", "title", "body", "published_at")
NONE: Mapping[UUID, Any] = {}


class Kept(NamedTuple):
    """What shows whether a document has changed; without a count, its comments were never counted."""

    comment_count: int | None
    is_shown: bool
    tag: str


@projects(PostReplica, CommentReplica)
def renew_documents(moves: Moves) -> None:
    """Bring documents up to the posts and comments that moved."""
    moved = {after.id: after for _, after in moves.get(PostReplica, ())}
    new = {after.id for before, after in moves.get(PostReplica, ()) if before is None}
    gained: Counter[UUID] = Counter()
    for before, after in moves.get(CommentReplica, ()):
        for comment, step in ((before, -1), (after, 1)):
            if comment is not None and comment.status == APPROVED:
                gained[comment.post_id] += step
    # A comment that was edited gains nothing, and yet its post has to be renewed.
    renew(moved.keys() | gained.keys(), gained, moved=moved, new=new)


@transaction.atomic(savepoint=False)  # what fails here fails with its batch
def renew(
    posts: Collection[UUID],
    gained: Mapping[UUID, int],
    *,
    moved: Mapping[UUID, Any] = NONE,
    new: Collection[UUID] = frozenset(),
    recount: bool = False,
) -> None:
    """Make the documents of these posts anew, which have gained so many approved comments.

    The comments of a document that is new are counted, and with ``recount`` those of all. Posts that this
    transaction has ``moved`` are not read again; those that are ``new`` hardly ever have a document yet.
    """
    # With new posts alone there is nothing to lock: a statement less between a write and who reads it.
    known = {} if {*posts} <= {*new} else _locked(posts)
    made = _made({*posts} - known.keys(), moved)
    # Who was quicker to make one has locked it until now: a deadlock over these few would be tried again.
    known |= _locked({*posts} - known.keys() - made)
    documents = _documents(_counts(known, gained, recount=recount), moved)
    upsert.written(PostDocument, [one for one in documents if _kept(one) != known[one.id]])


def _made(posts: Collection[UUID], moved: Mapping[UUID, Any]) -> set[UUID]:
    """Insert the documents that nobody else has made meanwhile; returns whose they are.

    A comment that is committed after its post's were counted here has either made the document before, or
    waits until this one is there, and is added to it.
    """
    return upsert.absent(PostDocument, _documents(_counted(sorted(posts)), moved))


def _locked(posts: Collection[UUID]) -> dict[UUID, Kept]:
    if not posts:
        return {}
    locked = PostDocument.objects.select_for_update().filter(pk__in=posts).order_by("pk")
    return {key: Kept(*kept) for key, *kept in locked.values_list("pk", *Kept._fields)}


def _kept(made: Document) -> Kept:
    return Kept(made.comment_count, made.is_shown, made.tag)


def _counts(known: Mapping[UUID, Kept], gained: Mapping[UUID, int], *, recount: bool) -> dict[UUID, int]:
    """How many approved comments each of these posts has now."""
    counted = _counted([key for key, kept in known.items() if recount or kept.comment_count is None])
    return {key: (kept.comment_count or 0) + gained.get(key, 0) for key, kept in known.items()} | counted


def _counted(posts: Collection[UUID]) -> dict[UUID, int]:
    counted = _approved().filter(post_id__in=posts).values_list("post_id").annotate(Count("pk"))
    found = dict(counted.order_by()) if posts else {}
    return {post: found.get(post, 0) for post in posts}


def _documents(counts: Mapping[UUID, int], moved: Mapping[UUID, Any]) -> list[Document]:
    """The documents of these posts, which have so many approved comments."""
    posts = _shown_posts(counts, moved)
    newest = _newest_comments([post for post in posts if counts[post]])
    return [
        document.shown(posts[key], count, newest.get(key, ()))
        if key in posts
        else document.not_shown(key, count)
        for key, count in counts.items()
    ]


def _shown_posts(keys: Collection[UUID], moved: Mapping[UUID, Any]) -> dict[UUID, Post]:
    """Those of the posts that readers may see, as they are after what has moved."""
    others = [key for key in keys if key not in moved]
    read = PostReplica.objects.filter(status=PUBLISHED, pk__in=others).values_list(*POST, named=True)
    shown: dict[UUID, Any] = {row.id: row for row in read} if others else {}
    return shown | {key: moved[key] for key in keys if key in moved and moved[key].status == PUBLISHED}


def _newest_comments(posts: Collection[UUID]) -> dict[UUID, list[Comment]]:
    """Of each post its newest comments: two statements, however many there are."""
    if not posts:
        return {}
    newest = _newest()
    rows = PostReplica.objects.filter(pk__in=posts).annotate(**newest).values_list("pk", *newest)
    chosen = {post: [key for key in keys if key] for post, *keys in rows}
    wanted = [key for keys in chosen.values() for key in keys]
    read = CommentReplica.objects.filter(pk__in=wanted).values_list(*Comment._fields)
    found = {row[0]: Comment(*row) for row in read}
    return {post: [found[key] for key in keys if key in found] for post, keys in chosen.items()}


def _newest() -> dict[str, Subquery]:
    # A window function would read all comments of a post to choose these few.
    of_post = _approved().filter(post_id=OuterRef("pk")).order_by("-written_at", "-id").values("pk")
    return {f"newest_{place}": Subquery(of_post[place : place + 1]) for place in range(NEWEST_COMMENTS)}


def _approved() -> Any:
    return CommentReplica.objects.filter(status=APPROVED)
