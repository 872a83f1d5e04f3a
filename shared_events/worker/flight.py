"""The batch that is under way: what of it is still to be applied, and how long it has been waiting."""

import logging
import random
import time
from collections import deque
from collections.abc import Sequence

from shared_events.worker.delivery import Delivery, Taken

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0  # seconds between two tries of a batch that the database does not take
# Seconds after which its waiting is an alarm, and then each time that it has doubled. The broker takes back
# what is unacknowledged for 30 minutes: someone should know long before.
ALARM_AFTER = 60.0


class Flight:
    """Messages between their delivery and their ack, applied all at once or, once a process died, singly."""

    def __init__(self, messages: Sequence[Taken]) -> None:
        self._messages = messages
        self._parts = deque([[delivery for _, delivery in messages]])  # the first is in the pool
        self._singly = False
        self._failures = 0
        self._waiting_since = 0.0  # by the monotonic clock
        self._alarm_at = ALARM_AFTER
        self.paused = False  # until the next try
        self.parking = False  # the part is put aside without an attempt

    def __len__(self) -> int:
        return len(self._messages)

    @property
    def last_tag(self) -> int:
        """Acknowledging up to this delivery tag acknowledges the whole batch."""
        return self._messages[-1].tag

    @property
    def part(self) -> list[Delivery]:
        """What is to be applied next."""
        return self._parts[0]

    @property
    def waited(self) -> float:
        """Seconds since the database first refused it; 0 if it does not."""
        return time.monotonic() - self._waiting_since if self._failures else 0.0

    def advance(self) -> bool:
        """The part is done; returns whether another follows."""
        self._failures = 0
        self._alarm_at = ALARM_AFTER
        self.parking = False
        self._parts.popleft()
        return bool(self._parts)

    def died(self) -> None:
        """A process died on the part: go on one message at a time, and put the one aside that it was.

        What dies while it is put aside is not to blame: the same database is needed for that, and may hang.
        """
        if self._singly:
            self.parking = not self.parking
        else:
            self._singly = True
            self._parts = deque([delivery] for delivery in self._parts[0])

    def refused(self, error: str) -> float:
        """The database did not take the part; returns how many seconds to pause before the next try."""
        if not self._failures:
            self._waiting_since = time.monotonic()
        self._failures += 1
        self.parking = False
        pause = min(LONGEST_PAUSE, 0.1 * 2.0**self._failures) * random.uniform(0.5, 1)
        level, waited = logging.WARNING, self.waited
        if waited >= self._alarm_at:
            level, self._alarm_at = logging.ERROR, 2 * waited
        said = "%d events have waited %.0f s for the database: %s; trying again in %.1f s"
        log.log(level, said, len(self), waited, error, pause)
        return pause
