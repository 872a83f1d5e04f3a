"""What a request to end does to this process."""

import signal
from collections.abc import Callable
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt() -> None:
    """Have the first request to end raise KeyboardInterrupt, so that whatever was started is stopped."""
    answer_with(interrupted)


def ignore() -> None:
    """Stop listening: a second Ctrl-C must not leave half of it running."""
    answer_with(signal.SIG_IGN)


def answer_with(answer: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in ENDING:
        signal.signal(number, answer)


def interrupted(number: int, frame: FrameType | None) -> None:
    # `timeout` asks twice at once: the second must not end the answer to the first.
    ignore()
    raise KeyboardInterrupt
