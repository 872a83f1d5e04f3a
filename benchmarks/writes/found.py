"""What a run found, and what that is held against."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks.aims import Verdict
from benchmarks.load import Round
from benchmarks.result import machine, percentiles
from benchmarks.visible import Seen

LIBRARIES = ("django", "djangorestframework", "gunicorn", "pika", "psycopg", "msgspec")
OUTBOX, PLAIN = "with_outbox", "without_append"
SMALLEST_SHARE = 0.8
STOPPED_SECONDS = 2.0
# Of these the generator has to show so much: the requests that were due at the very beginning of the stop.
SHOWN_SHARE = 0.8


@dataclass
class Found:
    """Everything that was measured; times are in milliseconds, shares those of one core."""

    machine: dict[str, str] = field(default_factory=lambda: machine(LIBRARIES))
    settings: dict[str, str] = field(default_factory=dict)
    rounds: dict[str, list[Round]] = field(default_factory=dict)
    steady: list[Seen] = field(default_factory=list)
    stopped: Seen | None = None
    cores: dict[str, float] = field(default_factory=dict)

    @property
    def medians(self) -> dict[str, float]:
        return {name: median(one.rate for one in rounds) for name, rounds in self.rounds.items()}

    @property
    def cpu_ms(self) -> dict[str, float]:
        return {name: median(one.cpu_ms for one in rounds) for name, rounds in self.rounds.items()}

    @property
    def latency(self) -> dict[str, float]:
        """Of the steady load, all its rounds together, from when a write was due."""
        return percentiles([time for seen in self.steady for time in seen.answered])

    @property
    def stop_shown(self) -> float:
        """The p99, in seconds, of the round in which the server was stopped for a while."""
        return percentiles(self.stopped.answered).get("p99", 0.0) / 1000 if self.stopped else 0.0

    @property
    def lies(self) -> bool:
        """Whether the generator hid the stop of the server: then none of its times can be believed."""
        return self.stopped is not None and self.stop_shown < SHOWN_SHARE * STOPPED_SECONDS

    @property
    def verdicts(self) -> list[Verdict]:
        return list(self._verdicts())

    def _verdicts(self) -> Iterator[Verdict]:
        medians = self.medians
        if medians.get(PLAIN) and OUTBOX in medians:
            share = medians[OUTBOX] / medians[PLAIN]
            aim = f"{OUTBOX} ≥ {SMALLEST_SHARE:g} x {PLAIN}"
            yield Verdict(aim, f"{share:.2f} x", share >= SMALLEST_SHARE)
        if self.steady:
            refused = sum(seen.refused for seen in self.steady)
            yield Verdict("no write of the steady load refused", str(refused), not refused)
        if self.stopped:
            aim = f"a stop of {STOPPED_SECONDS:g} s shows in p99"
            yield Verdict(aim, f"{self.stop_shown:.2f} s", not self.lies)

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": self.machine,
            "settings": self.settings,
            "contestants": {name: [vars(one) for one in rounds] for name, rounds in self.rounds.items()},
            "medians": self.medians,
            "steady_ms": [load(seen) for seen in self.steady],
            "stopped_ms": load(self.stopped) if self.stopped else None,
            "cores": {name: round(share, 3) for name, share in self.cores.items()},
            "aims": [vars(one) for one in self.verdicts],
        }


def load(seen: Seen) -> dict[str, Any]:
    """One round of the open loop; ``late`` is by how much the generator itself missed the moment."""
    return {
        "answered": percentiles(seen.answered),
        "late": percentiles(seen.late),
        "writes": len(seen.answered),
        "refused": seen.refused,
    }
