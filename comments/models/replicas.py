"""Copies of what others own, kept to be read."""

from uuid import UUID

from django.db import models

from shared_events.catalogue import PostCreated, PostDeleted, PostsDigested, PostUpdated
from shared_events.replicas import Replica, replicates


class PostReplicas(models.QuerySet["PostReplica"]):
    def shows(self, post_id: UUID) -> bool:
        """Whether readers may see the post, as far as it is known here."""
        return self.filter(pk=post_id, status="published", is_deleted=False).exists()


@replicates(PostCreated, PostUpdated, PostDeleted, PostsDigested)
class PostReplica(Replica):
    """A post that may be commented on while it is shown."""

    # How long these may be is for their owner to say.
    title = models.TextField(default="")
    author = models.TextField(default="")
    status = models.CharField(max_length=20, default="")

    objects = PostReplicas.as_manager()

    def __str__(self) -> str:
        return self.title or str(self.id)
