"""Keeps the processes running: one coloured log, a restart for whatever ends, an end when that is no use."""

import queue
import shlex
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TextIO

from honcho.colour import get_colours
from honcho.printer import Message, Printer
from honcho.process import Process

from deploy.local import marked
from deploy.local.processes import PART, STOP_SECONDS, Program
from deploy.local.progress import is_lively
from deploy.local.state import REPOSITORY, State
from deploy.local.trouble import Trouble

PROCESSES = "processes"
# A process that lived this long was well: its next end is a new story.
WELL_SECONDS = 20
LONGEST_PAUSE = 8.0
TOO_OFTEN = 5


@dataclass
class Kept:
    """One program and how it has fared."""

    program: Program
    colour: str
    log: TextIO
    began: float = 0.0
    ends: int = 0
    last: deque[str] = field(default_factory=lambda: deque(maxlen=20))


class Supervisor:
    """Starts programs and keeps them running until `stop`; silent until `follow` is called."""

    def __init__(self, programs: Sequence[Program], state: State, output: TextIO) -> None:
        colours = get_colours()
        self.state = state
        self.kept = {
            program.name: Kept(program, next(colours), self._log(program.name)) for program in programs
        }
        self.events: queue.Queue[Message] = queue.Queue()
        self.printer = Printer(output, width=max(map(len, self.kept)), colour=is_lively(output))
        self.pids: dict[str, int] = {}
        self.shown = False
        self.stopping = threading.Event()
        self.trouble: Trouble | None = None
        self.pump = threading.Thread(target=self._pump, daemon=True)

    def start(self) -> None:
        for kept in self.kept.values():
            self._launch(kept)
        self.pump.start()

    def follow(self) -> None:
        """Show the log until something calls for the end; raises Trouble when a program cannot be kept up."""
        self.shown = True
        while not self.stopping.wait(0.2):
            self.check()

    def check(self) -> None:
        """Raise the trouble that a program is in, if it cannot be kept up."""
        if self.trouble is not None:
            raise self.trouble

    def stop(self) -> None:
        """End every process and all their children."""
        self.stopping.set()
        marked.end(PART, self.state.folder, seconds=STOP_SECONDS)
        if self.pump.is_alive():
            self.pump.join()
        for kept in self.kept.values():
            kept.log.close()
        self.state.write(PROCESSES, {})

    def _launch(self, kept: Kept) -> None:
        if self.stopping.is_set():
            return
        program = kept.program
        kept.began = time.monotonic()
        process = Process(
            f"exec {shlex.join(program.argv)} </dev/null",
            name=program.name,
            colour=kept.colour,
            env=dict(program.environment),
            cwd=str(REPOSITORY),
        )
        threading.Thread(target=process.run, args=(self.events,), daemon=True).start()

    def _pump(self) -> None:
        """Answer what the processes say and do, in one thread and therefore in order."""
        answers: dict[str, Callable[[Kept, Message], None]] = {
            "line": self._heard,
            "start": self._started,
            "stop": self._ended,
        }
        while not (self.stopping.is_set() and self.events.empty()):
            try:
                message = self.events.get(timeout=0.2)
            except queue.Empty:
                continue
            answers[message.type](self.kept[message.name], message)

    def _heard(self, kept: Kept, message: Message) -> None:
        text = message.data.decode(errors="replace") if isinstance(message.data, bytes) else message.data
        kept.last.append(text.rstrip("\n"))
        kept.log.write(text)
        kept.log.flush()
        if self.shown:
            self._show(message)

    def _show(self, message: Message) -> None:
        try:
            self.printer.write(message)
        except BrokenPipeError:
            self.shown, self.trouble = False, Trouble("nobody reads the log any more")

    def _started(self, kept: Kept, message: Message) -> None:
        self.pids[kept.program.name] = message.data["pid"]
        self.state.write(PROCESSES, dict(self.pids))

    def _ended(self, kept: Kept, message: Message) -> None:
        """Start it again after a pause that grows with every early end."""
        if self.stopping.is_set():
            return
        lived = time.monotonic() - kept.began
        kept.ends = 1 if lived > WELL_SECONDS else kept.ends + 1
        if kept.ends >= TOO_OFTEN:
            what = f"{kept.program.name} ended {kept.ends} times within seconds of its start"
            self.trouble = Trouble(what, mend=f"look into {kept.log.name}", log="\n".join(kept.last))
            return
        pause = min(0.5 * 2 ** (kept.ends - 1), LONGEST_PAUSE)
        code = message.data["returncode"]
        self._heard(
            kept, message._replace(type="line", data=f"ended with {code}; started again in {pause:.1f} s\n")
        )
        threading.Timer(pause, self._launch, [kept]).start()

    def _log(self, name: str) -> TextIO:
        return self.state.path("logs", f"{name}.log").open("w", encoding="utf-8")
