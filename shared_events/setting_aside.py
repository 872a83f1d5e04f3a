"""What the broker does not take of the outbox is set aside with the reason, so that the rest flows."""

import logging
import random
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import F, QuerySet
from django.utils import timezone

from shared_events.models import OutboxEntry

log = logging.getLogger(__name__)

FIRST_PAUSE = 1.0  # seconds until it is sent again; every further pause is twice as long
LONGEST_PAUSE = 60.0
RELEASED_AT_ONCE = 5000


def rest(keys: Iterable[int], reason: str) -> None:
    """Set entries aside for a while: what stands in their way is not their own, and may pass."""
    resting = _waiting(keys)
    tries = max((attempts for attempts in resting.values_list("attempts", flat=True)), default=0)
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0**tries) * random.uniform(0.75, 1.25)
    now = timezone.now()
    changed = resting.update(
        set_aside_at=now,
        set_aside_because=reason,
        attempts=F("attempts") + 1,
        retry_at=now + timedelta(seconds=pause),
    )
    if changed:
        log.error("set aside %d events for %.0f s: %s", changed, pause, reason)


def for_good(keys: Iterable[int], reason: str) -> None:
    """Set entries aside until a person releases them: no waiting will change what stands in their way."""
    changed = _waiting(keys).update(
        set_aside_at=timezone.now(), set_aside_because=reason, attempts=F("attempts") + 1, retry_at=None
    )
    log.error("set aside %d events until someone releases them: %s", changed, reason)


def release_due() -> int:
    """Let entries wait again whose pause is over; returns how many."""
    due = OutboxEntry.objects.filter(set_aside_at__isnull=False, retry_at__lte=timezone.now())
    return release(due.order_by("retry_at"))


def release(entries: QuerySet[OutboxEntry]) -> int:
    """Let entries wait again that are set aside; returns how many. No more than some thousands at once."""
    aside = entries.filter(set_aside_at__isnull=False, published_at=None)
    keys = list(aside.values_list("pk", flat=True)[:RELEASED_AT_ONCE])
    return OutboxEntry.objects.filter(pk__in=keys).update(
        set_aside_at=None, set_aside_because="", retry_at=None
    )


def _waiting(keys: Iterable[int]) -> QuerySet[OutboxEntry]:
    return OutboxEntry.objects.filter(pk__in=list(keys), published_at=None, set_aside_at=None)
