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

from query.models import CommentReplica, PostDocument, PostReplica
from query.models.replicas import APPROVED
from query.projections import document, sources
from query.projections.document import Document
from shared_events import upsert
from shared_events.projections import Moves, projects

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
    if known:
        documents = _documents(_counts(known, gained, recount=recount), moved)
        upsert.written(PostDocument, [one for one in documents if _kept(one) != known[one.id]])


def _made(posts: Collection[UUID], moved: Mapping[UUID, Any]) -> set[UUID]:
    """Insert the documents that nobody else has made meanwhile; returns whose they are.

    A comment that is committed after its post's were counted here has either made the document before, or
    waits until this one is there, and is added to it.
    """
    return upsert.absent(PostDocument, _documents(sources.counted(sorted(posts)), moved)) if posts else set()


def _locked(posts: Collection[UUID]) -> dict[UUID, Kept]:
    if not posts:
        return {}
    locked = PostDocument.objects.select_for_update().filter(pk__in=posts).order_by("pk")
    return {key: Kept(*kept) for key, *kept in locked.values_list("pk", *Kept._fields)}


def _kept(made: Document) -> Kept:
    return Kept(made.comment_count, made.is_shown, made.tag)


def _counts(known: Mapping[UUID, Kept], gained: Mapping[UUID, int], *, recount: bool) -> dict[UUID, int]:
    """How many approved comments each of these posts has now."""
    counted = sources.counted([key for key, kept in known.items() if recount or kept.comment_count is None])
    return {key: (kept.comment_count or 0) + gained.get(key, 0) for key, kept in known.items()} | counted


def _documents(counts: Mapping[UUID, int], moved: Mapping[UUID, Any]) -> list[Document]:
    """The documents of these posts, which have so many approved comments."""
    posts = sources.shown_posts(counts, moved)
    newest = sources.newest_comments([post for post in posts if counts[post]])
    return [
        document.shown(posts[key], count, newest.get(key, ()))
        if key in posts
        else document.not_shown(key, count)
        for key, count in counts.items()
    ]
