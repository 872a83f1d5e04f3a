"""What a run found: rates, aims, and how much is lost when there is more to read."""

import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from statistics import median
from typing import Any

LIBRARIES = ("django", "djangorestframework", "gunicorn", "psycopg")
# Query is to be so many times as fast as each of these.
TIMES = {"drf_nested": 15, "sync_fanout": 40, "django_hello": 0.5}
LARGEST_LOSS = 0.15


@dataclass
class Found:
    """Answers per second, by contestant and round; ``growth``: by number of posts, query and the limit."""

    settings: dict[str, str]
    rounds: dict[str, list[float]] = field(default_factory=dict)
    growth: dict[int, dict[str, list[float]]] = field(default_factory=dict)

    @property
    def medians(self) -> dict[str, float]:
        return {name: median(rates) for name, rates in self.rounds.items()}

    @property
    def ratios(self) -> dict[str, float]:
        """How many times as fast query is."""
        medians = self.medians
        return {name: medians["query"] / medians[name] for name in TIMES if name in medians}

    @property
    def loss(self) -> float | None:
        """What query loses from the fewest posts to the most, measured against the limit at the same time."""
        if len(self.growth) < 2:
            return None
        shares = [
            median(self.growth[posts]["query"]) / median(self.growth[posts]["django_hello"])
            for posts in sorted(self.growth)
        ]
        return 1 - shares[-1] / shares[0]

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": machine(),
            "settings": self.settings,
            "rates": self.rounds,
            "medians": self.medians,
            "ratios": self.ratios,
            "growth": {str(posts): rates for posts, rates in self.growth.items()},
            "loss": self.loss,
        }


def text(found: Found) -> str:
    """Tables in Markdown."""
    lines = [" · ".join(f"{name} {said}" for name, said in {**machine(), **found.settings}.items()), ""]
    lines += ["| contestant | answers per second | range | query is |", "|---|---:|---|---:|"]
    for name, rates in found.rounds.items():
        times = found.medians["query"] / found.medians[name]
        lines.append(
            f"| {name} | {median(rates):,.0f} | {min(rates):,.0f} to {max(rates):,.0f} | {times:.2f} x |"
        )
    lines += ["", "| aim | found | |", "|---|---:|---|"]
    lines += [
        f"| query ≥ {times:g} x {name} | {found.ratios[name]:.2f} | {verdict(found.ratios[name] >= times)} |"
        for name, times in TIMES.items()
        if name in found.ratios
    ]
    if found.loss is not None:
        posts = sorted(found.growth)
        lines.append(
            f"| from {posts[0]:,} to {posts[-1]:,} posts a loss ≤ {LARGEST_LOSS:.0%} | {found.loss:.1%} "
            f"| {verdict(found.loss <= LARGEST_LOSS)} |"
        )
    return "\n".join(lines)


def verdict(met: bool) -> str:
    return "met" if met else "**missed**"


def machine() -> dict[str, str]:
    return {
        "cores": str(len(os.sched_getaffinity(0))),
        "load before": f"{os.getloadavg()[0]:.2f}",
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }
