"""The steps of a start, each with its line and its time."""

import platform
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from deploy.local import closing, preparation, tokens
from deploy.local.journey import Journey, Stranded
from deploy.local.progress import Step, Steps
from deploy.local.supervisor import Supervisor
from deploy.local.system import System
from deploy.local.trouble import Trouble

STEPS = 4


class Startup:
    """One start of the system and, at the end, its stop."""

    def __init__(self, system: System, *, demo: bool) -> None:
        self.system, self.demo = system, demo
        self.steps = Steps(STEPS)
        self.began = time.monotonic()
        self.supervisor: Supervisor | None = None

    def start(self) -> None:
        engine = "postgresql" if self.system.postgres else "sqlite"
        print(
            f"Tidings   python {platform.python_version()} · {engine} · {self.system.state.folder}\n",
            flush=True,
        )
        with self.steps.step("stores") as step:
            self._start_stores(step)
        with self.steps.step("services") as step:
            step.say("migrations, topology, superusers" + (", demo data" if self.demo else ""))
            self.system.prepare(demo=self.demo)
        with self.steps.step("processes") as step:
            self._start_processes(step)

    def prove(self) -> None:
        """Send a post and two comments on their way through all services."""
        with self.steps.step("proof") as step:
            journey = Journey(
                self.system.urls,
                lambda author: tokens.mint(self.system.state, author),
                heard=lambda hop, milliseconds: step.say(f"{hop} {milliseconds:.0f} ms"),
            )
            hops = self._travel(journey)
            if self.demo:
                preparation.late_demo(self.system.state)
            step.say(f"{len(hops)} hops over HTTP")
        for hop, milliseconds in hops.items():
            print(f"        {hop:<44} {milliseconds:6.0f} ms")
        print(f"\n started and proven in {time.monotonic() - self.began:.1f} s", flush=True)

    def follow(self) -> None:
        """Say where to look, then show the log until the end."""
        assert self.supervisor is not None
        print(closing.text(self.system), flush=True)
        self.supervisor.follow()

    def stop(self) -> None:
        """Stop all that was started, whatever else goes wrong meanwhile."""
        with ExitStack() as stack:
            stack.callback(self.system.stop_stores)
            stack.callback(self.system.clear)
            if self.supervisor is not None:
                stack.callback(self.supervisor.stop)
            tell("\n stopping …")
        tell(" stopped: nothing is left running")

    def _travel(self, journey: Journey) -> dict[str, float]:
        """The hops of the proof; one that is not made is told with what the suspects' logs end with."""
        try:
            return journey.travel()
        except Stranded as stranded:
            logs = [self.system.log(suspect) for suspect in stranded.suspects]
            ends = [f"{log}:\n{last_lines(log, 20 // len(logs))}" for log in logs if log.exists()]
            raise Trouble(stranded.what, mend=stranded.mend, log="\n".join(ends)) from None

    def _start_stores(self, step: Step) -> None:
        self.system.install(step)
        left = self.system.clear()
        self.system.check_ports()
        self.system.start_stores()
        recovered = f" · ended {len(left)} processes of a killed run" if left else ""
        step.say(closing.stores(self.system) + recovered)

    def _start_processes(self, step: Step) -> None:
        programs = self.system.programs()
        self.supervisor = Supervisor(programs, self.system.state, sys.stdout)
        self.supervisor.start()
        step.say(f"{len(programs)} started, waiting until they answer")
        self.system.wait_ready(self.supervisor.check)
        jobs = [program.name.partition(".")[2] for program in programs]
        counts = " · ".join(f"{jobs.count(job)} {job}" for job in dict.fromkeys(jobs))
        step.say(f"{len(programs)} up: {counts}")


def last_lines(log: Path, count: int) -> str:
    return "\n".join(log.read_text(errors="replace").rstrip().splitlines()[-count:])


def tell(text: str) -> None:
    """Print for whoever still listens: a reader that went away must not keep anything running."""
    with suppress(BrokenPipeError):
        print(text, flush=True)
