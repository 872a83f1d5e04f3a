"""Processes recognised by a mark in their environment, which survives the death of whoever started them."""

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

NAME = "TIDINGS_PART"
POLL_SECONDS = 0.02
KILL_SECONDS = 10


@dataclass(frozen=True)
class Found:
    """A running process and the name of its program."""

    pid: int
    program: str

    def send(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    @property
    def lingers(self) -> bool:
        """Whether anything of it is left but a zombie.

        A dead process loses its environment first, then its memory, and its sockets last of all.
        """
        state = read(self.pid, "stat").rpartition(b") ")[2][:1]
        return bool(state) and (state != b"Z" or len(threads_of(self.pid)) > 1)

    def children(self) -> list["Found"]:
        listed = read(self.pid, f"task/{self.pid}/children").split()
        return [Found(int(pid), program_of(int(pid))) for pid in listed]


def mark(part: str, folder: Path) -> dict[str, str]:
    """The variable that marks a process, and all its children, as a part of what runs in a state folder."""
    return {NAME: f"{part}:{folder}"}


def find(part: str, folder: Path) -> list[Found]:
    """Every living process with the mark; a zombie has no environment any more and does not count."""
    wanted = f"{NAME}={part}:{folder}".encode()
    return [Found(pid, program_of(pid)) for pid in pids() if wanted in environment_of(pid)]


def with_arguments(*wanted: str) -> list[Found]:
    """Every process started with these arguments in a row.

    Unlike the environment, the arguments of another user's process can be read, even by a root that lacks the
    right to look into others, as in a container.
    """
    row = b"\0".join(argument.encode() for argument in wanted) + b"\0"
    return [Found(pid, program_of(pid)) for pid in pids() if b"\0" + row in read(pid, "cmdline")]


def pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def threads_of(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(entry.name) for entry in Path(f"/proc/{pid}/task").iterdir()]
    return []


def environment_of(pid: int) -> list[bytes]:
    return read(pid, "environ").split(b"\0")


def program_of(pid: int) -> str:
    return read(pid, "comm").decode(errors="replace").strip()


def read(pid: int, file: str) -> bytes:
    # Processes come and go while they are listed, and other people's cannot be read: neither is ours.
    with suppress(OSError):
        return Path(f"/proc/{pid}/{file}").read_bytes()
    return b""


def end(part: str, folder: Path, *, seconds: float) -> list[Found]:
    """Ask every marked process to end, kill what is left after the given time, and return what was found.

    Then none of their ports is taken any more.
    """
    found = find(part, folder)
    for process in found:
        process.send(signal.SIGTERM)
    if not until(lambda: not find(part, folder), seconds):
        kill(part, folder)
    until(lambda: not any(process.lingers for process in found), KILL_SECONDS)
    return found


def kill(part: str, folder: Path) -> None:
    """Kill until nothing marked is left, neither a process nor a port that one of them holds."""
    killed: set[Found] = set()

    def nothing_left() -> bool:
        left = find(part, folder)  # a dying parent may still have started a child
        for process in left:
            process.send(signal.SIGKILL)
        killed.update(left)
        return not left and not any(process.lingers for process in killed)

    until(nothing_left, KILL_SECONDS)


def until(holds: Callable[[], bool], seconds: float) -> bool:
    """Wait for a condition, at most the given time; whether it came to hold."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True
