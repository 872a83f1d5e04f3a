"""Copies of what posts and comments own."""

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

# A tombstone has neither: what is deleted is not shown.
PUBLISHED = "published"
APPROVED = "approved"


@replicates(PostCreated, PostUpdated, PostDeleted, PostsDigested)
class PostReplica(Replica):
    # How long these may be is for their owner to say.
    author = models.TextField(default="")
    title = models.TextField(default="")
    body = models.TextField(default="")
    status = models.CharField(max_length=20, default="")
    published_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "post"

    def __str__(self) -> str:
        return self.title or str(self.id)


@replicates(CommentCreated, CommentUpdated, CommentDeleted, CommentsDigested)
class CommentReplica(Replica):
    post_id = models.UUIDField(null=True)  # no foreign key: a comment may come before its post
    author = models.TextField(default="")
    body = models.TextField(default="")
    status = models.CharField(max_length=20, default="")
    written_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "comment"
        indexes = (
            models.Index(
                fields=["post_id", "-written_at", "-id"],
                name="approved_newest_first",
                condition=models.Q(status=APPROVED),
            ),
        )

    def __str__(self) -> str:
        return self.body[:60] or str(self.id)
