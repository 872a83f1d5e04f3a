"""How the worker that hears events hangs in Celery: a consumer step of its own.

Celery's stock ConsumerStep closes its channel before the pool has finished, and drops what is no task.
https://docs.celeryq.dev/en/stable/userguide/extending.html
"""

import logging
from collections.abc import Callable
from typing import Any

from celery import bootsteps
from celery.bootsteps import CLOSE, TERMINATE  # type: ignore[attr-defined] # absent from the stubs
from kombu.asynchronous import get_event_loop, set_event_loop

from shared_events import configuration, topology
from shared_events.worker import jobs
from shared_events.worker.lane import Lane
from shared_events.worker.liveness import Liveness
from shared_events.worker.reading import Reader
from shared_events.worker.rounds import Rounds

log = logging.getLogger(__name__)

TICK = 0.5  # seconds
ROUND_EVERY = 2.0  # seconds


class EventStep(bootsteps.StartStopStep):
    """Order of a shutdown: the pool takes no more, stop(), the pool is joined, the loop ends, shutdown()."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, c: Any, **kwargs: Any) -> None:
        super().__init__(c, **kwargs)
        service = configuration.service()
        self._lanes = (
            Lane(topology.queue_of(service), jobs.apply_job, every=configuration.batch_every()),
            Lane(topology.dead_queue_of(service), jobs.bury_job),
        )
        self._rounds = (
            Rounds(jobs.retry_job, failing="parked events could not be tried again"),
            Rounds(jobs.drift_job, failing="digests could not be told or compared"),
        )
        self._liveness = Liveness(configuration.liveness_path(), self._lanes)
        self._liveness.connecting()

    def start(self, c: Any) -> None:
        for lane in self._lanes:
            lane.open(c)

    def register_with_event_loop(self, c: Any, hub: Any) -> None:
        """Called on every connect, after the pool has met the loop: only now may work be handed out."""
        # The loop notices SIGTERM when its poll returns; with nothing periodic left that takes up to 10 s.
        c.timer.call_repeatedly(TICK, self._liveness.tick)
        # A reconnect clears the global loop; without one, a warm shutdown would send no heartbeats.
        if get_event_loop() is None:
            set_event_loop(hub)
        for rounds in self._rounds:
            rounds.begin(c)
            c.timer.call_repeatedly(ROUND_EVERY, rounds.tick)
        Reader(c.connection.connection).begin(hub)
        for lane in self._lanes:
            lane.begin()
        self._liveness.connected()

    def stop(self, c: Any) -> None:
        shutting_down = c.blueprint.state in (CLOSE, TERMINATE) and c.connection is not None
        for lane in self._lanes:
            self._try(lane.drain if shutting_down else lane.abandon)
        if not shutting_down:
            self._liveness.connecting()

    def terminate(self, c: Any) -> None:
        self.stop(c)

    def shutdown(self, c: Any) -> None:
        for lane in self._lanes:
            self._try(lane.close)
        self._liveness.ended()

    @staticmethod
    def _try(ending: Callable[[], None]) -> None:
        try:
            ending()
        except Exception:  # the connection may be gone already; what is unsettled is delivered again
            log.warning("while stopping", exc_info=True)
