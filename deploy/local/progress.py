"""Numbered steps with their times, never silent for long."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

REDRAW_SECONDS = 0.2
REMIND_SECONDS = 4.0
WIDTH = 78


def is_lively(stream: TextIO) -> bool:
    """Whether the stream takes colours and lines drawn over."""
    return stream.isatty() and "NO_COLOR" not in os.environ


class Step:
    """One step under way: its line is drawn over on a terminal, repeated now and then elsewhere."""

    def __init__(self, label: str, stream: TextIO) -> None:
        self.label, self.stream = label, stream
        self.text = ""
        self.began = time.monotonic()
        self.ended = threading.Event()
        self.lively = is_lively(stream)
        self.ticker = threading.Thread(target=self._tick, daemon=True)

    def say(self, text: str) -> None:
        """Replace what the step says of itself."""
        self.text = text

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def close(self, failed: bool) -> None:
        self.ended.set()
        self.ticker.join()
        text = f"FAILED {self.text}".rstrip() if failed else self.text
        self._draw(f"{self.label} {text:<{WIDTH - 28}} {self.seconds:6.1f}s", end="\n")

    def _tick(self) -> None:
        while not self.ended.wait(REDRAW_SECONDS if self.lively else REMIND_SECONDS):
            line = f"{self.label} {self.text or 'working'} … {self.seconds:.0f}s"
            # A line that wraps could not be drawn over.
            width = shutil.get_terminal_size().columns - 1 if self.lively else WIDTH + 20
            self._draw(line[:width], end="" if self.lively else "\n")

    def _draw(self, line: str, end: str) -> None:
        self.stream.write(f"\r\x1b[K{line}{end}" if self.lively else f"{line}{end}")
        self.stream.flush()


class Steps:
    """A run of steps: `[2/6] broker   amqp://127.0.0.1:8072   3.1s`."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.total, self.stream = total, stream or sys.stdout
        self.number = 0

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time a step and draw its line; it is drawn as failed when the block raises."""
        self.number += 1
        with alone(f" [{self.number}/{self.total}] {name:<18}", self.stream) as step:
            yield step


@contextmanager
def alone(label: str, stream: TextIO | None = None) -> Iterator[Step]:
    """A step outside any numbered run."""
    step = Step(label, stream or sys.stdout)
    step.ticker.start()
    failed = True
    try:
        yield step
        failed = False
    finally:
        step.close(failed)
