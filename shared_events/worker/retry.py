"""Parked events are tried again by the worker itself, between two batches."""

import logging
from typing import Any

from shared_events.worker import jobs
from shared_events.worker.handover import Handover

log = logging.getLogger(__name__)


class ParkedRetry:
    """At most one round at a time is in the pool."""

    def __init__(self) -> None:
        self._handover = Handover()
        self._under_way = False

    def begin(self, consumer: Any) -> None:
        """There is a connection, and a pool that takes work; the calling thread is the event loop's."""
        self._handover.connect(consumer)
        self._handover.begin()
        self._under_way = False

    def tick(self) -> None:
        """Begin a round."""
        if not self._under_way:
            self._under_way = True
            self._handover.to_pool(jobs.retry_job, (), self._on_outcome, self._on_lost)

    def _on_outcome(self, outcome: jobs.Outcome) -> None:
        self._under_way = False
        if outcome.error:
            log.warning("parked events could not be tried again: %s", outcome.error)

    def _on_lost(self, failure: Any) -> None:
        self._under_way = False
        log.warning("no outcome of parked events: %s", getattr(failure, "type", failure))
