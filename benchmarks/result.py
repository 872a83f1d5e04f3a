"""What a run found, as it is kept in JSON and printed."""

import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import aims
from benchmarks.contestant import Round
from benchmarks.visible import Seen

LIBRARIES = ("django", "celery", "kombu", "amqp", "pika", "psycopg", "msgspec")


def machine(libraries: Iterable[str] = LIBRARIES) -> dict[str, str]:
    """The computer, and what was installed for the services."""
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "processor": processor(),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB",
        "load before": f"{os.getloadavg()[0]:.2f}",
        "python": platform.python_version(),
        **{name: version(name) for name in libraries},
    }


@dataclass
class Result:
    """Everything that was measured; rates are events per second, memory is in KiB, times in milliseconds."""

    machine: dict[str, str] = field(default_factory=machine)
    settings: dict[str, str] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)
    rounds: dict[str, list[Round]] = field(default_factory=dict)
    visible: list[Seen] = field(default_factory=list)
    visible_memory: dict[str, int] = field(default_factory=dict)
    visible_cores: dict[str, float] = field(default_factory=dict)
    store_memory: dict[str, int] = field(default_factory=dict)
    stages: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    @property
    def medians(self) -> dict[str, float]:
        return {name: median(one.rate for one in rounds) for name, rounds in self.rounds.items()}

    @property
    def latency(self) -> dict[str, float]:
        """Of the samples of all rounds together."""
        return percentiles([time for seen in self.visible for time in seen.visible])

    @property
    def verdicts(self) -> list[aims.Verdict]:
        return list(aims.verdicts(self.medians, self.latency))

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": self.machine,
            "settings": self.settings,
            "contestants": {name: self._contestant(name) for name in self.rounds},
            "visible_ms": [load(seen) for seen in self.visible],
            "visible_memory_kib": self.visible_memory,
            "visible_cores": {name: round(share, 3) for name, share in self.visible_cores.items()},
            "store_memory_kib": self.store_memory,
            "aims": [vars(one) for one in self.verdicts],
            "stages": self.stages,
            "faults": self.faults,
        }

    def _contestant(self, name: str) -> dict[str, Any]:
        rounds = self.rounds[name]
        return {
            "events": self.events[name],
            "rates": [round(one.rate, 1) for one in rounds],
            "median": round(self.medians[name], 1),
            "memory_kib": largest(rounds),
        }


def load(seen: Seen) -> dict[str, Any]:
    """One round under load, its times summed up."""
    return {
        "visible": percentiles(seen.visible),
        "answered": percentiles(seen.answered),
        "writes": len(seen.answered),
        "samples": len(seen.visible),
        "refused": seen.refused,
        "unseen": seen.unseen,
    }


def percentiles(times: list[float]) -> dict[str, float]:
    """The median, two high percentiles and the longest, by nearest rank; nothing of nothing."""
    if not times:
        return {}
    ordered, last = sorted(times), len(times) - 1
    ranks = {"p50": 0.5, "p99": 0.99, "p99.9": 0.999, "max": 1.0}
    return {name: round(ordered[round(share * last)], 2) for name, share in ranks.items()}


def largest(rounds: list[Round]) -> dict[str, int]:
    """The peak of each process over all rounds."""
    names = dict.fromkeys(name for one in rounds for name in one.memory)
    return {name: max(one.memory.get(name, 0) for one in rounds) for name in names}


def processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    found = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return found[0] if found else platform.machine()
