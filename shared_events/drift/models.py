"""What was told of an owner's rows, and what came of comparing copies with it."""

from django.db import models
from django.utils import timezone

from shared_events.replicas import Replica


class DigestTelling(models.Model):
    """When this service last told the digests of one kind of thing: whoever moves it on tells the next."""

    type = models.CharField(primary_key=True, max_length=200)
    version = models.PositiveBigIntegerField(default=0)
    told_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.type} v{self.version}"


class DigestReplica(Replica):
    """What an owner told last of all its things of one kind."""

    count = models.PositiveBigIntegerField(default=0)
    digests = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.id} v{self.version}"


class Comparison(models.Model):
    """What came of comparing a replica with the last digests that it was compared with.

    ``differences`` has the buckets that differ, by their numbers; ``drifted`` counts those among them that
    differed in the same way when it was compared before.
    """

    replica = models.CharField(primary_key=True, max_length=200)  # the label of its model
    version = models.PositiveBigIntegerField(default=0)  # of the digests
    told_at = models.DateTimeField(null=True)
    compared_at = models.DateTimeField(null=True)
    buckets = models.PositiveIntegerField(default=0)
    count_told = models.PositiveBigIntegerField(default=0)
    count_found = models.PositiveBigIntegerField(default=0)
    differences = models.JSONField(default=dict)
    drifted = models.PositiveIntegerField(default=0)
    drifted_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.replica
