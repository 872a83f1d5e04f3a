"""Shows how far a command has come: a bar on a terminal, a line now and then elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TextIO

from tqdm import tqdm

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def shown(
    total: int, *, doing: str, unit: str, stream: TextIO, pause: float = SECONDS_BETWEEN_LINES
) -> Iterator[Callable[[int], object]]:
    """Yields what is to be called with every number of steps that were done."""
    if stream.isatty():
        with tqdm(total=total, desc=doing, unit=f" {unit}", unit_scale=True, file=stream, leave=False) as bar:
            yield bar.update
    else:
        yield _Lines(total, doing=doing, unit=unit, stream=stream, pause=pause).advance


class _Lines:
    def __init__(self, total: int, *, doing: str, unit: str, stream: TextIO, pause: float) -> None:
        self.total, self.doing, self.unit, self.stream, self.pause = total, doing, unit, stream, pause
        self.done, self.said_at = 0, monotonic()

    def advance(self, steps: int) -> None:
        self.done += steps
        if monotonic() - self.said_at >= self.pause:
            self.said_at = monotonic()
            print(f"{self.doing}: {self.done:,} of {self.total:,} {self.unit}", file=self.stream, flush=True)
