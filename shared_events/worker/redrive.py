"""What becomes of parked events: applied again by the code of today, or discarded with a reason."""

from contextlib import suppress

from django.db import transaction
from django.utils import timezone

from shared_events.models import OPEN, ParkedEvent, ParkedState
from shared_events.worker import parking
from shared_events.worker.batch import apply_again
from shared_events.worker.delivery import Delivery
from shared_events.worker.transient import is_transient

BY_ITSELF = "the worker"


class AlreadySettled(Exception):
    """The event was resolved or discarded before, or someone else is at it right now."""


def retry_due(*, limit: int = 20) -> int:
    """Apply again what is due; returns how many were tried. Several workers share the work."""
    due = ParkedEvent.objects.filter(state=ParkedState.RETRYING, next_attempt_at__lte=timezone.now())
    tried = 0
    for key in due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit]:
        with suppress(AlreadySettled):
            retry(key, by=BY_ITSELF)
            tried += 1
    return tried


def retry(key: int, *, by: str) -> bool:
    """Apply a parked event again, straight from the table, through the same guards as any other.

    Returns whether it is resolved now; one that was overtaken meanwhile changes nothing, and is resolved too.
    Raises AlreadySettled, or what the database raises when it is away or busy: that is no attempt.
    """
    # Committed before it is tried: an event that ends its process must run out of attempts.
    state = _count_attempt(key)
    try:
        return _attempt(key, by=by)
    except Exception as error:
        if is_transient(error):
            _take_back_attempt(key, state)
        raise


@transaction.atomic
def discard(key: int, *, by: str, because: str) -> None:
    """Give a parked event up for good. Raises AlreadySettled."""
    event = _locked(key)
    _settle(event, ParkedState.DISCARDED, by=by, because=because)
    event.save()


@transaction.atomic
def _count_attempt(key: int) -> str:
    """Returns the state that the event had before."""
    event = _locked(key)
    state = event.state
    event.attempts += 1
    event.next_attempt_at = parking.next_attempt(event.attempts)
    if event.attempts > parking.LAST_ATTEMPT:
        event.state = ParkedState.DEAD
    event.save()
    return state


@transaction.atomic
def _take_back_attempt(key: int, state: str) -> None:
    event = _locked(key)
    event.attempts -= 1
    event.state = state
    event.save()


@transaction.atomic
def _attempt(key: int, *, by: str) -> bool:
    event = _locked(key)
    try:
        apply_again(_delivery(event))
    except Exception as error:
        if is_transient(error):
            raise
        parking.note(event, error)
    else:
        _settle(event, ParkedState.RESOLVED, by=by, because="applied")
    event.save()
    return event.state == ParkedState.RESOLVED


def _locked(key: int) -> ParkedEvent:
    event = ParkedEvent.objects.select_for_update(skip_locked=True).filter(pk=key, state__in=OPEN).first()
    if event is None:
        raise AlreadySettled
    return event


def _settle(event: ParkedEvent, state: ParkedState, *, by: str, because: str) -> None:
    event.state, event.next_attempt_at = state, None
    event.settled_at, event.settled_by, event.settled_because = timezone.now(), by, because


def _delivery(event: ParkedEvent) -> Delivery:
    return Delivery(
        body=bytes(event.body), routing_key=event.routing_key, origin=event.origin, headers=event.headers
    )
