import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.local import marked
from deploy.local.processes import PART, Program
from deploy.local.state import State
from deploy.local.supervisor import PROCESSES, Supervisor
from deploy.local.tests.commands import wait_until
from deploy.local.trouble import Trouble

LIVES = "import time; print('at work', flush=True); time.sleep(600)"
DIES = "print('I cannot work like this'); raise SystemExit(3)"
HAS_A_CHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {LIVES!r}])"


@pytest.fixture
def supervise(tmp_path) -> Iterator[Callable[..., Supervisor]]:
    started: list[Supervisor] = []

    def start(**scripts: str) -> Supervisor:
        state = State(tmp_path)
        programs = [program(f"{name}.worker", script, tmp_path) for name, script in scripts.items()]
        started.append(Supervisor(programs, state, io.StringIO()))
        started[-1].start()
        return started[-1]

    yield start
    for supervisor in started:
        supervisor.stop()
    assert marked.find(PART, tmp_path) == []


def program(name: str, script: str, folder: Path) -> Program:
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", **marked.mark(PART, folder)}
    return Program(name=name, service="posts", argv=(sys.executable, "-c", script), environment=environment)


def test_a_process_that_dies_is_started_again_and_said_so(supervise, tmp_path):
    supervisor = supervise(posts=LIVES)
    wait_until(lambda: "posts.worker" in supervisor.pids)
    first = supervisor.pids["posts.worker"]
    os.kill(first, signal.SIGKILL)

    wait_until(lambda: supervisor.pids["posts.worker"] != first)

    log = tmp_path / "logs" / "posts.worker.log"
    wait_until(lambda: log.read_text().count("at work") >= 1)
    assert "ended with -9; started again" in log.read_text()


def test_one_that_dies_again_and_again_ends_everything_with_its_last_words(supervise, monkeypatch):
    monkeypatch.setattr("deploy.local.supervisor.LONGEST_PAUSE", 0.05)
    supervisor = supervise(posts=LIVES, query=DIES)

    with pytest.raises(Trouble) as told:
        supervisor.follow()

    assert "query.worker ended 5 times" in str(told.value)
    assert "I cannot work like this" in str(told.value)


def test_a_stop_takes_the_children_of_the_processes_along(supervise, tmp_path):
    supervisor = supervise(posts=HAS_A_CHILD)
    wait_until(lambda: len(marked.find(PART, tmp_path)) == 2)

    supervisor.stop()

    assert marked.find(PART, tmp_path) == []
    assert State(tmp_path).read(PROCESSES) == {}


def test_the_log_is_silent_until_it_is_followed_and_then_prefixed_with_the_name(supervise):
    supervisor = supervise(posts="import time\nwhile True:\n    print('tick'); time.sleep(0.1)")
    wait_until(lambda: "posts.worker" in supervisor.pids)
    output = supervisor.printer.output
    assert output.getvalue() == ""

    supervisor.shown = True

    wait_until(lambda: "posts.worker | tick" in output.getvalue())
