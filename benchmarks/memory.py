"""How much memory processes have taken at most."""

import re
from pathlib import Path

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


def peaks(name: str, pid: int) -> dict[str, int]:
    """The peaks of a process and of its children, largest first: `name`, `name child 1`, ..."""
    below = sorted((peak(child) for child in children(pid)), reverse=True)
    return {name: peak(pid)} | {f"{name} child {number}": size for number, size in enumerate(below, 1)}
