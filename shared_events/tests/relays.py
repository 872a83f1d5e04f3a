"""What the tests of the relay share: processes that carry, and what arrived of it."""

import os
import signal
import time
from collections import Counter
from pathlib import Path
from uuid import UUID, uuid4

from django.db import transaction

from shared_events import outbox
from shared_events.models import OutboxEntry
from shared_events.tests.events import post_created
from shared_events.tests.processes import WorkerProcess
from shared_events.tests.waiting import until


class RelayProcess(WorkerProcess):
    """``python -m django relay``, started and ended by the test."""

    command = "relay"

    def __init__(self, broker: str, folder: Path, name: str = "relay") -> None:
        super().__init__(broker, folder)
        self.log = folder / f"{name}.log"

    def start_and(self, says: str, *, armed: str = "") -> "RelayProcess":
        """Start it and wait until its log has the words: ``leads`` or ``stands by``."""
        self.start(armed=armed)
        until(lambda: self.said(says), seconds=60)
        return self

    def died(self) -> bool:
        assert self._process is not None
        return self._process.poll() == -signal.SIGKILL

    def thaw(self) -> None:
        """Let it go on after SIGSTOP."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGCONT)


def tell(count: int) -> set[UUID]:
    """Tell that many posts in one transaction; returns their ids."""
    posts = [post_created(uuid4()) for _ in range(count)]
    with transaction.atomic():
        outbox.append(*posts)
    return {post.subject_id for post in posts}


def all_published() -> bool:
    return not OutboxEntry.objects.filter(published_at=None).exists()


def seconds_until_published(seconds: float = 20) -> float:
    started = time.monotonic()
    until(all_published, seconds=seconds)
    return time.monotonic() - started


class Listener:
    """Takes everything out of a queue; knows how often each event came."""

    def __init__(self, channel, queue: str) -> None:
        self._channel, self._queue = channel, queue
        self.times: Counter[str] = Counter()

    def listen(self) -> Counter[str]:
        """What has come up to now, by event id; waits until nothing more is there."""
        while True:
            method, properties, _ = self._channel.basic_get(self._queue, auto_ack=True)
            if method is None:
                return self.times
            self.times[properties.message_id] += 1

    def heard_all(self) -> bool:
        """Whether everything that was ever told has come at least once, and nothing else."""
        told = {str(event_id) for event_id in OutboxEntry.objects.values_list("event_id", flat=True)}
        return set(self.listen()) == told

    @property
    def repeated(self) -> int:
        """How many deliveries too many there were."""
        return self.times.total() - len(self.times)
