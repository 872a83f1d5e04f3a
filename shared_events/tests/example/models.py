from django.db import models

from shared_events.catalogue import (
    CommentCreated,
    CommentDeleted,
    CommentsDigested,
    CommentUpdated,
    PostsDigested,
)
from shared_events.digests import digested
from shared_events.replicas import Replica, replicates


@replicates(CommentCreated, CommentUpdated, CommentDeleted, CommentsDigested)
class CommentReplica(Replica):
    post_id = models.UUIDField(null=True)
    author = models.CharField(max_length=200, default="")
    body = models.TextField(default="")
    status = models.CharField(max_length=20, default="")
    written_at = models.DateTimeField(null=True)


class Answer(models.Model):
    """One row for each time that a handler ran."""

    case_id = models.UUIDField()
    judged_by = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.case_id} by {self.judged_by}"


@digested(PostsDigested, told=models.Q(is_told=True))
class OwnPost(models.Model):
    """What the example owns: others know of some."""

    id = models.UUIDField(primary_key=True)
    version = models.PositiveBigIntegerField(default=1)
    is_told = models.BooleanField(default=True)

    def __str__(self) -> str:
        return f"{self.id} v{self.version}"
