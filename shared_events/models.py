"""The tables that every service keeps beside its own."""

from django.db import models
from django.utils import timezone


class OutboxEntry(models.Model):
    """An event committed together with the change it tells, ready for the wire.

    It waits while ``published_at`` and ``set_aside_at`` are both empty. One that is set aside waits again at
    ``retry_at``; without that, once a person releases it.
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
    retry_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveIntegerField(default=0, editable=False)  # that the broker did not take it

    class Meta:
        verbose_name = "outbox entry"
        verbose_name_plural = "outbox"
        permissions = (("release", "Can send outbox entries again that were set aside"),)
        indexes = (
            models.Index(
                fields=["id"],
                name="outbox_waiting",
                condition=models.Q(published_at__isnull=True, set_aside_at__isnull=True),
            ),
            models.Index(
                fields=["retry_at"], name="outbox_set_aside", condition=models.Q(set_aside_at__isnull=False)
            ),
            models.Index(
                fields=["published_at"],
                name="outbox_published",
                condition=models.Q(published_at__isnull=False),
            ),
            models.Index(fields=["subject", "version"], name="outbox_subject"),
        )

    def __str__(self) -> str:
        return f"{self.type} {self.subject} v{self.version}"


class RelayLease(models.Model):
    """The one row that says which relay of this service carries its outbox, and until when."""

    holder = models.UUIDField(null=True)
    until = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.holder or 'nobody'} until {self.until}"


class InboxEntry(models.Model):
    """One event that one handler has answered: why a repeated delivery does no harm."""

    event_id = models.UUIDField()
    handler = models.CharField(max_length=200)
    # SHA-256 of the message; the database's own default lets a release before it run beside this one.
    digest = models.CharField(max_length=64, blank=True, db_default="")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "inbox entry"
        verbose_name_plural = "inbox"
        constraints = (models.UniqueConstraint(fields=["event_id", "handler"], name="inbox_once"),)

    def __str__(self) -> str:
        return f"{self.event_id} answered by {self.handler}"


class ParkedState(models.TextChoices):
    RETRYING = "retrying"  # the worker applies it again by itself
    DEAD = "dead"  # waits for a person
    RESOLVED = "resolved"  # was applied in the end
    DISCARDED = "discarded"  # will never be applied; someone said why


OPEN = (ParkedState.RETRYING, ParkedState.DEAD)


class ParkedEvent(models.Model):
    """A message that could not be applied, kept as it was received, with the reason and what became of it."""

    digest = models.CharField(max_length=64)  # SHA-256 of the body: the same message is parked once
    body = models.BinaryField()
    routing_key = models.CharField(max_length=255, default="", blank=True)
    headers = models.JSONField(default=dict)
    origin = models.CharField(max_length=255, default="", blank=True)  # as the broker validated it
    handler = models.CharField(max_length=200, default="", blank=True)
    reason = models.CharField(max_length=100)
    message = models.TextField(default="", blank=True)
    traceback = models.TextField(default="", blank=True)
    state = models.CharField(max_length=9, choices=ParkedState.choices)
    attempts = models.PositiveSmallIntegerField(default=1)
    parked_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=150, default="", blank=True)
    settled_because = models.TextField(default="", blank=True)

    class Meta:
        verbose_name = "parked event"
        permissions = (("redrive", "Can apply parked events again or discard them"),)
        constraints = (
            models.UniqueConstraint(
                fields=["digest"], condition=models.Q(state__in=["retrying", "dead"]), name="parked_once"
            ),
        )
        indexes = (
            models.Index(fields=["parked_at"], name="parked_by_time"),
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(state="retrying"), name="parked_next_attempt"
            ),
        )

    def __str__(self) -> str:
        return f"{self.routing_key or 'message'}: {self.reason}"
