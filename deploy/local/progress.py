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
    """One step under way; what it says of itself is shown until it ends."""

    def __init__(self, label: str) -> None:
        self.label, self.text = label, ""
        self.began = time.monotonic()

    def say(self, text: str) -> None:
        """Replace what the step says of itself."""
        self.text = text

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def under_way(self) -> str:
        return f"{self.label} {self.text or 'working'} … {self.seconds:.0f}s"

    def ended(self, failed: bool) -> str:
        text = f"FAILED {self.text}".rstrip() if failed else self.text
        return f"{self.label} {text:<{WIDTH - 28}} {self.seconds:6.1f}s"


class Board:
    """The steps under way, drawn over on a terminal and repeated now and then elsewhere."""

    def __init__(self, stream: TextIO) -> None:
        self.stream, self.lively = stream, is_lively(stream)
        self.steps: list[Step] = []
        self.lock = threading.Lock()
        self.none_left = threading.Event()

    def open(self, step: Step) -> None:
        with self.lock:
            self.steps.append(step)
            if len(self.steps) == 1:
                self.none_left = threading.Event()
                threading.Thread(target=self._tick, args=[self.none_left], daemon=True).start()

    def close(self, step: Step, failed: bool) -> None:
        with self.lock:
            self.steps.remove(step)
            if not self.steps:
                self.none_left.set()
            self._draw(step.ended(failed), end="\n")

    def print(self, text: str) -> None:
        """Show lines that stay, between the steps."""
        with self.lock:
            self._draw(text, end="\n")

    def _tick(self, ended: threading.Event) -> None:
        while not ended.wait(REDRAW_SECONDS if self.lively else REMIND_SECONDS):
            with self.lock:
                self._draw_all()

    def _draw_all(self) -> None:
        lines = [step.under_way() for step in self.steps]
        if not self.lively:
            for line in lines:
                self._draw(line[: WIDTH + 20], end="\n")
        elif lines:
            # A line that wraps could not be drawn over.
            share = (shutil.get_terminal_size().columns - 1) // len(lines)
            self._draw("".join(f"{line[: share - 1]:<{share}}" for line in lines).rstrip(), end="")

    def _draw(self, line: str, end: str) -> None:
        self.stream.write(f"\r\x1b[K{line}{end}" if self.lively else f"{line}{end}")
        self.stream.flush()


class Steps:
    """A run of steps, some at the same time: `[2/6] broker   amqp://127.0.0.1:8072   3.1s`."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.total, self.board = total, Board(stream or sys.stdout)
        self.number = 0
        self.lock = threading.Lock()

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time a step and draw its line; it is drawn as failed when the block raises."""
        with self.lock:
            self.number += 1
            label = f" [{self.number}/{self.total}] {name:<22}"
        with on(self.board, label) as step:
            yield step


@contextmanager
def alone(label: str, stream: TextIO | None = None) -> Iterator[Step]:
    """A step outside any numbered run."""
    with on(Board(stream or sys.stdout), label) as step:
        yield step


@contextmanager
def on(board: Board, label: str) -> Iterator[Step]:
    """A step on a board, as long as the block lasts."""
    step, failed = Step(label), True
    board.open(step)
    try:
        yield step
        failed = False
    finally:
        board.close(step, failed)
