"""Copies of what other services own."""

from django.db import models

from shared_events.catalogue import (
    CommentCreated,
    CommentDeleted,
    CommentsDigested,
    CommentUpdated,
    PostCreated,
    PostDeleted,
    PostsDigested,
    PostUpdated,
)
from shared_events.replicas import Replica, replicates


@replicates(PostCreated, PostUpdated, PostDeleted, PostsDigested)
class PostReplica(Replica):
    """A post that others know of."""

    edition = models.PositiveBigIntegerField(default=0)
    author = models.CharField(max_length=150, default="")
    title = models.CharField(max_length=200, default="")
    body = models.TextField(default="")
    status = models.CharField(max_length=9, default="")

    class Meta:
        verbose_name = "post"

    def __str__(self) -> str:
        return self.title or str(self.id)


@replicates(CommentCreated, CommentUpdated, CommentDeleted, CommentsDigested)
class CommentReplica(Replica):
    """A comment, whatever its status."""

    post_id = models.UUIDField(default=None, null=True)
    edition = models.PositiveBigIntegerField(default=0)
    author = models.CharField(max_length=150, default="")
    body = models.TextField(default="")
    status = models.CharField(max_length=8, default="")

    title = ""  # has none: read in the same way as a post

    class Meta:
        verbose_name = "comment"

    def __str__(self) -> str:
        return self.body[:60] or str(self.id)
