"""The processes that the system consists of."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import marked
from deploy.local.environment import BASE_PORT, OFFSETS, SERVICES, SYSTEM, missing
from deploy.local.state import REPOSITORY, State

PART = "up"
STOP_SECONDS = 15
# query hears and tells nothing: it has no outbox for a relay to carry.
TELLING = tuple(service for service in SERVICES if service != "query")
# Judging takes time and is done as Celery tasks; nobody else has any.
TASKS = ("moderation",)


@dataclass(frozen=True, kw_only=True)
class Program:
    """What is run for one process: `posts.web`, `posts.relay`, `posts.worker`, `moderation.tasks` ..."""

    name: str
    service: str
    argv: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path = REPOSITORY  # whose code is run


def table(state: State) -> list[Program]:
    """Every process there is, with this machine's settings."""
    found = []
    for service in SERVICES:
        commands = {"web": web(service, port(service, state)), "worker": command(service, "worker")}
        if service in TELLING:
            commands["relay"] = command(service, "relay")
        if service in TASKS:
            commands["tasks"] = command(service, "tasks")
        found += [program(service, job, argv, state) for job, argv in commands.items()]
    return found


def program(service: str, job: str, argv: tuple[str, ...], state: State) -> Program:
    return Program(
        name=f"{service}.{job}", service=service, argv=argv, environment=environment(service, state)
    )


def environment(service: str, state: State, *, command: str = "") -> dict[str, str]:
    """The environment of a service's processes, marked so that they are found again after `up` was killed."""
    own = {
        "DJANGO_SETTINGS_MODULE": f"{service}.config.settings",
        "PYTHONUNBUFFERED": "1",
        "TIDINGS_LOCAL": str(state.folder),
    }
    return {
        **os.environ,
        **missing(service, os.environ, state, command=command),
        **own,
        **marked.mark(PART, state.folder),
    }


def port(service: str, state: State) -> int:
    return int(state.read(SYSTEM).get("base_port", BASE_PORT)) + OFFSETS[service]


def web(service: str, number: int) -> tuple[str, ...]:
    settings = str(REPOSITORY / "chassis" / "gunicorn.conf.py")
    return (
        *(sys.executable, "-m", "gunicorn", f"{service}.config.wsgi"),
        *("-c", settings, "-b", f"127.0.0.1:{number}"),
    )


def command(service: str, *arguments: str) -> tuple[str, ...]:
    return (sys.executable, str(REPOSITORY / "manage.py"), service, *arguments)


class Running:
    """One program as a process of its own with its output in a file, for tests that stop single ones."""

    def __init__(self, program: Program, log: Path) -> None:
        self.program, self.log = program, log
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.program.argv,
                cwd=self.program.folder,
                env=dict(self.program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ask it to end and wait; when it takes too long it is killed, and TimeoutExpired raised."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(seconds)
        finally:
            self.kill()

    def kill(self) -> None:
        """End it and its children as a power cut would."""
        if self.alive() and self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
