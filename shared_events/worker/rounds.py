"""What the worker does by the clock, between two batches."""

import logging
from collections.abc import Callable
from typing import Any

from shared_events.worker.handover import Handover
from shared_events.worker.jobs import Outcome

log = logging.getLogger(__name__)


class Rounds:
    """A job that is begun again and again; at most one round of it at a time is in the pool."""

    def __init__(self, job: Callable[[], Outcome], *, failing: str) -> None:
        """``failing`` is what the log says when a round came to nothing."""
        self._job = job
        self._failing = failing
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
            self._handover.to_pool(self._job, (), self._on_outcome, self._on_lost)

    def _on_outcome(self, outcome: Outcome) -> None:
        self._under_way = False
        if outcome.error:
            log.warning("%s: %s", self._failing, outcome.error)

    def _on_lost(self, failure: Any) -> None:
        self._under_way = False
        log.warning("%s: %s", self._failing, getattr(failure, "type", failure))
