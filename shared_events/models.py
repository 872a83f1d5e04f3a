"""The tables that every service keeps beside its own."""

from django.db import models
from django.utils import timezone


class OutboxEntry(models.Model):
    """An event committed together with the change it tells, ready for the wire.

    It waits while ``published_at`` and ``set_aside_at`` are both empty.
    """

    event_id = models.UUIDField(unique=True, editable=False)
    type = models.CharField(max_length=200)
    subject = models.UUIDField()
    version = models.PositiveBigIntegerField()
    body = models.BinaryField()
    headers = models.JSONField(default=dict)
    told_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)
    set_aside_because = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = "outbox entry"
        verbose_name_plural = "outbox"
        indexes = (
            models.Index(
                fields=["id"],
                name="outbox_waiting",
                condition=models.Q(published_at__isnull=True, set_aside_at__isnull=True),
            ),
            models.Index(fields=["subject", "version"], name="outbox_subject"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.subject} v{self.version}"


class InboxEntry(models.Model):
    """One event that one handler has answered: why a repeated delivery does no harm."""

    event_id = models.UUIDField()
    handler = models.CharField(max_length=200)
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "inbox entry"
        verbose_name_plural = "inbox"
        constraints = (models.UniqueConstraint(fields=["event_id", "handler"], name="inbox_once"),)

    def __str__(self) -> str:
        return f"{self.event_id} answered by {self.handler}"


class ParkedEvent(models.Model):
    """A message that could not be applied, kept as it was received, with its reason."""

    body = models.BinaryField()
    routing_key = models.CharField(max_length=255, default="", blank=True)
    headers = models.JSONField(default=dict)
    origin = models.CharField(max_length=255, default="", blank=True)
    reason = models.CharField(max_length=100)
    message = models.TextField(default="", blank=True)
    traceback = models.TextField(default="", blank=True)
    parked_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "parked event"
        indexes = (models.Index(fields=["parked_at"], name="parked_by_time"),)

    def __str__(self) -> str:
        return f"{self.routing_key or 'message'}: {self.reason}"
