"""TCP ports of this machine: free ones, and who holds a taken one."""

import socket
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from random import SystemRandom

from deploy.local.trouble import Trouble

LISTENING = "0A"


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return True
    return False


def free(*preferred: int) -> list[int]:
    """The preferred ports, each replaced by the next free one above when it is taken."""
    chosen: list[int] = []
    for port in preferred:
        while port in chosen or not is_free(port):
            port += 1
        chosen.append(port)
    return chosen


def free_base(offsets: Collection[int]) -> int:
    """A round number above which all of these ports are free, kept for this process as long as it lives.

    Raises Trouble when there is none.
    """
    for base in SystemRandom().sample(range(18000, 30000, 100), 120):
        if keep(base) and all(is_free(base + offset) for offset in offsets):
            return base
    raise Trouble("no ports are free from 18000 to 30000", mend="end what holds them: ss -tlnp")


def keep(base: int) -> bool:
    """Take a base long before its ports are in use; False when this or another process has it."""
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0tidings-ports-{base}")  # a name without a file, which goes with the process
    except OSError:
        claim.close()
        return False
    claim.detach()  # and never closed
    return True


def holder(port: int) -> str:
    """The program that listens on a port, as far as the system tells."""
    pid = holder_pid(port)
    if pid is None:
        return "a process of another user"
    return f"{Path(f'/proc/{pid}/comm').read_text().strip()} (pid {pid})"


def holder_pid(port: int) -> int | None:
    sockets = {f"socket:[{inode}]" for inode in listeners(port)}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and holds(process, sockets):
            return int(process.name)
    return None


def listeners(port: int) -> list[str]:
    """Inodes of the sockets that listen on a port, over IPv4 and IPv6."""
    lines: list[str] = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with suppress(FileNotFoundError):
            lines += Path(table).read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return [row[9] for row in rows if row[3] == LISTENING and row[1].endswith(f":{port:04X}")]


def holds(process: Path, sockets: set[str]) -> bool:
    with suppress(OSError):
        return any(str(entry.readlink()) in sockets for entry in (process / "fd").iterdir())
    return False
