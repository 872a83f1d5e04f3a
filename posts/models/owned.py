"""What this service owns."""

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from posts.domain import LONGEST_AUTHOR, LONGEST_TITLE, Status
from shared_events.catalogue import PostsDigested
from shared_events.digests import digested
from shared_events.versions import owned

STATUSES = [(status.value, status.value.capitalize()) for status in Status]


@owned
@digested(PostsDigested, told=models.Q(published_at__isnull=False))
class Post(models.Model):
    """A text by one author. A deleted one stays, emptied, so that its versions go on counting."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    author = models.CharField(max_length=LONGEST_AUTHOR, editable=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    body = models.TextField()
    status = models.CharField(max_length=9, choices=STATUSES, editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)  # goes up with every change
    edition = models.PositiveIntegerField(default=1, editable=False)  # goes up when the text changes
    verdict_version = models.PositiveBigIntegerField(default=0, editable=False)  # of the last on this edition
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)  # set while others know of the post
    deleted_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        indexes = (models.Index(fields=["author", "-created_at", "-id"], name="posts_of_an_author"),)

    def __str__(self) -> str:
        return self.title
