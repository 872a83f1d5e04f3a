"""What the figures are held against: ratios within one run, which survive a change of machine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Ratio:
    """A contestant that is to be so many times as fast as another."""

    name: str
    times: float
    than: str


RATIOS = (
    Ratio("relay", 0.6, "raw_publish"),
    Ratio("drain", 40, "celery_task_per_event"),
    Ratio("drain", 10, "celery_tuned"),
    Ratio("drain", 4, "faststream"),
)
VISIBLE = {"p50": 15.0, "p99": 60.0}  # milliseconds at most


@dataclass(frozen=True)
class Verdict:
    """One aim and what came of it."""

    aim: str
    found: str
    met: bool


def verdicts(rates: Mapping[str, float], visible: Mapping[str, float]) -> Iterator[Verdict]:
    """Every aim of which this run can tell; rates are medians per second, visible is in milliseconds."""
    for ratio in RATIOS:
        if rates.get(ratio.name) and rates.get(ratio.than):
            found = rates[ratio.name] / rates[ratio.than]
            aim = f"{ratio.name} ≥ {ratio.times:g} x {ratio.than}"
            yield Verdict(aim, f"{found:.3g} x", found >= ratio.times)
    for name, limit in VISIBLE.items():
        if name in visible:
            yield Verdict(f"visible {name} ≤ {limit:g} ms", f"{visible[name]:.1f} ms", visible[name] <= limit)


def floor(name: str, rates: Mapping[str, float]) -> float:
    """The rate at which a contestant meets all its aims of this run; 0 when it has none."""
    return max(
        (one.times * rates[one.than] for one in RATIOS if one.name == name and one.than in rates), default=0
    )
