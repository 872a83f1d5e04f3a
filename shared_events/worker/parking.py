"""Putting a message aside, in the transaction of its batch, so that it blocks nothing behind it."""

import random
from datetime import datetime, timedelta
from traceback import format_exception

from django.utils import timezone

from shared_events.envelope import Unreadable
from shared_events.models import ParkedEvent, ParkedState
from shared_events.worker.delivery import Delivery

FIRST_PAUSE = 5.0  # seconds until the second attempt; every further pause is four times as long
LONGEST_PAUSE = 3600.0
LAST_ATTEMPT = 8  # some two and a half hours after the first


class HandlerFailed(Exception):
    """A handler raised; its cause is what it raised."""

    def __init__(self, handler: str) -> None:
        super().__init__(handler)
        self.handler = handler


def park(delivery: Delivery, failure: Exception) -> None:
    """Keep a message as received, with why it could not be applied; one already parked stays as it is."""
    event = ParkedEvent(
        digest=delivery.digest(),
        body=delivery.body,
        routing_key=_storable(delivery.routing_key),
        headers={_storable(name): _storable(value) for name, value in delivery.headers.items()},
        origin=_storable(delivery.origin),
    )
    note(event, failure)
    ParkedEvent.objects.bulk_create([event], ignore_conflicts=True)


def note(event: ParkedEvent, failure: Exception) -> None:
    """Write down why an attempt failed, and when the next one is due: never, for what no attempt can mend."""
    cause = failure.__cause__ if isinstance(failure, HandlerFailed) else failure
    event.handler = failure.handler if isinstance(failure, HandlerFailed) else ""
    event.reason = failure.reason if isinstance(failure, Unreadable) else type(cause).__name__
    event.message = _storable(str(cause))
    event.traceback = _storable("".join(format_exception(cause)))
    final = isinstance(failure, Unreadable) or event.attempts >= LAST_ATTEMPT
    event.state = ParkedState.DEAD if final else ParkedState.RETRYING
    event.next_attempt_at = None if final else next_attempt(event.attempts)


def next_attempt(attempts: int) -> datetime:
    """When to try again after so many attempts: exponentially later, and not all at once."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 4.0 ** (attempts - 1))
    return timezone.now() + timedelta(seconds=pause * random.uniform(0.75, 1.25))


def _storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor lone surrogates in text; the body has the exact bytes."""
    return text.replace("\0", "\\0").encode("utf-8", "backslashreplace").decode()
