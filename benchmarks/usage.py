"""What processes have taken: memory at most, and time on the processor."""

import os
import re
from pathlib import Path

MACHINE = "the whole machine"
PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)


def peak(pid: int | str) -> int:
    """The largest resident size of a process so far, in KiB; 0 for one that is gone."""
    try:
        found = PEAK.search(Path(f"/proc/{pid}/status").read_text())
    except FileNotFoundError:
        return 0
    return int(found[1]) if found else 0


def children(pid: int) -> list[int]:
    """The living children of a process."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def busy(pid: int) -> float:
    """Seconds that a process and its living children have spent on the processor."""
    return sum(ticks(one) for one in (pid, *children(pid))) / os.sysconf("SC_CLK_TCK")


def ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(fields[11]) + int(fields[12])  # utime, stime: see proc_pid_stat(5)


def machine_busy() -> float:
    """Seconds that all cores of the machine together have not been idle, whoever kept them busy."""
    fields = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:]]
    idle = fields[3] + fields[4]  # idle, iowait; guest time is in user time: see proc_stat(5)
    return (sum(fields[:8]) - idle) / os.sysconf("SC_CLK_TCK")


def peaks(name: str, pid: int) -> dict[str, int]:
    """The peaks of a process and of its children, largest first: `name`, `name child 1`, ..."""
    below = sorted((peak(child) for child in children(pid)), reverse=True)
    return {name: peak(pid)} | {f"{name} child {number}": size for number, size in enumerate(below, 1)}
