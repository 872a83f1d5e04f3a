"""A file that tells whether the worker gets somewhere: for probes, which restart one that does not.

Its modification time is the last sign of life of the queue that has gone longest without one. Signs of life
are: an attempt that ended, however it ended; a batch that waits for its next attempt; nothing to do while the
broker says that nothing is ready. So a database that is away is none of the probe's business: a restart would
not bring it back, and each one raises the delivery counts of all that is unacknowledged, until the delivery
limit parks events with which nothing is wrong.

What does go stale: a batch whose job never answers, a consumer that gets nothing although messages are ready,
and a loop that hangs.
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from shared_events import metrics
from shared_events.worker.lane import Lane

# Seconds. Longer than CELERY_TASK_TIME_LIMIT: a job that takes too long is ended by the worker itself, which
# then finds the event that is to blame. A restart would only deliver it again.
STALE_AFTER = 180.0
ASK_EVERY = 2.0  # seconds
# A broker that is away is not mended by a restart either; but an attempt to connect could hang.
CONNECTING_FOR = 900.0  # seconds

WORKING, CONNECTING = "working", "connecting"


class Liveness:
    """Kept by the worker: `tick` twice a second, and a word when the connection comes and goes."""

    def __init__(self, path: Path, lanes: Sequence[Lane]) -> None:
        self._path = path
        self._signs = dict.fromkeys(lanes, 0.0)

    def connecting(self) -> None:
        self._path.write_text(CONNECTING)

    def connected(self) -> None:
        self._signs = dict.fromkeys(self._signs, time.time())
        self._path.write_text(WORKING)
        metrics.WORKER_SIGN_OF_LIFE.set(min(self._signs.values()))

    def tick(self) -> None:
        """Look at every queue, and write down the oldest sign of life."""
        metrics.WORKER_WAITING.set(max(lane.flight.waited if lane.flight else 0.0 for lane in self._signs))
        for lane, sign in self._signs.items():
            self._signs[lane] = max(sign, self._look(lane, sign))
        self._path.touch()
        oldest = min(self._signs.values())
        os.utime(self._path, (oldest, oldest))
        metrics.WORKER_SIGN_OF_LIFE.set(oldest)

    def ended(self) -> None:
        """The worker has stopped: nobody need look after it."""
        self._path.unlink(missing_ok=True)

    @staticmethod
    def _look(lane: Lane, sign: float) -> float:
        now = time.time()
        if lane.flight:
            return now if lane.flight.paused else lane.answered_at
        if now - max(sign, lane.answered_at) < ASK_EVERY:
            return lane.answered_at
        return lane.answered_at if lane.ready() else now


class Sign(NamedTuple):
    """What a probe finds; ``age`` in seconds."""

    state: str
    age: float


def read(path: Path) -> Sign | None:
    """The last sign of life of the worker that writes this file; None if none is running."""
    try:
        return Sign(path.read_text(), time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        return None
