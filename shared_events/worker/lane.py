"""One queue, one channel, one batch in flight: so that one ack(multiple) settles exactly that batch.

An idle lane applies what is there at once; while a batch runs, the next one gathers. Nothing is acknowledged
before its transaction has committed, so whatever dies on the way, the broker delivers again.
"""

import logging
import random
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from amqp import spec

from shared_events.worker import jobs
from shared_events.worker.delivery import Delivery, delivery_of

log = logging.getLogger(__name__)

Job = Callable[[list[Delivery]], jobs.Outcome]

LARGEST_BATCH = 250
LONGEST_PAUSE = 30.0  # seconds between two tries of a batch that the database does not take


class Lane:
    """Takes the messages of one queue to the pool and settles them; lives as long as the worker."""

    def __init__(self, queue: str, job: Job) -> None:
        self._queue = queue
        self._job = job
        self._generation = 0  # goes up whenever delivery tags lose their meaning
        self._draining = False
        self._consumer: Any = None  # Celery's, which owns the pool, the timer and the event loop
        self._channel: Any = None
        self._loop_thread = 0
        self._forget()

    def _forget(self) -> None:
        self._consuming = False
        self._gathered: list[Any] = []  # delivered, not yet part of a batch
        self._batch: list[Any] = []  # in flight, unacknowledged
        self._parts: deque[list[Delivery]] = (
            deque()
        )  # what is still to be applied of it; the first is in the pool
        self._singly = False  # a process died on it: one message at a time, to find which
        self._failures = 0
        self._retrying = False

    # ---- life cycle, called by the step

    def open(self, consumer: Any) -> None:
        """Take a new connection; nothing is delivered yet."""
        self._forget()
        self._generation += 1
        self._consumer = consumer
        self._channel = consumer.connection.channel()
        self._channel.basic_qos(0, 2 * LARGEST_BATCH, False)  # the next batch is here while one runs

    def begin(self) -> None:
        """Start the deliveries: the pool and the event loop have met."""
        self._loop_thread = threading.get_ident()
        self._consuming = True
        self._channel.basic_consume(self._queue, consumer_tag=self._queue, callback=self._take)

    def abandon(self) -> None:
        """The connection is gone: nothing can be settled any more, and the broker delivers it again."""
        self._forget()
        self._generation += 1

    def drain(self) -> None:
        """Stop the deliveries and give back what was never started; the batch in flight may still finish."""
        self._draining = True
        self._channel.basic_cancel(self._queue)
        for message in self._gathered:
            self._give_back(message)
        log.info("gave back %d messages, %d in flight", len(self._gathered), len(self._batch))
        self._gathered = []

    def close(self) -> None:
        """Close the channel, after the pool was joined."""
        if self._batch:
            log.warning("%d messages stay unacknowledged: the broker delivers them again", len(self._batch))
        if self._channel is not None:
            self._channel.close()

    def retry_parked(self) -> None:
        """Let the pool apply parked events again, between two batches."""
        if self._consuming and not self._draining and not self._retrying:
            self._retrying = True
            self._submit(jobs.retry_job, (), self._on_retried, self._on_retried)

    # ---- gathering

    def _take(self, message: Any) -> None:
        self._gathered.append(message)
        self._next_batch()

    def _next_batch(self) -> None:
        if self._batch or self._draining or not self._consuming or not self._gathered:
            return
        self._batch, self._gathered = self._gathered[:LARGEST_BATCH], self._gathered[LARGEST_BATCH:]
        self._parts = deque([[delivery_of(message) for message in self._batch]])
        self._singly = False
        self._failures = 0
        self._apply()

    # ---- applying

    def _apply(self) -> None:
        self._in_pool(self._job)

    def _on_outcome(self, outcome: jobs.Outcome) -> None:
        if outcome.error:
            self._try_again(outcome.error)
            return
        if outcome.parked:
            log.warning("parked %d events", outcome.parked)
        self._failures = 0
        self._parts.popleft()
        if self._parts:
            self._apply()
        else:
            self._settle()

    def _try_again(self, error: str) -> None:
        if self._draining:
            return  # stays unacknowledged
        self._failures += 1
        pause = min(LONGEST_PAUSE, 0.1 * 2**self._failures) * random.uniform(0.5, 1)
        log.warning("%d events wait: %s; trying again in %.1f s", len(self._batch), error, pause)
        self._later(pause, self._apply)

    def _on_lost(self, failure: Any) -> None:
        """The process that applied it died, or took too long."""
        log.warning("no outcome for %d messages: %s", len(self._parts[0]), getattr(failure, "type", failure))
        if self._draining:
            return
        if self._singly:
            self._in_pool(jobs.park_job)
        else:
            self._singly = True
            self._parts = deque([delivery] for delivery in self._parts[0])
            self._apply()

    def _settle(self) -> None:
        self._channel.basic_ack(self._batch[-1].delivery_tag, multiple=True)
        self._batch = []
        self._next_batch()

    def _give_back(self, message: Any) -> None:
        # Nack, which py-amqp lacks: RabbitMQ 4.3 counts a reject as a failed delivery.
        self._channel.send_method(spec.Basic.Nack, "Lbb", (message.delivery_tag, False, True))

    # ---- pool and timer

    def _on_retried(self, outcome: Any) -> None:
        self._retrying = False
        if getattr(outcome, "error", True):
            log.warning("parked events could not be tried again: %s", outcome)

    def _in_pool(self, job: Job) -> None:
        self._submit(job, (self._parts[0],), self._on_outcome, self._on_lost)

    def _submit(
        self,
        job: Callable[..., jobs.Outcome],
        arguments: tuple[Any, ...],
        on_outcome: Callable[[Any], None],
        on_lost: Callable[[Any], None],
    ) -> None:
        generation = self._generation
        self._consumer.pool.apply_async(
            job,
            arguments,
            callback=lambda outcome: self._hop(generation, on_outcome, outcome),
            error_callback=lambda failure: self._hop(generation, on_lost, failure),
        )

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
            log.info(
                "an outcome of an earlier connection is ignored: the broker delivers those messages again"
            )

    def _later(self, seconds: float, work: Callable[[], None]) -> None:
        self._consumer.timer.call_after(seconds, self._if_current, (self._generation, work))
