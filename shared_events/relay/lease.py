"""Which of a service's relays carries its outbox: two would publish the versions of a thing out of order.

A lease and not a lock, which a frozen leader would keep for ever while its outbox stands still. That two lead
for a moment, when a frozen one goes on, does no harm: what is published again is known by its version.
"""

import time
from datetime import timedelta
from uuid import uuid4

from django.db.models import Q
from django.db.models.functions import Now

from shared_events.models import RelayLease

LASTS = timedelta(seconds=3)
RENEW_AFTER = 1.0  # seconds
ONLY = 1  # the table has one row


class Lease:
    """This relay's claim to be the one that carries; the database's clock decides, and nobody else's."""

    def __init__(self) -> None:
        self._holder = uuid4()
        self._renewed: float | None = None  # on this process's clock, which goes on while it is frozen

    def hold(self) -> bool:
        """Become the leader, or stay it; returns whether this relay leads. Asks once a second."""
        if self._renewed is not None and time.monotonic() - self._renewed < RENEW_AFTER:
            return True
        asked = time.monotonic()
        if self._renewed is None:
            RelayLease.objects.get_or_create(pk=ONLY)
        free = Q(holder=self._holder) | Q(holder=None) | Q(until__lt=Now())
        led = RelayLease.objects.filter(free).update(holder=self._holder, until=Now() + LASTS)
        self._renewed = asked if led else None
        return bool(led)

    def release(self) -> None:
        """Let another lead at once."""
        self._renewed = None
        RelayLease.objects.filter(holder=self._holder).update(holder=None)
