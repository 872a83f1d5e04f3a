"""The keys that clients have used, each with the answer that it got."""

from django.db import models
from django.utils import timezone
from uuid_utils.compat import uuid7

LONGEST_KEY = 128


class UsedKey(models.Model):
    """A key under which a POST took effect, and the answer to it, committed together with the effect."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    caller = models.CharField(max_length=150)  # two callers may use the same key
    key = models.CharField(max_length=LONGEST_KEY)
    digest = models.CharField(max_length=64)  # SHA-256 of the address and the body
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")  # as text: PostgreSQL would sort the members of a JSON object
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["caller", "key"], name="key_used_once"),)
        indexes = (models.Index(fields=["used_at"], name="keys_by_age"),)

    def __str__(self) -> str:
        return f"{self.key} of {self.caller}"
