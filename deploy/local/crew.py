"""Runs the checks of `manage.py test`, several at a time, and shows how far each is."""

import re
import signal
import subprocess
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError, ThreadPoolExecutor
from pathlib import Path
from tempfile import mkdtemp

from deploy.local import outcome
from deploy.local.outcome import Outcome
from deploy.local.parts import Check
from deploy.local.progress import Step, Steps
from deploy.local.state import REPOSITORY, State

TAIL_LINES = 60
UNDER_WAY = re.compile(r"\S+::(\S+) .*\[\s*(\d+%)\]")


class Crew:
    """Runs checks and keeps hold of their processes, to end them when it is interrupted."""

    def __init__(self, steps: Steps, environment: Callable[[Check], dict[str, str]]) -> None:
        self.steps, self.environment = steps, environment
        self.processes: set[subprocess.Popen[str]] = set()
        self.starting = threading.Lock()
        self.interrupted = False

    def run(self, checks: Sequence[Check], jobs: int) -> dict[Check, Outcome]:
        """Run all of them, so many at once, those that take long first; returns what each came to."""
        longest_first = sorted(checks, key=lambda check: -check.weight)
        pool = ThreadPoolExecutor(jobs)
        try:
            return dict(zip(longest_first, pool.map(self.check, longest_first), strict=True))
        except KeyboardInterrupt:
            self.end()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def check(self, check: Check) -> Outcome:
        with self.steps.step(check.name) as step:
            environment = self.environment(check) | {"PYTEST_DEBUG_TEMPROOT": str(kept_for(check))}
            output, exit_code = self.hear(check.argv, environment, step)
            came_to = outcome.read(output, exit_code, may_be_empty=check.chosen)
            step.say(verdict(came_to, exit_code))
        log = State().path("test", "logs", f"{dashed(check)}.log")
        log.write_text(output)
        if came_to.failed and not self.interrupted:
            shown = output.rstrip().splitlines()[-TAIL_LINES:]
            lines = "\n".join(f"      {line}" for line in shown)
            self.steps.board.print(f"{lines}\n      whole output: {log}")
        return came_to

    def end(self) -> None:
        """Have every check end what it has started, and begin no other."""
        with self.starting:
            self.interrupted = True
            for process in self.processes:
                process.send_signal(signal.SIGINT)

    def hear(self, argv: Sequence[str], environment: dict[str, str], step: Step) -> tuple[str, int]:
        """Run a command and show its last line while it runs."""
        said: list[str] = []
        with self.started(argv, environment) as process:
            for line in process.stdout or ():
                said.append(line)
                step.say(last_words(line))
        with self.starting:
            self.processes.discard(process)
        return "".join(said), process.returncode

    def started(self, argv: Sequence[str], environment: dict[str, str]) -> subprocess.Popen[str]:
        """A command as a process of its own; raises CancelledError when all are being ended."""
        with self.starting:
            if self.interrupted:
                raise CancelledError
            process = subprocess.Popen(
                argv,
                cwd=REPOSITORY,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                # What a terminal or `timeout` tells the whole group is passed on once, as a test hears it.
                start_new_session=True,
            )
            self.processes.add(process)
        return process


def kept_for(check: Check) -> Path:
    """A new folder for what its tests write; in one for all, pytest would keep that of the last three checks.

    Its name has not been there before: the data of a PostgreSQL may lie elsewhere, under a name made of it.
    """
    parent = State().path("test", "written", "any").parent
    return Path(mkdtemp(prefix=f"{dashed(check)}-", dir=parent))


def dashed(check: Check) -> str:
    return check.name.replace(" ", "-")


def last_words(line: str) -> str:
    """What a line of output says about the progress: of pytest's, how far it is and in which test."""
    if found := UNDER_WAY.match(line):
        return f"{found[2]} {found[1]}"[:60]
    return line.strip()[:60]


def verdict(came_to: Outcome, exit_code: int) -> str:
    if came_to.passed or came_to.skipped:
        return str(came_to)
    if came_to.failed:
        return f"FAILED (exit code {exit_code})"
    return "none of its tests was asked for" if exit_code else "ok"
