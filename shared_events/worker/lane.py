"""One queue, one channel, one batch in flight: so that one ack(multiple) settles exactly that batch.

An idle lane applies what is there at once; while a batch runs, the next one gathers. Where nobody waits for
the outcome, batches begin only so often: a batch of five costs little more than a batch of one. Nothing is
acknowledged before its transaction has committed, so whatever dies on the way, the broker delivers again.
"""

import logging
import time
from collections.abc import Callable
from typing import Any

from amqp import spec

from shared_events import metrics
from shared_events.worker import jobs
from shared_events.worker.delivery import Delivery, Taken, delivery_of
from shared_events.worker.flight import Flight
from shared_events.worker.handover import Handover
from shared_events.worker.pace import Pace

log = logging.getLogger(__name__)

Job = Callable[[list[Delivery]], jobs.Outcome]

LARGEST_BATCH = 500


class Lane:
    """Takes the messages of one queue to the pool and settles them; lives as long as the worker."""

    def __init__(self, queue: str, job: Job, *, every: float = 0.0) -> None:
        """Batches begin every so many seconds at most, but a full one at once."""
        self.answered_at = 0.0  # when an attempt ended last, however it ended; seconds of the epoch
        self._queue = queue
        self._job = job
        self._draining = False
        self._handover = Handover()
        self._pace = Pace(every, self._handover)
        self._channel: Any = None
        self._forget()

    def _forget(self) -> None:
        self._consuming = False
        self._gathered: list[Taken] = []  # delivered, not yet part of a batch
        self._pace.forget()
        self.flight: Flight | None = None

    # ---- life cycle, called by the step

    def open(self, consumer: Any) -> None:
        """Take a new connection; nothing is delivered yet."""
        self._forget()
        self._handover.connect(consumer)
        self._channel = consumer.connection.channel()
        self._channel.auto_decode = False  # the bytes as received, whatever encoding a stranger claims
        self._channel.basic_qos(0, 2 * LARGEST_BATCH, False)  # the next batch is here while one runs

    def begin(self) -> None:
        """Start the deliveries: the pool and the event loop have met."""
        self._handover.begin()
        self._consuming = True
        self._channel.basic_consume(self._queue, consumer_tag=self._queue, callback=self._take)

    def abandon(self) -> None:
        """The connection is gone: nothing can be settled any more, and the broker delivers it again."""
        self._forget()
        self._handover.forget()

    def drain(self) -> None:
        """Stop the deliveries and give back what was never started; the batch in flight may still finish."""
        self._draining = True
        self._channel.basic_cancel(self._queue)
        for tag, _ in self._gathered:
            self._give_back(tag)
        log.info("gave back %d messages, %d in flight", len(self._gathered), len(self.flight or ()))
        self._gathered = []

    def close(self) -> None:
        """Close the channel, after the pool was joined."""
        if self.flight:
            log.warning("%d messages stay unacknowledged: they are delivered again", len(self.flight))
        if self._channel is not None:
            self._channel.close()

    def ready(self) -> int:
        """How many messages wait in the queue, by the broker's count."""
        return int(self._channel.queue_declare(self._queue, passive=True).message_count)

    # ---- batches

    def _take(self, message: Any) -> None:
        self._gathered.append(Taken(message.delivery_tag, delivery_of(message)))
        self._next_batch()

    def _next_batch(self) -> None:
        if self.flight or self._draining or not self._consuming or not self._gathered:
            return
        if len(self._gathered) < LARGEST_BATCH and not self._pace.allows(self._next_batch):
            return
        self._pace.begun()
        self.flight = Flight(self._gathered[:LARGEST_BATCH])
        self._gathered = self._gathered[LARGEST_BATCH:]
        self._apply(self.flight)

    def _apply(self, flight: Flight) -> None:
        flight.paused = False
        self._handover.to_pool(
            jobs.park_job if flight.parking else self._job,
            (flight.part,),
            lambda outcome: self._on_outcome(flight, outcome),
            lambda failure: self._on_lost(flight, failure),
        )

    def _on_outcome(self, flight: Flight, outcome: jobs.Outcome) -> None:
        self.answered_at = time.time()
        if outcome.error:
            if not self._draining:  # else it stays unacknowledged
                flight.paused = True
                self._handover.later(flight.refused(outcome.error), lambda: self._apply(flight))
            return
        metrics.WORKER_APPLIED.inc(outcome.applied)
        metrics.WORKER_PARKED.inc(outcome.parked)
        if outcome.lag is not None:
            metrics.WORKER_LAG.observe(max(0.0, outcome.lag))
        if outcome.parked:
            log.warning("parked %d events", outcome.parked)
        if flight.advance():
            self._apply(flight)
        else:
            self._settle(flight)

    def _on_lost(self, flight: Flight, failure: Any) -> None:
        """The process that applied it died, or took too long."""
        self.answered_at = time.time()
        metrics.WORKER_LOST.inc()
        log.warning("no outcome for %d messages: %s", len(flight.part), getattr(failure, "type", failure))
        if not self._draining:
            flight.died()
            self._apply(flight)

    def _settle(self, flight: Flight) -> None:
        self._channel.basic_ack(flight.last_tag, multiple=True)
        self.flight = None
        self._next_batch()

    def _give_back(self, tag: int) -> None:
        # Nack, which py-amqp lacks: RabbitMQ 4.3 counts a reject as a failed delivery.
        self._channel.send_method(spec.Basic.Nack, "Lbb", (tag, False, True))
