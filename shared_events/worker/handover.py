"""Handing work to Celery's pool and timer, and taking the answers back in the thread of the event loop."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from shared_events import metrics
from shared_events.worker.jobs import Outcome

log = logging.getLogger(__name__)


class Handover:
    """Belongs to one connection at a time: what is answered after that was lost reaches nobody."""

    def __init__(self) -> None:
        self._generation = 0  # goes up whenever delivery tags lose their meaning
        self._consumer: Any = None  # Celery's, which owns the pool, the timer and the event loop
        self._loop_thread = 0

    def connect(self, consumer: Any) -> None:
        """Take a new connection."""
        self._consumer = consumer
        self._generation += 1

    def begin(self) -> None:
        """From now on the calling thread is the event loop's."""
        self._loop_thread = threading.get_ident()

    def forget(self) -> None:
        """Hear no answer of what was handed over so far."""
        self._generation += 1

    def to_pool(
        self,
        job: Callable[..., Outcome],
        arguments: tuple[Any, ...],
        on_outcome: Callable[[Outcome], None],
        on_lost: Callable[[Any], None],
    ) -> None:
        """Run a job; one of the two is called with its outcome, or with how its process ended."""
        generation = self._generation
        self._consumer.pool.apply_async(
            job,
            arguments,
            callback=lambda outcome: self._hop(generation, on_outcome, outcome),
            error_callback=lambda failure: self._hop(generation, on_lost, failure),
        )

    def later(self, seconds: float, work: Callable[[], None]) -> None:
        self._consumer.timer.call_after(seconds, self._if_current, (self._generation, work))

    def _hop(self, generation: int, answer: Callable[[Any], None], value: Any) -> None:
        """Go on in the thread of the event loop: prefork calls back there, other pools do not."""
        if self._consumer.hub is None or threading.get_ident() == self._loop_thread:
            self._if_current(generation, answer, value)
        else:
            self._consumer.hub.call_soon(self._if_current, generation, answer, value)

    def _if_current(self, generation: int, answer: Callable[..., None], *values: Any) -> None:
        # After a channel error py-amqp opens the same channel object again, so that a delivery tag of the old
        # channel would reach the new one. Only the generation tells them apart.
        if generation == self._generation:
            answer(*values)
        else:
            metrics.WORKER_STALE.inc()
            log.info("an outcome of an earlier connection is ignored: the broker delivers that again")
