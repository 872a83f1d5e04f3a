"""How long each fault takes to heal, while somebody goes on writing posts: docs/what-happens-when.md.

.venv/bin/python -m tests.outage.measure                 all of them, some minutes
.venv/bin/python -m tests.outage.measure --only relay    those in whose name a word stands
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from urllib.error import URLError

from tests.assembly import Assembly, assembled, until
from tests.outage.faults import FAULTS
from tests.outage.marked import in_query, parked

PAUSE = 0.1  # seconds between two writes
BEFORE = 10  # writes that are answered before the fault
LONGEST = 120  # seconds


class Writer:
    """Writes one post after the other, and remembers what became of each."""

    def __init__(self, assembly: Assembly, marker: str) -> None:
        self.assembly, self.marker = assembly, marker
        self.answers: Counter[str] = Counter()
        self.slowest = 0.0  # seconds, of those that were answered 201
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def __enter__(self) -> "Writer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @property
    def accepted(self) -> int:
        return self.answers["201"]

    def _write(self) -> None:
        while not self._ended.wait(PAUSE):
            began = time.monotonic()
            body = {"title": f"{self.marker} {began}", "body": "Text."}
            try:
                answer = str(self.assembly.write("POST", "posts", "posts/", "ann", body)[0])
            except (URLError, OSError, ValueError):
                answer = "none"
            if answer == "201":
                self.slowest = max(self.slowest, time.monotonic() - began)
            self.answers[answer] += 1


def measure(assembly: Assembly, name: str, marker: str) -> str:
    """Inflict one fault and mend it; a row of what was seen."""
    steps = FAULTS[name](assembly)
    with Writer(assembly, marker) as writer:
        until(lambda: writer.accepted >= BEFORE, seconds=LONGEST, saying=lambda: dict(writer.answers))
        time.sleep(next(steps))  # for how long the fault lasts: that is what is measured
        began = time.monotonic()
        next(steps)
        mended, wanted = time.monotonic(), writer.accepted + 1
        until(lambda: writer.accepted >= wanted, seconds=LONGEST)
        until(lambda: in_query(assembly, marker) >= wanted, seconds=LONGEST)
        healed = time.monotonic() - mended
    for _ in steps:
        pass
    assembly.quiet(seconds=LONGEST)
    others = {answer: times for answer, times in writer.answers.items() if answer != "201"}
    refused = ", ".join(f"{times} of {answer}" for answer, times in sorted(others.items())) or "none"
    return (
        f"| {name} | {mended - began:.1f} | {healed:.1f} | {writer.accepted} | {refused} "
        f"| {writer.slowest * 1000:.0f} | {parked(assembly)} |"
    )


def main(arguments: Sequence[str]) -> int:
    plain = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser("tests.outage.measure", description=__doc__, formatter_class=plain)
    parser.add_argument("--only", default="", metavar="WORD", help="the faults in whose name it stands")
    chosen = [name for name in FAULTS if parser.parse_args(arguments).only in name]
    if not chosen:
        parser.error("no fault is called so; they are:\n  " + "\n  ".join(FAULTS))
    print(f"load of the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors\n")
    print("| fault | mending, s | then healed in, s | accepted | not accepted | slowest write, ms | parked |")
    print("|---|---|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as folder, assembled(Path(folder), postgres=True) as assembly:
        for number, name in enumerate(chosen):
            print(measure(assembly, name, f"fault-{number}"), flush=True)
    print(f"\nload of the last minute: {os.getloadavg()[0]:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
