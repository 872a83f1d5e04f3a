"""What this service owns."""

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

from comments import domain
from comments.domain import LONGEST_AUTHOR, Status
from shared_events.catalogue import CommentsDigested
from shared_events.digests import digested
from shared_events.versions import owned

STATUSES = [(status.value, status.value.capitalize()) for status in Status]
LONGEST_BEGINNING = 60


@owned
@digested(CommentsDigested, told=models.Q(deleted_at=None))
class Comment(models.Model):
    """What somebody said about a post. A deleted one stays, emptied, so that its versions go on counting."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # No foreign key: a replica may be thrown away and rebuilt, and may come after the comments of an import.
    post_id = models.UUIDField(editable=False)
    author = models.CharField(max_length=LONGEST_AUTHOR, editable=False)
    body = models.TextField()
    status = models.CharField(max_length=8, choices=STATUSES, editable=False)
    version = models.PositiveBigIntegerField(default=1, editable=False)  # goes up with every change
    edition = models.PositiveIntegerField(default=1, editable=False)  # goes up when the text changes
    verdict_version = models.PositiveBigIntegerField(default=0, editable=False)  # of the last on this edition
    written_at = models.DateTimeField(default=timezone.now, editable=False)
    deleted_at = models.DateTimeField(null=True, editable=False)
    is_imported = models.BooleanField(default=False, editable=False)  # then nobody owns it

    class Meta:
        indexes = (
            models.Index(fields=["post_id", "-written_at", "-id"], name="comments_on_a_post"),
            models.Index(fields=["author", "-written_at", "-id"], name="comments_of_an_author"),
        )

    def __str__(self) -> str:
        whole = len(self.body) <= LONGEST_BEGINNING
        return self.body if whole else f"{self.body[:LONGEST_BEGINNING]}…"

    @property
    def owner(self) -> str | None:
        return domain.owner(self.author, is_imported=self.is_imported)
