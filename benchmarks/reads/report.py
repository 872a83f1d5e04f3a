"""What a run found: rates, aims, and how much is lost when there is more to read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from benchmarks import chart
from benchmarks.aims import Verdict
from benchmarks.load import Round
from benchmarks.reads.growth import Growth, added_cpu, lost_rate
from benchmarks.report import table
from benchmarks.result import machine

LIBRARIES = ("django", "djangorestframework", "gunicorn", "psycopg")
# Query is to be so many times as fast as each of these.
TIMES = {"drf_nested": 15, "sync_fanout": 40, "django_hello": 0.5}
LARGEST_LOSS = 0.15

Rounds = dict[str, list[Round]]


@dataclass
class Found:
    """By contestant its rounds; ``growth``: query's by number of posts, for pages anywhere in the feed."""

    settings: dict[str, str]
    rounds: Rounds = field(default_factory=dict)
    growth: Growth = field(default_factory=dict)
    machine: dict[str, str] = field(default_factory=lambda: machine(LIBRARIES))

    @property
    def medians(self) -> dict[str, float]:
        return {name: rate_of(rounds) for name, rounds in self.rounds.items()}

    @property
    def ratios(self) -> dict[str, float]:
        """How many times as fast query is."""
        medians = self.medians
        return {name: medians["query"] / medians[name] for name in TIMES if name in medians}

    @property
    def loss(self) -> float | None:
        """The share of its rate that query loses from the fewest posts to the most."""
        return lost_rate(self.growth) if len(self.growth) > 1 else None

    @property
    def verdicts(self) -> list[Verdict]:
        return list(self._verdicts())

    def _verdicts(self) -> Iterator[Verdict]:
        for name, found in self.ratios.items():
            yield Verdict(f"query ≥ {TIMES[name]:g} x {name}", f"{found:.2f} x", found >= TIMES[name])
        if self.loss is not None:
            fewest, most = min(self.growth), max(self.growth)
            aim = f"from {fewest:,} to {most:,} posts a loss ≤ {LARGEST_LOSS:.0%}"
            yield Verdict(aim, f"{100 * self.loss:.1f} %", self.loss <= LARGEST_LOSS)

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": self.machine,
            "settings": self.settings,
            "contestants": kept(self.rounds),
            "medians": self.medians,
            "ratios": self.ratios,
            "growth": kept({str(posts): rounds for posts, rounds in self.growth.items()}),
            "loss": self.loss,
            "added_cpu": added_cpu(self.growth) if self.growth else None,
            "aims": [vars(one) for one in self.verdicts],
        }


def rate_of(rounds: list[Round]) -> float:
    return median(one.rate for one in rounds)


def kept(rounds: Rounds) -> dict[str, Any]:
    return {name: [vars(one) for one in found] for name, found in rounds.items()}


def text(found: Found) -> str:
    """Tables in Markdown."""
    said = " · ".join(f"{name} {value}" for name, value in {**found.machine, **found.settings}.items())
    aims = [[one.aim, one.found, "met" if one.met else "**missed**"] for one in found.verdicts]
    parts = [said, contestants(found), table(["aim", "found", ""], aims) if aims else "", growth(found)]
    return "\n\n".join(part for part in parts if part)


def contestants(found: Found) -> str:
    rows = [
        [name, *shown(rounds), f"{found.medians['query'] / rate_of(rounds):.2f} x"]
        for name, rounds in found.rounds.items()
    ]
    head = ["contestant", "answers per second", "range", "CPU ms of the servers per answer", "query is"]
    return table(head, rows) if rows else ""


def growth(found: Found) -> str:
    """Pages anywhere in the feed, with what the largest costs beside the smallest."""
    if not found.growth:
        return ""
    rows = [[f"{posts:,}", *shown(found.growth[posts])] for posts in sorted(found.growth)]
    head = ["posts", "deep pages per second", "range", "CPU ms of server and database per page"]
    added = f"Processor time that is added from the fewest to the most: {100 * added_cpu(found.growth):.1f} %"
    return f"{table(head, rows)}\n\n{added} (the median of pairs of rounds that followed each other)."


def shown(rounds: list[Round]) -> list[str]:
    """The median of the rates, their range, and the median of the processor time."""
    rates = sorted(one.rate for one in rounds)
    cpu = median(one.cpu_ms for one in rounds)
    return [f"{median(rates):,.0f}", f"{rates[0]:,.0f} to {rates[-1]:,.0f}", f"{cpu:.2f}"]


def svg(found: Found) -> str:
    """The rates, with the mark that query is to reach, and those of deep pages by number of posts."""
    medians = found.medians
    floor = max((TIMES[name] * medians[name] for name in TIMES if name in medians), default=0)
    deep = {f"query, {posts:,} posts": rate_of(found.growth[posts]) for posts in sorted(found.growth)}
    return chart.picture(
        {
            "Answers per second (longer is better)": chart.per_second(
                medians, ("query", "not_modified"), lambda name: floor if name == "query" else 0
            ),
            "Pages anywhere in the feed, per second": chart.per_second(deep, deep),
        }
    )
