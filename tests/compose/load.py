"""The profile `load` as a test uses it: writes that go on while something is broken."""

import json
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from tests.compose.stack import Stack, command, surroundings

PROGRESS = re.compile(r"\s*(\d+) s: ")
LATEST = 120  # seconds after the last write until all of it must have been said


class Load:
    """Writes that are under way; `result` is there when they have ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.heard: list[str] = []
        self.result: dict[str, Any] = {}

    def goes_on(self, seconds: float) -> None:
        """Return when it has written for so long, counted from its beginning."""
        said: IO[str] | None = self.process.stderr
        assert said is not None
        for line in said:
            self.heard.append(line)
            found = PROGRESS.match(line)
            if found and int(found[1]) >= seconds:
                return
        raise AssertionError("the load came to its end:\n" + "".join(self.heard))

    def end(self) -> None:
        printed, said = self.process.communicate(timeout=LATEST)
        assert self.process.returncode == 0, "".join(self.heard) + said
        print(said)
        self.result = json.loads(printed)


@contextmanager
def load(stack: Stack, *, rate: float, seconds: float) -> Iterator[Load]:
    """Writes for so many seconds; the block is left when the last of them was answered and can be read."""
    wanted = ["load", "--rate", str(rate), "--seconds", str(seconds), "--json"]
    process = subprocess.Popen(
        command(stack.of_its_own(["run", "--rm", "-T", "--no-deps", *wanted])),
        env=surroundings(stack.port),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        running = Load(process)
        yield running
        running.end()
    finally:
        process.kill()
        process.communicate()
