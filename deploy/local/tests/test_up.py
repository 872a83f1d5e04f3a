import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local import broker, marked, ports, processes
from deploy.local.environment import BROKER_OFFSET, OFFSETS
from deploy.local.state import State
from deploy.local.supervisor import PROCESSES
from deploy.local.tests.commands import MANAGE, clean, manage, wait_until

BASE_PORT = ports.free_base((*OFFSETS.values(), *range(BROKER_OFFSET, BROKER_OFFSET + 20)))


class Up:
    """`manage.py up` in a terminal of its own, whose output is read as it comes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.output = folder, folder / "output.txt"
        self.environment = clean(TIDINGS_LOCAL=str(folder))
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, str(MANAGE), "up", "--base-port", str(BASE_PORT)],
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        wait_until(lambda: "Ctrl-C stops" in self.said() or self.process.poll() is not None, seconds=120)
        assert self.process.poll() is None, self.said()

    def said(self) -> str:
        return self.output.read_text()

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)

    def left(self) -> list[marked.Found]:
        ours = marked.find(processes.PART, self.folder)
        return ours + marked.find(broker.PART, self.folder / "broker")


@pytest.fixture(scope="module")
def up(tmp_path_factory) -> Iterator[Up]:
    up = Up(tmp_path_factory.mktemp("up"))
    yield up
    if up.process is not None and up.process.poll() is None:
        up.end(signal.SIGTERM)
    for part, folder in ((processes.PART, up.folder), (broker.PART, up.folder / "broker")):
        marked.kill(part, folder)


def test_it_proves_itself_survives_every_kill_and_leaves_nothing_after_ctrl_c(up):
    up.start()
    assert len(re.findall(r"\d+ ms$", up.said(), re.MULTILINE)) == 7, "each hop of the proof has its time"
    assert manage("doctor", TIDINGS_LOCAL=str(up.folder)).stdout.endswith("all is well\n")
    assert "already running" in manage("up", TIDINGS_LOCAL=str(up.folder)).stderr

    assert up.end(signal.SIGKILL) == -signal.SIGKILL
    assert up.left()
    up.start()
    assert "processes of a killed run" in up.said()

    os.kill(State(up.folder).read(PROCESSES)["posts.relay"], signal.SIGKILL)
    wait_until(lambda: re.search(r"posts\.relay +\| ended with -9; started again", up.said()))

    assert up.end(signal.SIGINT) == 0
    assert up.left() == []
    sick = manage("doctor", TIDINGS_LOCAL=str(up.folder))
    assert sick.returncode == 1
    assert "FAIL  posts.relay" in sick.stdout
