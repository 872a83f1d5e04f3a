"""Keeps a log readable, and the disk beneath it free, whoever asks for what they cannot have."""

import logging
import threading
import time
from http import HTTPStatus

WINDOW = 60.0  # seconds
MOST_ALIKE = 60  # lines of one kind in a window
REFUSED = HTTPStatus.BAD_REQUEST
MOST_KINDS = 500  # that are told apart in a window; all others count as one


class Sampled(logging.Filter):
    """Lets a kind of line through so often a minute; the first one of the next says how many were left out.

    Lines are of one kind if they have the logger, the level, and the text before its values are filled in.
    Who asks for DEBUG gets all of it, and a request that was not refused has its line: of those there are no
    more than the throttles let in.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._until = 0.0
        self._seen: dict[object, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno <= logging.DEBUG or getattr(record, "status", REFUSED) < REFUSED:
            return True
        with self._lock:
            left_out = self._next_window() if time.monotonic() >= self._until else 0
            kind: object = (record.name, record.levelno, record.msg)
            if kind not in self._seen and len(self._seen) >= MOST_KINDS:
                kind = None
            self._seen[kind] = self._seen.get(kind, 0) + 1
            if self._seen[kind] > MOST_ALIKE:
                return False
        if left_out:
            record.msg = f"{record.msg} [{left_out} lines were left out before: too many of a kind]"
        return True

    def _next_window(self) -> int:
        left_out = sum(count - MOST_ALIKE for count in self._seen.values() if count > MOST_ALIKE)
        self._until, self._seen = time.monotonic() + WINDOW, {}
        return left_out


class SaidElsewhere(logging.Filter):
    """Leaves out what Django says of every 503: whoever answers so says why, and at which level."""

    def filter(self, record: logging.LogRecord) -> bool:
        return getattr(record, "status_code", None) != HTTPStatus.SERVICE_UNAVAILABLE
