"""What runs in the worker's pool: it answers with an outcome and never raises.

A raw pool job passes Celery's own care for database connections by. A pool other than prefork calls nobody
back when a job raises: the batch would hang.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import close_old_connections
from django.utils import timezone

from shared_events.drift import comparing, telling
from shared_events.envelope import Unreadable, unseal
from shared_events.worker.batch import apply_batch, park_batch
from shared_events.worker.delivery import Delivery
from shared_events.worker.redrive import retry_due


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch; with an ``error`` nothing of it was applied, and it must be tried again."""

    applied: int = 0
    parked: int = 0
    error: str = ""
    lag: float | None = None  # seconds from what the first of it tells to its being applied


def apply_job(deliveries: list[Delivery]) -> Outcome:
    """Apply a batch."""
    outcome = _outcome(deliveries, lambda: apply_batch(deliveries))
    return replace(outcome, lag=_lag(deliveries[0])) if outcome.applied else outcome


def park_job(deliveries: list[Delivery]) -> Outcome:
    """Park messages that end the process which tries to apply them."""
    return _outcome(deliveries, lambda: park_batch(deliveries, "kills_its_process"))


def bury_job(deliveries: list[Delivery]) -> Outcome:
    """Park what the broker gave up: it was delivered again and again, and never settled."""
    return _outcome(deliveries, lambda: park_batch(deliveries, "delivered_too_often"))


def retry_job() -> Outcome:
    """Apply again the parked events that are due."""
    return _outcome([], lambda: retry_due() and 0)


def drift_job() -> Outcome:
    """Tell the digests that are due, and compare with what others have told."""
    return _outcome([], lambda: (telling.tell_due() + comparing.compare_due()) and 0)


def _lag(first: Delivery) -> float | None:
    """Of the event that has waited longest: a queue is in order, and one look per batch costs nothing."""
    try:
        return (timezone.now() - unseal(first.body).time).total_seconds()
    except Unreadable:
        return None


def _outcome(deliveries: list[Delivery], work: Callable[[], int]) -> Outcome:
    try:
        close_old_connections()
        parked = work()
    except Exception as error:  # the messages stay with the broker, unacknowledged
        return Outcome(error=f"{type(error).__name__}: {error}")
    return Outcome(applied=len(deliveries) - parked, parked=parked)
