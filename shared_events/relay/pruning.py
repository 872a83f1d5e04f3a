"""The outbox keeps what was published for a while, to look at, and no longer."""

from django.utils import timezone

from shared_events import configuration
from shared_events.models import OutboxEntry

AT_ONCE = 1000  # a short transaction each, so that no writer waits


def prune() -> int:
    """Delete some entries that were published longer ago than OUTBOX_RETENTION; returns how many.

    Nothing that is not published is ever deleted, however old.
    """
    published = OutboxEntry.objects.filter(published_at__lt=timezone.now() - configuration.outbox_retention())
    keys = list(published.order_by("published_at").values_list("pk", flat=True)[:AT_ONCE])
    return OutboxEntry.objects.filter(pk__in=keys, published_at__isnull=False).delete()[0]
