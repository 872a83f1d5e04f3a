"""Reads posts."""

from uuid import UUID

from django.db.models import QuerySet

from posts import domain
from posts.domain import Person
from posts.models import Post


def posts_of(author: str) -> QuerySet[Post]:
    return existing_posts().filter(author=author)


def readable_post(post_id: UUID, *, reader: Person | None) -> Post:
    """A post as this reader may see it; raises NoSuchPost for what they may not know of."""
    post = existing_posts().filter(pk=post_id).first()
    if post is None or not domain.may_read(reader, author=post.author, status=domain.Status(post.status)):
        raise domain.NoSuchPost
    return post


def existing_posts() -> QuerySet[Post]:
    return Post.objects.filter(deleted_at=None)
