"""How often batches begin where nobody waits for their outcome."""

from collections.abc import Callable
from time import monotonic

from shared_events.worker.handover import Handover


class Pace:
    """At most one beginning every so many seconds; the first after a quiet time is at once."""

    def __init__(self, seconds: float, handover: Handover) -> None:
        self._seconds = seconds
        self._handover = handover
        self._next = 0.0  # by the monotonic clock
        self._calls = False

    def forget(self) -> None:
        """The connection is gone, and with it whoever waited for the next beginning."""
        self._calls = False

    def begun(self) -> None:
        """Somebody has begun just now."""
        self._next = monotonic() + self._seconds

    def allows(self, begin: Callable[[], None]) -> bool:
        """Whether one may begin now; if not, ``begin`` is called once that is so."""
        pause = self._next - monotonic()
        if pause > 0 and not self._calls:
            self._calls = True
            self._handover.later(pause, lambda: self._call(begin))
        return pause <= 0

    def _call(self, begin: Callable[[], None]) -> None:
        self._calls = False
        begin()
