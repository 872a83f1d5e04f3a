from django.db import models

from shared_events.catalogue import CommentCreated, CommentDeleted, CommentUpdated
from shared_events.replicas import Replica, replicates


@replicates(CommentCreated, CommentUpdated, CommentDeleted)
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
