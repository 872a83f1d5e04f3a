"""Makes all services ready to run, side by side."""

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.local import prepare, processes
from deploy.local.environment import DECLARING, SERVICES
from deploy.local.state import REPOSITORY, State
from deploy.local.trouble import Trouble


def run(state: State, options: Sequence[str], *, meanwhile: Callable[[], None] | None = None) -> None:
    """Prepare every service in a process of its own; raises Trouble with what the first failure said."""
    with all_ended([start(service, options, state) for service in SERVICES]) as under_way:
        if meanwhile is not None:
            meanwhile()
        exit_codes = [process.wait() for process in under_way]
    for service, exit_code in zip(SERVICES, exit_codes, strict=True):
        if exit_code:
            said = state.path("logs", f"{service}.prepare.log").read_text(errors="replace")
            raise Trouble(f"{service} could not be prepared", log=said)


def start(
    service: str, options: Sequence[str], state: State, *, folder: Path = REPOSITORY
) -> subprocess.Popen[bytes]:
    """Begin to prepare one service by the code of a folder."""
    with state.path("logs", f"{service}.prepare.log").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.local.prepare", service, *options],
            cwd=folder,
            env=processes.environment(service, state, command=DECLARING),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def late_demo(state: State) -> None:
    """Demo data that needed another service's: the first proof shows that they have arrived."""
    if not state.read(prepare.LATE_DEMO):
        return
    service = prepare.HEARING
    command, environment = processes.command(service, "demo"), processes.environment(service, state)
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise Trouble(f"the demo data of {service} could not be written", log=done.stdout + done.stderr)
    state.write(prepare.LATE_DEMO, {})


@contextmanager
def all_ended(started: list[subprocess.Popen[bytes]]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Leave none of the processes behind, however the block ends."""
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.wait()
