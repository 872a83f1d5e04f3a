"""What documents are made of, read from the replicas for many posts at once."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery

from query.models import CommentReplica, PostReplica
from query.models.replicas import APPROVED, PUBLISHED
from query.projections.document import NEWEST_COMMENTS, Comment, Post

POST = ("id", "author", "title", "body", "published_at")
POST_ID = CommentReplica._meta.get_field("post_id")


def counted(posts: Collection[UUID]) -> dict[UUID, int]:
    """How many approved comments there are of each of these posts."""
    if not posts:
        return {}
    # Done for nearly every new post on its own: Django took longer to put it into words than all the rest.
    keys = [POST_ID.get_db_prep_value(post, connection) for post in posts]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT post_id, COUNT(*) FROM {CommentReplica._meta.db_table} "
            f"WHERE status = %s AND post_id IN ({', '.join(['%s'] * len(keys))}) GROUP BY post_id",
            [APPROVED, *keys],
        )
        found = {UUID(str(post)): count for post, count in cursor.fetchall()}
    return {post: found.get(post, 0) for post in posts}


def shown_posts(keys: Collection[UUID], moved: Mapping[UUID, Any]) -> dict[UUID, Post]:
    """Those of the posts that readers may see, as they are after what has moved."""
    shown = {key: moved[key] for key in keys if key in moved and moved[key].status == PUBLISHED}
    if others := [key for key in keys if key not in moved]:
        read = PostReplica.objects.filter(status=PUBLISHED, pk__in=others).values_list(*POST, named=True)
        shown |= {row.id: row for row in read}
    return shown


def newest_comments(posts: Collection[UUID]) -> dict[UUID, list[Comment]]:
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


def _approved() -> QuerySet[CommentReplica]:
    return CommentReplica.objects.filter(status=APPROVED)
